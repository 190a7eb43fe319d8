#include "engine/dry_run.h"

#include "engine/route_table.h"
#include "engine/signatures.h"
#include "store/queries.h"

namespace yizhan::engine {

namespace q = store::q;
using domain::MessageState;

void Funnel::count(const DryRunMessage& message) {
  ++audience;
  const std::string reason(name_of(message.verdict.reason));
  if (!message.may_go()) {
    ++refused[reason];
    return;
  }
  if (message.verdict.state == MessageState::kHeld)
    ++held[reason];
  else
    ++would_send;
  segments += message.segments;
}

struct DryRun::Row {
  int64_t message_id, customer_id;
  Bytes sealed;
  std::string zone, region;
  Time created_at, expires_at;
  int64_t carrier;
};

// Which channel each message would go by, and how texts are made for it.
struct DryRun::Ways {
  std::vector<domain::RouteChannel> channels, filed;  // filed: those that may carry the signature
  std::map<int64_t, TextForm> forms;

  static Result<Ways> load(db::Tx& tx, const BatchPlan& plan, Time when) {
    Ways ways;
    if (plan.route_id != 0) {
      ways.channels = YZ_TRY(load_route_channels(tx, plan.route_id));
      const auto without = YZ_TRY(channels_without(tx, plan.signature, when));
      for (const domain::RouteChannel& c : ways.channels)
        if (!without.contains(c.channel_id)) ways.filed.push_back(c);
    }
    ways.forms[plan.channel_id] = YZ_TRY(load_form(tx, plan.channel_id));
    for (const domain::RouteChannel& c : ways.channels)
      ways.forms[c.channel_id] = YZ_TRY(load_form(tx, c.channel_id));
    return ways;
  }
  struct Way {
    int64_t channel_id = 0;  // 0 when no channel serves it, for the reason
    domain::Reason reason = domain::Reason::kNone;
  };
  Way choose(const BatchPlan& plan, const Row& row, const std::set<int64_t>& ill) const {
    if (plan.route_id == 0) return {plan.channel_id};
    const auto among = [&](const std::vector<domain::RouteChannel>& all) {
      return domain::choose_channel(
          all, {.carrier = row.carrier, .message_class = plan.message_class, .customer_id = row.customer_id},
          [&](int64_t channel_id) { return !ill.contains(channel_id); });
    };
    if (const auto chosen = among(filed)) return {*chosen};
    return {0, among(channels) ? domain::Reason::kNoFiledChannel : domain::Reason::kNoRoute};
  }
};

struct DryRun::Chunk {
  BatchRules batch;
  Ways ways;
  std::vector<Row> rows;
  std::vector<CustomerGates> gates;
};

DryRun::DryRun(const store::Store& store, std::shared_ptr<const BatchPlan> plan, const ScreenRendered& screen,
               Time when, std::set<int64_t> ill)
    : store_(store),
      plan_(std::move(plan)),
      screen_(screen),
      when_(when),
      ill_(std::move(ill)),
      after_(plan_->first_message_id - 1) {}

Result<DryRun::Chunk> DryRun::read(int64_t rows) {
  return store_.db.read([&](db::Tx& tx) -> Result<Chunk> {
    Chunk chunk;
    chunk.batch = YZ_TRY(load_batch_rules(tx, *plan_, when_));
    chunk.ways = YZ_TRY(Ways::load(tx, *plan_, when_));
    std::vector<int64_t> customers;
    YZ_CHECK(tx.each(
        q::batch_messages_for_test,
        [&](const db::Row& r) {
          chunk.rows.push_back(
              {r.i64(0), r.i64(1), r.bytes(2), r.string(3), r.string(4), r.time(5), r.time(6), r.i64(7)});
          customers.push_back(r.i64(1));
        },
        after_, plan_->last_message_id, plan_->id, rows));
    // Whether values bring in personal data is known only behind this snapshot.
    chunk.batch.authorisations |= !plan_->composer.variables().empty();
    chunk.gates = YZ_TRY(look_up_customers(tx, *plan_, chunk.batch, customers, when_));
    return chunk;
  });
}

Result<> DryRun::judge_row(const Chunk& chunk, size_t i, const Look& look) {
  const Row& row = chunk.rows[i];
  const CustomerGates& gates = chunk.gates[i];
  opened_.clear();
  YZ_CHECK(store_.cipher.open_to({store::column::kMessagePayload, row.message_id}, row.sealed, opened_));
  YZ_CHECK(unpack(opened_, recipient_));
  const auto [channel, no_way] = chunk.ways.choose(*plan_, row, ill_);
  Composer::Outcome composed{.reason = no_way};
  if (channel != 0)
    composed = plan_->compose(recipient_, chunk.ways.forms.at(channel),
                              static_cast<uint16_t>(row.message_id & 0xFF), screen_, text_, pieces_);
  const bool whole = composed.reason == domain::Reason::kNone;
  const Candidate candidate{.number = recipient_.number,
                            .region = row.region,
                            .zone = row.zone,
                            .suppressed = gates.suppressed,
                            .barred = gates.barred,
                            .consent_of_class = gates.consent_of_class,
                            .consent_of_purpose = gates.consent_of_purpose,
                            .privacy = gates.privacy,
                            .personal_data = composed.personal_data,
                            .used = gates.used,
                            .preference = gates.preference,
                            .since = valid_since(*plan_, row.created_at, when_),
                            .expires_at = row.expires_at,
                            .composed = composed.reason};
  return look({.message_id = row.message_id,
               .channel_id = channel,
               .rules = chunk.batch.rules,
               .candidate = candidate,
               .verdict = judge(chunk.batch.rules, candidate, when_),
               .encoding = composed.encoding,
               .pieces = pieces_,
               .segments = whole ? int64_t{composed.units} : 0});
}

Result<bool> DryRun::next(int64_t rows, const Look& look) {
  const Chunk chunk = YZ_TRY(read(rows));
  for (size_t i = 0; i < chunk.rows.size(); ++i) YZ_CHECK(judge_row(chunk, i, look));
  if (!chunk.rows.empty()) after_ = chunk.rows.back().message_id;
  return std::ssize(chunk.rows) == rows;
}

Result<std::map<std::string, std::string>> load_samples(db::Tx& tx, int64_t content_version_id) {
  const auto text = YZ_TRY(
      tx.one(q::content_version_text, [](const db::Row& row) { return row.string(3); }, content_version_id));
  if (!text) return fail(ErrorCode::kNotFound, "no such content version");
  std::map<std::string, std::string> samples;
  for (const domain::Variable& v : YZ_TRY(parse_variables(*text)))
    if (!v.sample.empty()) samples.emplace(v.name, v.sample);
  return samples;
}

}  // namespace yizhan::engine
