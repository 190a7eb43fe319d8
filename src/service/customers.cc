#include "service/customers.h"

#include <charconv>

#include "domain/consent.h"
#include "service/consent_ledger.h"
#include "service/customer_names.h"
#include "service/import_dates.h"
#include "service/personal_data.h"
#include "store/audience.h"
#include "store/audit.h"
#include "store/queries.h"
#include "text/number_plan.h"
#include "text/utf8.h"

namespace yizhan::service {

namespace q = store::q;
using domain::MessageClass;

namespace {

constexpr size_t kMaskStars = 8;

struct Stored {
  CustomerView view;
  std::string digits;
  CustomerProfile profile;
};

Result<uint64_t> number_of(const std::string& digits) {
  uint64_t number = 0;
  if (std::from_chars(digits.data(), digits.data() + digits.size(), number).ec != std::errc{})
    return fail(ErrorCode::kCorrupt, "a customer's number cannot be read");
  return number;
}

// The columns of customer_load and its like.
Result<Stored> map_customer(const store::Store& store, const db::Row& r) {
  Stored c;
  c.view.id = r.id<CustomerId>(0);
  c.digits = YZ_TRY(store.cipher.open(store::column::kCustomerNumber, r.blob(1)));
  if (!r.is_null(2))
    c.profile = YZ_TRY(decode_profile(YZ_TRY(store.cipher.open(store::column::kCustomerProfile, r.blob(2)))));
  c.view.number_masked = text::mask_number(YZ_TRY(number_of(c.digits)));
  c.view.name_masked = mask_name(c.profile.name);
  c.view.region = r.string(3);
  c.view.carrier = std::string(text::carrier_name(r.as<text::Carrier>(4)));
  c.view.zone = r.string(5);
  c.view.city = r.string(6);
  c.view.member_level = r.string(7);
  c.view.attributes = YZ_TRY(json::parse(r.text(8)));
  for (const MessageClass message_class : values_of(MessageClass{}))
    if ((r.i64(9) & domain::class_bit(message_class)) != 0) c.view.suppressed.push_back(message_class);
  if (r.i64(10) != 0) c.view.import_id = r.id<ImportId>(10);
  c.view.created_at = r.time(11);
  c.view.updated_at = r.time(12);
  c.view.version = r.i64(13);
  return c;
}

Result<Stored> load_customer(db::Tx& tx, const store::Store& store, const db::Query& query, CustomerId id) {
  auto found = YZ_TRY(tx.one(query, [&](const db::Row& r) { return map_customer(store, r); }, id));
  if (!found) return fail(ErrorCode::kNotFound, "no such customer");
  return *std::move(found);
}

Result<text::PhoneNumber> mobile_of(const std::string& number) {
  auto parsed = text::parse_mobile(number);
  if (!parsed) return fail(ErrorCode::kInvalidArgument, parsed.error().message, "/number");
  return *parsed;
}

Result<std::string> birth_date_of(const std::string& text) {
  if (text.empty()) return std::string();
  auto date = parse_birth_date(text);
  if (!date) return fail(ErrorCode::kInvalidArgument, "not a date (YYYY-MM-DD)", "/birth_date");
  return *std::move(date);
}

std::string trimmed_name(std::string name) {
  while (!name.empty() && name.back() == ' ') name.pop_back();
  while (!name.empty() && name.front() == ' ') name.erase(0, 1);
  return name;
}

std::string attributes_text(const std::map<std::string, std::string>& attributes) {
  json::Object object;
  for (const auto& [name, value] : attributes) object[name] = value;
  return json::serialize(object);
}

std::optional<crypto::BlindHash> name_index_of(const store::Store& store, const CustomerProfile& profile) {
  if (profile.name.empty()) return std::nullopt;
  return store.name_index.of(profile.name);
}

Result<> add_name(db::Tx& tx, CustomerId id, const std::optional<crypto::BlindHash>& name_index) {
  if (!name_index) return {};
  const CustomerName name{*name_index, id.value};
  return add_names(tx, {&name, 1});
}

Result<> forget_name(db::Tx& tx, CustomerId id) {
  db::Columns ids;
  ids.row(id);
  return forget_names(tx, ids);
}

// Only the conditions that were asked for, so that the database can use its indexes for them.
std::string list_sql(const ListCustomers& request, db::Params& params) {
  std::string sql =
      "SELECT id, number_sealed, profile_sealed, region, carrier, zone, city, member_level, attributes, "
      "suppressed, "
      "import_id, created_at, updated_at, version FROM customer c WHERE c.id > ";
  sql += params.add(request.after.value_or(CustomerId{}));
  const auto equals = [&](const char* column, const std::optional<std::string>& value) {
    if (value) sql += std::string(" AND c.") + column + " = " + params.add(*value);
  };
  equals("city", request.city);
  equals("member_level", request.member_level);
  equals("region", request.region);
  if (request.suppressed_for)
    sql += " AND (c.suppressed & " + params.add(domain::class_bit(*request.suppressed_for)) + ") <> 0";
  if (request.consented_to)
    sql += " AND EXISTS (SELECT 1 FROM consent_state s WHERE s.customer_id = c.id AND s.message_class = " +
           params.add(*request.consented_to) + " AND s.kind = " + params.add(domain::ConsentKind::kGranted) +
           ")";
  if (request.import_id) sql += " AND " + store::held_by_import(params.add(*request.import_id));
  sql += " ORDER BY c.id LIMIT " + params.add(request.limit + 1);
  return sql;
}

void cut(CustomerPage& page, int64_t limit) {
  if (std::ssize(page.items) <= limit) return;
  page.items.pop_back();
  page.next_after = page.items.back().id;
}

}  // namespace

std::string mask_name(std::string_view name) {
  if (name.empty()) return {};
  size_t at = 0;
  text::next_code_point(name, at);
  std::string out(name.substr(0, at));
  out.append(std::clamp<size_t>(text::count_code_points(name.substr(at)), 1, kMaskStars), '*');
  return out;
}

Result<CustomerId> insert_customer(db::Tx& tx, const store::Store& store, const CreateCustomer& request) {
  if (request.attributes) YZ_CHECK(YZ_TRY(PersonalData::create()).check(*request.attributes));
  const auto number = YZ_TRY(mobile_of(request.number));
  CustomerProfile profile{trimmed_name(request.name.value_or("")),
                          YZ_TRY(birth_date_of(request.birth_date.value_or(""))),
                          request.remark.value_or("")};
  const std::string digits = std::to_string(number.digits);
  const auto index = store.number_index.of(digits);
  if (YZ_TRY(tx.one(q::customer_by_index, [](const db::Row& r) { return r.i64(0); }, index)))
    return fail(ErrorCode::kConflict, "a customer with this number is there already", "/number");
  const auto id = store.ids.make<CustomerId>();
  db::Columns rows;
  rows.row(id, index, store.cipher.seal(store::column::kCustomerNumber, digits),
           name_index_of(store, profile),
           store.cipher.seal(store::column::kCustomerProfile, encode_profile(profile)), number.region.view(),
           number.carrier.carrier, text::time_zone_of(number), request.city.value_or(""),
           request.member_level.value_or(""),
           attributes_text(request.attributes.value_or(std::map<std::string, std::string>())),
           YZ_TRY(suppressed_classes(tx, index)), 0, store.now());
  YZ_TRY(tx.bulk(q::customer_insert, rows));
  YZ_CHECK(add_name(tx, id, name_index_of(store, profile)));
  return id;
}

Result<CustomerView> Customers::get(CustomerId id) const {
  return store_.db.read([&](db::Tx& tx) -> Result<CustomerView> {
    return YZ_TRY(load_customer(tx, store_, q::customer_load, id)).view;
  });
}

Result<CustomerPage> Customers::list(const ListCustomers& request) const {
  db::Params params;
  const std::string sql = list_sql(request, params);
  return store_.db.read([&](db::Tx& tx) -> Result<CustomerPage> {
    CustomerPage page;
    YZ_CHECK(tx.each_sql(sql, params.view(), [&](const db::Row& r) -> Result<> {
      page.items.push_back(YZ_TRY(map_customer(store_, r)).view);
      return {};
    }));
    cut(page, request.limit);
    return page;
  });
}

Result<CustomerPage> Customers::look_up(const Principal& who, const LookUpCustomer& request) const {
  if (request.number.has_value() == request.name.has_value())
    return fail(ErrorCode::kInvalidArgument, "give either number or name", "/number");
  // A write, for that somebody looked belongs into the audit log.
  return store_.db.write([&](db::Tx& tx) -> Result<CustomerPage> {
    CustomerPage page;
    const auto take = [&](const db::Row& r) -> Result<> {
      page.items.push_back(YZ_TRY(map_customer(store_, r)).view);
      return {};
    };
    if (request.number) {
      const auto number = text::parse_number(*request.number);
      if (!number) return fail(ErrorCode::kInvalidArgument, number.error().message, "/number");
      const auto id = YZ_TRY(tx.one(
          q::customer_by_index, [](const db::Row& r) { return r.i64(0); },
          store_.number_index.of(std::to_string(number->digits))));
      if (id) YZ_CHECK(tx.each(q::customer_load, take, *id));
    } else {
      YZ_CHECK(tx.each(q::customers_by_name, take, store_.name_index.of(trimmed_name(*request.name)),
                       request.after.value_or(CustomerId{}), request.limit + 1));
      cut(page, request.limit);
    }
    json::Array found;
    for (const CustomerView& customer : page.items) found.emplace_back(to_string(customer.id));
    const json::Object detail{{"by", request.number ? "number" : "name"}, {"found", std::move(found)}};
    YZ_CHECK(store::append_audit(tx, store_, who.actor(),
                                 {"customer.look_up", "customer", 0, {}, json::serialize(detail)}));
    return page;
  });
}

Result<RevealedCustomer> Customers::reveal(const Principal& who, CustomerId id,
                                           const StatedReason& request) const {
  return store_.db.write([&](db::Tx& tx) -> Result<RevealedCustomer> {
    const Stored c = YZ_TRY(load_customer(tx, store_, q::customer_load, id));
    YZ_CHECK(store::append_audit(tx, store_, who.actor(),
                                 {"customer.reveal", "customer", id.value, request.reason, "{}"}));
    return RevealedCustomer{id, text::to_e164(YZ_TRY(number_of(c.digits))), c.profile.name,
                            c.profile.birth_date, c.profile.remark};
  });
}

Result<CustomerView> Customers::create(const Principal& who, const CreateCustomer& request) const {
  return store_.db.write([&](db::Tx& tx) -> Result<CustomerView> {
    const CustomerId id = YZ_TRY(insert_customer(tx, store_, request));
    YZ_CHECK(
        store::append_audit(tx, store_, who.actor(), {"customer.create", "customer", id.value, {}, "{}"}));
    return YZ_TRY(load_customer(tx, store_, q::customer_load, id)).view;
  });
}

Result<CustomerView> Customers::change(const Principal& who, CustomerId id, int64_t version,
                                       const ChangeCustomer& request) const {
  if (request.attributes) YZ_CHECK(YZ_TRY(PersonalData::create()).check(*request.attributes));
  return store_.db.write([&](db::Tx& tx) -> Result<CustomerView> {
    Stored c = YZ_TRY(load_customer(tx, store_, q::customer_take, id));
    if (c.view.version != version)
      return fail(ErrorCode::kVersionConflict,
                  "the customer was changed meanwhile; the version is " + std::to_string(c.view.version),
                  "version");
    json::Array changed;
    const auto set = [&](const char* name, std::string& field, const std::optional<std::string>& value) {
      if (!value || *value == field) return;
      field = *value;
      changed.emplace_back(name);
    };
    std::optional<std::string> birth_date;
    if (request.birth_date) birth_date = YZ_TRY(birth_date_of(*request.birth_date));
    std::optional<std::string> name;
    if (request.name) name = trimmed_name(*request.name);
    const bool renamed = name && *name != c.profile.name;
    set("name", c.profile.name, name);
    set("birth_date", c.profile.birth_date, birth_date);
    set("remark", c.profile.remark, request.remark);
    set("city", c.view.city, request.city);
    set("member_level", c.view.member_level, request.member_level);
    std::string attributes = json::serialize(c.view.attributes);
    std::optional<std::string> new_attributes;
    if (request.attributes) new_attributes = attributes_text(*request.attributes);
    set("attributes", attributes, new_attributes);
    if (changed.empty()) return c.view;
    db::Columns rows;
    rows.row(id, name_index_of(store_, c.profile),
             store_.cipher.seal(store::column::kCustomerProfile, encode_profile(c.profile)), c.view.city,
             c.view.member_level, attributes, store_.now());
    if (renamed) YZ_CHECK(forget_name(tx, id));
    YZ_TRY(tx.bulk(q::customer_update_rows, rows));
    if (renamed) YZ_CHECK(add_name(tx, id, name_index_of(store_, c.profile)));
    const json::Object detail{{"fields", std::move(changed)}};
    YZ_CHECK(store::append_audit(tx, store_, who.actor(),
                                 {"customer.change", "customer", id.value, {}, json::serialize(detail)}));
    return YZ_TRY(load_customer(tx, store_, q::customer_load, id)).view;
  });
}

}  // namespace yizhan::service
