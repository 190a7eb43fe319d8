#pragma once
// The company's own phones that pre-send tests go to. Blocks; any thread.

#include <boost/describe.hpp>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "service/principal.h"
#include "store/store.h"

namespace yizhan::service {

struct RegisterTestHandset {
  std::string label;  // whose, where
  std::string number;
  static constexpr json::Rule kRules[] = {
      {.member = "label", .min_length = 1, .max_length = limits::kNameCharacters},
      {.member = "number", .min_length = 1, .max_length = 32}};
};
BOOST_DESCRIBE_STRUCT(RegisterTestHandset, (), (label, number))

struct TestHandsetView {
  TestHandsetId id;
  std::string label;
  CustomerId customer_id;
  std::string number_masked;
  UserId created_by;
  Time created_at;
};
BOOST_DESCRIBE_STRUCT(TestHandsetView, (), (id, label, customer_id, number_masked, created_by, created_at))

struct TestHandsetList {
  std::vector<TestHandsetView> items;  // all of them: at most limits::kTestHandsets
};
BOOST_DESCRIBE_STRUCT(TestHandsetList, (), (items))

class TestHandsets {
 public:
  explicit TestHandsets(const store::Store& store) : store_(store) {}

  // The number becomes a customer if it is none yet. No consent is recorded: only the tests themselves pass
  // without one. kConflict when it is a handset already, is on the suppression list, or its holder withdrew
  // or refused any class or purpose.
  Result<TestHandsetView> add(const Principal& who, const RegisterTestHandset& request) const;
  Result<TestHandsetList> list() const;
  // The customer stays.
  Result<> remove(const Principal& who, TestHandsetId id) const;

 private:
  const store::Store& store_;
};

}  // namespace yizhan::service
