#pragma once
// What carriers' codes led to and people have to look at: texts that a carrier refused, signatures that one
// does not know, numbers to which nothing is sent for now. Releases are audited with their reason. Blocks;
// any thread.

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

struct FrozenSignature {
  std::string signature;
  ChannelId channel_id;
  std::string code;
  Time frozen_at;
};
BOOST_DESCRIBE_STRUCT(FrozenSignature, (), (signature, channel_id, code, frozen_at))

struct CarrierFindingsView {
  std::vector<FrozenText> texts;            // the newest first
  std::vector<FrozenSignature> signatures;  // by name
};
BOOST_DESCRIBE_STRUCT(CarrierFindingsView, (), (texts, signatures))

struct ReleaseSignature {
  std::string signature;
  ChannelId channel_id;
  std::string reason;
  static constexpr json::Rule kRules[] = {
      {.member = "signature", .min_length = 1, .max_length = limits::kNameCharacters},
      {.member = "reason", .min_length = 1, .max_length = 500}};
};
BOOST_DESCRIBE_STRUCT(ReleaseSignature, (), (signature, channel_id, reason))

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

  // At most limits::kFrozenShown of each.
  Result<CarrierFindingsView> list();
  // Compliance has looked again: the version may be sent. kNotFound when it is not frozen.
  Result<> release_text(const Principal& who, ContentVersionId id, const StatedReason& why);
  // Technology has had it filed. kNotFound when it is not frozen.
  Result<> release_signature(const Principal& who, const ReleaseSignature& request);

  Result<NumberQualityView> number(CustomerId id);
  // Forgets what carriers said of the customer's number. kNotFound when nothing was.
  Result<NumberQualityView> lift(const Principal& who, CustomerId id, const StatedReason& why);

 private:
  const store::Store& store_;
  engine::Engine& engine_;
};

}  // namespace yizhan::service
