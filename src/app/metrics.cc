#include "app/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <array>

#include "store/queries.h"

namespace yizhan::app {

struct Metrics::Families {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& requests = prometheus::BuildCounter()
                                                          .Name("yizhan_http_requests_total")
                                                          .Help("Requests answered")
                                                          .Register(registry);
  prometheus::Family<prometheus::Histogram>& durations = prometheus::BuildHistogram()
                                                             .Name("yizhan_http_request_seconds")
                                                             .Help("Time to answer a request")
                                                             .Register(registry);
  prometheus::Histogram& duration =
      durations.Add({}, prometheus::Histogram::BucketBoundaries{0.001, 0.005, 0.02, 0.1, 0.5, 2, 10});
  prometheus::Family<prometheus::Gauge>& messages =
      prometheus::BuildGauge().Name("yizhan_messages").Help("Messages by state").Register(registry);
  prometheus::Family<prometheus::Gauge>& store = prometheus::BuildGauge()
                                                     .Name("yizhan_store")
                                                     .Help("The store's writer: commits, jobs, queue")
                                                     .Register(registry);
  prometheus::Family<prometheus::Gauge>& channel = prometheus::BuildGauge()
                                                       .Name("yizhan_channel")
                                                       .Help("Carrier links by channel and figure")
                                                       .Register(registry);
};

// By db::Priority.
constexpr std::array<const char*, db::kPriorities> kQueues = {"queued_urgent", "queued_normal",
                                                              "queued_bulk"};

Metrics::Metrics() : families_(std::make_unique<Families>()) {}
Metrics::~Metrics() = default;

void Metrics::observe(const http::Served& served) {
  families_->requests.Add({{"status", std::to_string(served.status / 100) + "xx"}}).Increment();
  families_->duration.Observe(static_cast<double>(served.duration_us) / 1e6);
}

std::string Metrics::text(const store::Store& store, const engine::Engine& engine) {
  const db::Stats stats = store.db.stats();
  const auto put = [&](const char* what, double value) {
    families_->store.Add({{"figure", what}}).Set(value);
  };
  put("commits", static_cast<double>(stats.commits));
  put("jobs", static_cast<double>(stats.jobs));
  put("failed_jobs", static_cast<double>(stats.failed_jobs));
  put("refused_jobs", static_cast<double>(stats.refused_jobs));
  put("commit_seconds", static_cast<double>(stats.commit_us) / 1e6);
  put("file_bytes", static_cast<double>(stats.file_bytes));
  for (size_t i = 0; i < stats.queued.size(); ++i) put(kQueues[i], static_cast<double>(stats.queued[i]));
  for (const engine::ChannelStatus& status : engine.channels()) {
    const auto figure = [&](const char* what, double value) {
      families_->channel.Add({{"channel", status.name}, {"figure", what}}).Set(value);
    };
    figure("bound", status.link.state == link::LinkState::kBound ? 1 : 0);
    figure("queued", static_cast<double>(status.link.queued));
    figure("in_window", static_cast<double>(status.link.in_window));
    figure("accepted", static_cast<double>(status.link.accepted));
    figure("rejected", static_cast<double>(status.link.rejected));
    figure("throttled", static_cast<double>(status.link.throttled));
    figure("receipts", static_cast<double>(status.link.receipts));
    figure("reconnects", static_cast<double>(status.link.reconnects));
    figure("segments_per_second", status.link.segments_per_second);
  }
  const auto counted = store.db.read([&](db::Tx& tx) {
    return tx.each(store::q::message_totals, [&](const db::Row& row) {
      families_->messages.Add({{"state", std::string(name_of(row.as<domain::MessageState>(0)))}})
          .Set(static_cast<double>(row.i64(1)));
    });
  });
  families_->store.Add({{"figure", "readable"}}).Set(counted ? 1 : 0);
  return prometheus::TextSerializer().Serialize(families_->registry.Collect());
}

}  // namespace yizhan::app
