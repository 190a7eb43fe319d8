#pragma once
// Turns an approved content version and a recipient into the text and segments that go out. A Composer is
// immutable and shared between threads; the buffers are the caller's.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "domain/content.h"
#include "engine/recipient.h"
#include "screen/finding.h"
#include "text/segmentation.h"
#include "text/template_text.h"

namespace yizhan::engine {

// What screening says of a rendered text.
struct Screened {
  Screened(bool passes = false) : passes(passes) {}

  bool passes;                         // false: it may not be sent
  std::vector<screen::Span> personal;  // where it found personal data, in bytes
};
// Called by many threads.
using ScreenRendered = std::function<Screened(std::string_view text, domain::MessageClass message_class)>;

// kWhole: the carrier cuts the text itself; it goes out as one piece of UTF-8.
enum class Cut : uint8_t { kSegments, kWhole };

// What a channel can carry, and how its segments say which they are.
struct TextForm {
  Cut cut = Cut::kSegments;
  text::EncodingSet encodings = text::kGsm7OrUcs2;
  text::Concatenation concatenation = text::Concatenation::kUdh8;
  text::Gsm7Form gsm7_form = text::Gsm7Form::kUnpacked;
};

class Composer {
 public:
  // kInvalidArgument when the whole template does not parse.
  static Result<Composer> create(std::string_view signature, std::string_view body,
                                 std::string_view opt_out_text,
                                 const std::vector<domain::Variable>& variables);

  // The variables' names in the order in which a Recipient holds their values.
  const std::vector<std::string>& variables() const { return template_.variables(); }

  // Whether the template says these words itself, without any value.
  bool says(std::string_view words) const;

  // What came of one recipient; reason kNone means that `text` and `segments` are whole.
  struct Outcome {
    domain::Reason reason = domain::Reason::kNone;
    text::Encoding encoding = text::Encoding::kUcs2;
    uint32_t units = 0;          // segments that reach the handset, for rate, quota and bill
    bool personal_data = false;  // a value brings some in; said by BatchPlan::compose()
  };
  // Clears and fills `text` and `segments`. `reference` is the concatenation reference of a long message.
  Outcome compose(const Recipient& recipient, const TextForm& form, uint16_t reference, std::string& text,
                  text::SegmentList& segments) const;

 private:
  static Outcome cut(std::string_view text, const TextForm& form, uint16_t reference,
                     text::SegmentList& segments);

  explicit Composer(text::TemplateText parsed) : template_(std::move(parsed)) {}
  text::TemplateText template_;
};

}  // namespace yizhan::engine
