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
  std::string out = "yizhan content 1\n";
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
