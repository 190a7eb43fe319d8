// One core's rate of screening rendered messages, the check that every message passes just before it is sent.

#include <benchmark/benchmark.h>

#include "screen/screener.h"

namespace yizhan::screen {
namespace {

const Screener& shipped() {
  static const auto screener =
      Screener::load(std::vector<std::string>{"rules/cn_format.toml", "rules/cn_forbidden.toml",
                                              "rules/cn_advertising.toml", "rules/cn_sector.toml"},
                     "2026-01-01");
  if (!screener) std::abort();  // run from the source folder
  return **screener;
}

void rendered(benchmark::State& state, std::string_view text, MessageClass message_class) {
  const Screener& screener = shipped();
  for (auto _ : state) benchmark::DoNotOptimize(screener.screen_rendered(text, message_class));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(rendered, verification, "【驿站科技】您的验证码是482913，5分钟内有效，请勿泄露给他人。",
                  MessageClass::kVerification)
    ->Name("screen/rendered_verification");
BENCHMARK_CAPTURE(
    rendered, marketing,
    "【驿站科技】尊敬的张女士，夏日清凉季，空调满3000减300，以旧换新再补贴500元，活动截止7月31日，详情"
    "https://shop.example.com/ac 拒收请回复R",
    MessageClass::kMarketing)
    ->Name("screen/rendered_marketing");

void draft(benchmark::State& state) {
  const Draft content{
      MessageClass::kMarketing,
      "驿站科技",
      "尊敬的{name}，全国销量第一的空调满3000减300，活动截止7月31日，详情https://shop.example.com/ac",
      "拒收请回复R",
      {}};
  for (auto _ : state) benchmark::DoNotOptimize(shipped().screen(content));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(draft)->Name("screen/draft");

}  // namespace
}  // namespace yizhan::screen
