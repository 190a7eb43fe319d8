#pragma once
// What carriers' codes led to and people have to look at: texts that a carrier refused, numbers to which
// nothing is sent for now; signatures that one does not know are in signature_filings.h. Releases are audited
// with their reason. Blocks; any thread.

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "base/limits.h"
#include "domain/carrier_code.h"
#include "engine/engine.h"
#include "service/principal.h"
#include "service/stated_reason.h"
#include "store/store.h"

namespace yizhan::service {

struct FrozenText {
  ContentVersionId version_id;
  ContentId content_id;
  std::string content_name;
  int64_t number = 0;
  std::string code;  // the carrier's
  Time frozen_at;
};
BOOST_DESCRIBE_STRUCT(FrozenText, (), (version_id, content_id, content_name, number, code, frozen_at))

struct CarrierFindingsView {
  std::vector<FrozenText> texts;  // the newest first
};
BOOST_DESCRIBE_STRUCT(CarrierFindingsView, (), (texts))

// open: messages go to the number.
enum class NumberBar : uint8_t { kOpen, kUntil, kUntilLifted };
BOOST_DESCRIBE_ENUM(NumberBar, kOpen, kUntil, kUntilLifted)

struct NumberQualityView {
  NumberBar bar = NumberBar::kOpen;
  std::optional<Time> barred_until;
  int64_t failures = 0;                         // different messages in a row that the carrier called vacant
  std::optional<domain::CodeClass> code_class;  // of the last failure
  std::optional<Time> failed_at;
};
BOOST_DESCRIBE_STRUCT(NumberQualityView, (), (bar, barred_until, failures, code_class, failed_at))

class CarrierFindings {
 public:
  CarrierFindings(const store::Store& store, engine::Engine& engine) : store_(store), engine_(engine) {}

  // At most limits::kFrozenShown.
  Result<CarrierFindingsView> list();
  // Compliance has looked again: the version may be sent. kNotFound when it is not frozen.
  Result<> release_text(const Principal& who, ContentVersionId id, const StatedReason& why);

  Result<NumberQualityView> number(CustomerId id);
  // Forgets what carriers said of the customer's number. kNotFound when nothing was.
  Result<NumberQualityView> lift(const Principal& who, CustomerId id, const StatedReason& why);

 private:
  const store::Store& store_;
  engine::Engine& engine_;
};

}  // namespace yizhan::service
