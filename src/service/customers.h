#pragma once
// Customers one by one: masked for everyone, unmasked only with a reason that is audited; found by their
// exact number or name through blind indexes. Blocks; any thread.

#include <boost/describe.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "domain/message.h"
#include "service/customer_profile.h"
#include "service/principal.h"
#include "service/stated_reason.h"
#include "store/store.h"

namespace yizhan::service {

struct CustomerView {
  CustomerId id;
  std::string number_masked;
  std::string name_masked;  // empty = not known
  std::string region;
  std::string carrier;  // by the prefix, a hint
  std::string zone;     // empty = unknown, nothing is sent
  std::string city;
  std::string member_level;
  json::Value attributes;
  std::vector<domain::MessageClass> suppressed;
  std::optional<ImportId> import_id;  // that brought the customer
  Time created_at;
  Time updated_at;
  int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(CustomerView, (),
                      (id, number_masked, name_masked, region, carrier, zone, city, member_level, attributes,
                       suppressed, import_id, created_at, updated_at, version))

struct CustomerPage {
  std::vector<CustomerView> items;
  std::optional<CustomerId> next_after;  // absent on the last page
};
BOOST_DESCRIBE_STRUCT(CustomerPage, (), (items, next_after))

struct ListCustomers {
  int64_t limit = limits::kPageDefaultRows;
  std::optional<CustomerId> after;
  std::optional<std::string> city, member_level, region;
  std::optional<domain::MessageClass> consented_to, suppressed_for;
  std::optional<ImportId> import_id;
  static constexpr json::Rule kRules[] = {
      {.member = "limit", .presence = json::Presence::kOptional, .minimum = 1, .maximum = limits::kPageRows},
      {.member = "city", .min_length = 1, .max_length = limits::kCustomerFieldCharacters},
      {.member = "member_level", .min_length = 1, .max_length = limits::kCustomerFieldCharacters},
      {.member = "region", .min_length = 2, .max_length = 3}};
};
BOOST_DESCRIBE_STRUCT(ListCustomers, (),
                      (limit, after, city, member_level, region, consented_to, suppressed_for, import_id))

// By exactly one of the two.
struct LookUpCustomer {
  std::optional<std::string> number, name;
  int64_t limit = limits::kPageDefaultRows;
  std::optional<CustomerId> after;
  static constexpr json::Rule kRules[] = {
      {.member = "number", .min_length = 1, .max_length = 32},
      {.member = "name", .min_length = 1, .max_length = limits::kCustomerNameCharacters},
      {.member = "limit", .presence = json::Presence::kOptional, .minimum = 1, .maximum = limits::kPageRows}};
};
BOOST_DESCRIBE_STRUCT(LookUpCustomer, (), (number, name, limit, after))

struct RevealedCustomer {
  CustomerId id;
  std::string number;  // E.164
  std::string name;
  std::string birth_date;
  std::string remark;
};
BOOST_DESCRIBE_STRUCT(RevealedCustomer, (), (id, number, name, birth_date, remark))

struct CreateCustomer {
  std::string number;
  std::optional<std::string> name, birth_date, city, member_level, remark;
  std::optional<std::map<std::string, std::string>> attributes;  // nothing personal
  static constexpr json::Rule kRules[] = {
      {.member = "number", .min_length = 1, .max_length = 32},
      {.member = "name", .min_length = 1, .max_length = limits::kCustomerNameCharacters},
      {.member = "birth_date", .min_length = 8, .max_length = 32, .format = "date"},
      {.member = "city", .max_length = limits::kCustomerFieldCharacters},
      {.member = "member_level", .max_length = limits::kCustomerFieldCharacters},
      {.member = "remark", .max_length = limits::kCustomerRemarkCharacters},
      {.member = "attributes",
       .max_length = limits::kCustomerAttributeCharacters,
       .max_items = limits::kCustomerAttributes}};
};
BOOST_DESCRIBE_STRUCT(CreateCustomer, (), (number, name, birth_date, city, member_level, remark, attributes))

// What is absent stays as it is; an empty text clears a field. The number is who the customer is and stays.
struct ChangeCustomer {
  std::optional<std::string> name, birth_date, city, member_level, remark;
  std::optional<std::map<std::string, std::string>> attributes;
  static constexpr json::Rule kRules[] = {
      {.member = "name", .max_length = limits::kCustomerNameCharacters},
      {.member = "birth_date", .max_length = 32, .format = "date"},
      {.member = "city", .max_length = limits::kCustomerFieldCharacters},
      {.member = "member_level", .max_length = limits::kCustomerFieldCharacters},
      {.member = "remark", .max_length = limits::kCustomerRemarkCharacters},
      {.member = "attributes",
       .max_length = limits::kCustomerAttributeCharacters,
       .max_items = limits::kCustomerAttributes}};
};
BOOST_DESCRIBE_STRUCT(ChangeCustomer, (), (name, birth_date, city, member_level, remark, attributes))

// "张伟" → "张*"; the first character and stars.
std::string mask_name(std::string_view name);

// Inside a transaction, for the other services of this department. kConflict (field /number) when the number
// is known already.
Result<CustomerId> insert_customer(db::Tx& tx, const store::Store& store, const CreateCustomer& request);

class Customers {
 public:
  explicit Customers(const store::Store& store) : store_(store) {}

  Result<CustomerView> get(CustomerId id) const;
  Result<CustomerPage> list(const ListCustomers& request) const;
  // That somebody looked is audited, not what for. kInvalidArgument unless exactly one of number and name is
  // given.
  Result<CustomerPage> look_up(const Principal& who, const LookUpCustomer& request) const;
  // Number and profile in clear; audited with the reason.
  Result<RevealedCustomer> reveal(const Principal& who, CustomerId id, const StatedReason& request) const;
  Result<CustomerView> create(const Principal& who, const CreateCustomer& request) const;
  Result<CustomerView> change(const Principal& who, CustomerId id, int64_t version,
                              const ChangeCustomer& request) const;

 private:
  const store::Store& store_;
};

}  // namespace yizhan::service
