#include "domain/content.h"

namespace yizhan::domain {
namespace {

void put_u32(std::string& out, size_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>((value >> shift) & 0xFF);
}
void put(std::string& out, std::string_view field) {
  put_u32(out, field.size());
  out += field;
}

}  // namespace

std::string canonical(const ContentText& text) {
  // What declares nothing keeps the form, and with it the hash, from before there were declarations.
  std::vector<std::string_view> personal;
  for (const Variable& v : text.variables)
    if (v.personal) personal.push_back(v.name);
  const bool declares = !text.sectors.empty() || !personal.empty();
  std::string out = declares ? "yizhan content 2\n" : "yizhan content 1\n";
  put(out, name_of(text.message_class));
  put(out, text.purpose);
  put(out, text.signature);
  put(out, text.body);
  put(out, text.opt_out_text);
  put_u32(out, text.variables.size());
  for (const Variable& v : text.variables) {
    put(out, v.name);
    put_u32(out, static_cast<size_t>(v.max_length));
  }
  if (!declares) return out;
  put_u32(out, text.sectors.size());
  for (const std::string& sector : text.sectors) put(out, sector);
  put_u32(out, personal.size());
  for (const std::string_view name : personal) put(out, name);
  return out;
}

std::string whole_template(std::string_view signature, std::string_view body, std::string_view opt_out_text) {
  std::string out;
  out.reserve(signature.size() + body.size() + opt_out_text.size() + 6);
  if (!signature.empty()) {
    out += "【";
    out += signature;
    out += "】";
  }
  out += body;
  out += opt_out_text;
  return out;
}

}  // namespace yizhan::domain
