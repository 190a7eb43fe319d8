#include "app/reconcile.h"

#include <fmt/format.h>

#include "domain/message.h"
#include "engine/recipient.h"
#include "link/simulator_log.h"
#include "service/campaigns.h"
#include "store/queries.h"
#include "text/number_plan.h"

namespace yizhan::app {

namespace q = store::q;
using domain::MessageState;

namespace {

constexpr size_t kDifferencesShown = 20;

// What the ledger's state allows the carrier to have seen.
std::string difference(MessageState state, const link::SimulatedDestination* seen,
                       uint64_t confirmation_hash) {
  size_t messages = 0;
  bool receipted = false;
  if (seen != nullptr)
    for (const link::SimulatedMessage& m : seen->messages) {
      if (m.content_hash == confirmation_hash) continue;
      ++messages;
      receipted = receipted || m.receipted.starts_with("DELIVRD");
    }
  switch (state) {
    case MessageState::kDelivered:
      if (messages != 1 || !receipted)
        return fmt::format("delivered, but the carrier took {} and receipted {}", messages, receipted);
      return {};
    case MessageState::kSent:
    case MessageState::kExpired:
      if (messages != 1) return fmt::format("sent, but the carrier took {}", messages);
      return {};
    case MessageState::kFailed:
      if (messages > 1) return fmt::format("failed, but the carrier took {}", messages);
      if (messages == 1 && receipted) return "failed, but the carrier delivered it";
      return {};
    case MessageState::kUnknown:
      if (messages > 1) return fmt::format("unknown, and the carrier took {}", messages);
      return {};
    default:
      if (messages != 0) return fmt::format("{}, but the carrier took {}", name_of(state), messages);
      return {};
  }
}

}  // namespace

Result<Reconciliation> reconcile(const store::Store& store, const store::Actor& who, CampaignId campaign,
                                 const std::string& carrier_log,
                                 const std::function<void(int64_t done, int64_t total)>& progress) {
  const link::SimulatorSummary log = YZ_TRY(link::summarize_simulator_log(carrier_log));
  Reconciliation result;
  // Confirmations of opt-outs are all of one text: told by the last message of someone who is known to have
  // got one.
  uint64_t confirmation = 0;
  YZ_CHECK(store.db.read([&](db::Tx& tx) -> Result<> {
    const service::CampaignRow row = YZ_TRY(service::load_campaign(tx, campaign));
    YZ_CHECK(tx.stream(
        q::confirmed_customers,
        [&](const db::Row& r) -> Result<> {
          const auto seen =
              log.destinations.find(YZ_TRY(store.cipher.open(store::column::kCustomerNumber, r.blob(0))));
          if (seen != log.destinations.end() && !seen->second.messages.empty())
            confirmation = seen->second.messages.back().content_hash;
          return {};
        },
        domain::BatchOrigin::kOptOutConfirmation, MessageState::kDelivered));
    return tx.stream(
        q::reconcile_messages,
        [&](const db::Row& r) -> Result<> {
          ++result.recipients;
          if (progress) progress(result.recipients, row.view.audience_count);
          const auto state = r.as<MessageState>(1);
          const std::string digits = YZ_TRY(store.cipher.open(store::column::kCustomerNumber, r.blob(2)));
          const auto found = log.destinations.find(digits);
          const link::SimulatedDestination* seen = found == log.destinations.end() ? nullptr : &found->second;
          size_t messages = 0;
          if (seen != nullptr)
            for (const link::SimulatedMessage& m : seen->messages) messages += m.content_hash != confirmation;
          if (messages > 0) ++result.with_carrier;
          if (messages > 1) ++result.twice;
          const std::string what = difference(state, seen, confirmation);
          if (what.empty()) {
            if (state == MessageState::kDelivered) ++result.delivered_both;
            if (state == MessageState::kUnknown && messages > 0) ++result.unknown_taken;
            return {};
          }
          ++result.differing;
          if (result.differences.size() < kDifferencesShown)
            result.differences.push_back(text::mask_number("+" + digits) + ": " + what);
          return {};
        },
        row.batch_id);
  }));
  YZ_CHECK(store.db.write([&](db::Tx& tx) -> Result<> {
    return store::append_audit(tx, store, who,
                               {.action = "campaign.reconcile",
                                .object_type = "campaign",
                                .object_id = campaign.value,
                                .reason = "compared with the carrier's log",
                                .detail = fmt::format(R"({{"recipients":{}}})", result.recipients)});
  }));
  return result;
}

}  // namespace yizhan::app
