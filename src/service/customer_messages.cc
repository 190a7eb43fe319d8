#include "service/customer_messages.h"

#include <algorithm>

#include "domain/content.h"
#include "store/audit.h"
#include "store/queries.h"

namespace yizhan::service {

namespace q = store::q;

namespace {

constexpr int64_t kBatchesAtOnce = 500;

CustomerMessageView map_message(const db::Row& r) {
  CustomerMessageView v;
  v.id = r.id<MessageId>(0);
  if (r.i64(1) != 0) v.campaign_id = r.id<CampaignId>(1);
  v.campaign_name = r.string(2);
  v.origin = r.as<domain::BatchOrigin>(3);
  v.message_class = r.as<domain::MessageClass>(4);
  v.state = r.as<domain::MessageState>(5);
  v.reason = r.as<domain::Reason>(6);
  v.segments = r.i64(7);
  v.attempts = r.i64(8);
  v.text_template = domain::whole_template(r.text(9), r.text(10), r.text(11));
  if (const Time submitted = r.time(12)) v.submitted_at = submitted;
  v.state_at = r.time(13);
  v.created_at = r.time(14);
  return v;
}

Result<> check_customer(db::Tx& tx, CustomerId id) {
  if (!YZ_TRY(tx.one(q::customer_load, [](const db::Row& r) { return r.i64(0); }, id)))
    return fail(ErrorCode::kNotFound, "no such customer");
  return {};
}

// Messages of one customer below an id, the newest ones first. There is no index by customer on the hot
// message table, so the batches are gone through by their last message, each with one seek into its unique
// rule (batch, customer). What the batches further down hold is not above the last message of the next one.
class Search {
 public:
  Search(db::Tx& tx, CustomerId customer, int64_t below) : tx_(tx), customer_(customer), below_(below) {}

  // Looks into at most `batches` batches, until `wanted` messages are certain; into more only where batches
  // overlap, so that the floor always comes down and a page after this one is another.
  Result<> run(int64_t batches, int64_t wanted) {
    for (int64_t looked = 0; !complete_ && certain() < wanted && (looked < batches || floor_ >= below_);) {
      const int64_t step = std::clamp<int64_t>(batches - looked, 1, kBatchesAtOnce);
      YZ_CHECK(look_into(step));
      looked += step;
    }
    return {};
  }

  // Everything at or above it has been found.
  int64_t floor() const { return floor_; }
  bool complete() const { return complete_; }
  std::vector<CustomerMessageView>& found() { return found_; }
  int64_t certain() const {
    return std::ranges::count_if(found_, [&](const auto& m) { return m.id.value >= floor(); });
  }

 private:
  Result<> look_into(int64_t count) {
    db::Columns keys;
    int64_t next = 0;  // the last message of the first batch not looked into
    YZ_CHECK(tx_.each(
        q::batches_by_last_message,
        [&](const db::Row& r) {
          if (static_cast<int64_t>(keys.size()) == count)
            next = r.i64(1);
          else
            keys.row(r.i64(0), customer_, below_);
        },
        floor_, below_, count + 1));
    complete_ = next == 0;
    floor_ = complete_ ? 0 : next + 1;
    if (keys.empty()) return {};
    YZ_CHECK(tx_.bulk_each(q::customer_messages_in, keys,
                           [&](const db::Row& r) { found_.push_back(map_message(r)); }));
    std::ranges::sort(found_, std::greater(), [](const auto& m) { return m.id.value; });
    return {};
  }

  db::Tx& tx_;
  CustomerId customer_;
  int64_t below_;
  int64_t floor_ = INT64_MAX;
  bool complete_ = false;
  std::vector<CustomerMessageView> found_;
};

}  // namespace

Result<CustomerMessagePage> CustomerMessages::messages(CustomerId id,
                                                       const ListCustomerMessages& request) const {
  return store_.db.read([&](db::Tx& tx) -> Result<CustomerMessagePage> {
    YZ_CHECK(check_customer(tx, id));
    Search search(tx, id, request.after.value_or(MessageId{INT64_MAX}).value);
    YZ_CHECK(search.run(batches_, request.limit + 1));
    CustomerMessagePage page;
    for (CustomerMessageView& message : search.found()) {
      if (message.id.value < search.floor()) break;
      if (std::ssize(page.items) == request.limit) {
        page.next_after = to_string(page.items.back().id);
        return page;
      }
      page.items.push_back(std::move(message));
    }
    // Not full, and yet not at the end: the next page begins where this one stopped looking.
    if (!search.complete()) page.next_after = to_string(MessageId{search.floor()});
    return page;
  });
}

Result<CustomerReplyPage> CustomerMessages::replies(CustomerId id, const ListCustomerReplies& request) const {
  return store_.db.read([&](db::Tx& tx) -> Result<CustomerReplyPage> {
    YZ_CHECK(check_customer(tx, id));
    CustomerReplyPage page;
    YZ_CHECK(tx.each(
        q::customer_replies,
        [&](const db::Row& r) {
          CustomerReplyView& v = page.items.emplace_back();
          v.id = r.id<InboundId>(0);
          v.kind = r.as<domain::InboundKind>(1);
          if (r.i64(2) != 0) v.campaign_id = r.id<CampaignId>(2);
          v.received_at = r.time(3);
        },
        id, request.after.value_or(InboundId{INT64_MAX}), request.limit + 1));
    if (std::ssize(page.items) > request.limit) {
      page.items.pop_back();
      page.next_after = to_string(page.items.back().id);
    }
    return page;
  });
}

Result<RevealedReply> CustomerMessages::reveal(const Principal& who, CustomerId id, InboundId reply,
                                               const StatedReason& request) const {
  return store_.db.write([&](db::Tx& tx) -> Result<RevealedReply> {
    const auto text = YZ_TRY(tx.one(
        q::customer_reply,
        [&](const db::Row& r) { return store_.cipher.open(store::column::kInboundText, r.blob(0)); }, reply,
        id));
    if (!text) return fail(ErrorCode::kNotFound, "no such reply of this customer");
    const json::Object detail{{"customer", to_string(id)}};
    YZ_CHECK(store::append_audit(
        tx, store_, who.actor(),
        {"reply.reveal", "inbound", reply.value, request.reason, json::serialize(detail)}));
    return RevealedReply{reply, *text};
  });
}

}  // namespace yizhan::service
