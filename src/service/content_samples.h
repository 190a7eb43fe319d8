#pragma once
// What a text will look like before it is sent (policy 1.3.3, 4.1.3): its samples, its longest form, the
// costliest and a few real recipients of an audience, composed by the engine's composer and shown masked.
// Blocking; any thread.

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "domain/audience.h"
#include "service/content_text.h"
#include "store/store.h"

namespace yizhan::service {

struct SampleRequest {
  ContentTextSpec text;
  std::optional<domain::Audience> audience;  // without one nobody is looked at
};
BOOST_DESCRIBE_STRUCT(SampleRequest, (), (text, audience))

#define YIZHAN_SAMPLE_KINDS(X)                                                            \
  X(kSample, 1, "sample")       /* with the samples that its author declared */           \
  X(kLongest, 2, "longest")     /* every variable as long as it may be */                 \
  X(kCostliest, 3, "costliest") /* the recipient with most segments of those looked at */ \
  X(kRecipient, 4, "recipient") /* some of those looked at, spread evenly */
YIZHAN_ENUM(SampleKind, YIZHAN_SAMPLE_KINDS)

struct ContentSample {
  SampleKind kind = SampleKind::kSample;
  std::string text;  // names masked; a variable without a value stands as {name}
  std::string encoding;
  int64_t units = 0;     // of the message as it would be sent, unmasked;
  int64_t segments = 0;  // both 0 when it would not be sent because something is missing
  std::optional<CustomerId> customer_id;
  std::vector<std::string> missing;  // variables without a value, or with one longer than declared
};
BOOST_DESCRIBE_STRUCT(ContentSample, (), (kind, text, encoding, units, segments, customer_id, missing))

struct ContentSamples {
  std::vector<ContentSample> items;
  int64_t looked_at = 0;  // recipients, at most limits::kSampledRecipients: the first of the audience
};
BOOST_DESCRIBE_STRUCT(ContentSamples, (), (items, looked_at))

class ContentSampler {
 public:
  explicit ContentSampler(const store::Store& store) : store_(store) {}

  // kInvalidArgument with the place of the fault in the request for a text that could not be saved or an
  // audience that is none; kNotFound for a segment that is none.
  Result<ContentSamples> sample(const SampleRequest& request) const;

 private:
  const store::Store& store_;
};

}  // namespace yizhan::service
