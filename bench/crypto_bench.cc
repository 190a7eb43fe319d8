// One core's rate of the operations that a message needs: seal and open a short field, look-up hash, audit
// hash.

#include <benchmark/benchmark.h>

#include "crypto/blind_index.h"
#include "crypto/hash_chain.h"
#include "crypto/sealed.h"

namespace yizhan::crypto {
namespace {

constexpr std::string_view kField = "+8613800138000 and a few more bytes here";
static_assert(kField.size() == 40);

void seal(benchmark::State& state) {
  const FieldCipher cipher(Keyring::generate());
  Bytes out;
  for (auto _ : state) {
    out.clear();
    cipher.seal_to("customer.number", kField, out);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(seal)->Name("crypto/seal_40");

void open(benchmark::State& state) {
  const FieldCipher cipher(Keyring::generate());
  const Bytes sealed = cipher.seal("customer.number", kField);
  std::string out;
  for (auto _ : state) {
    out.clear();
    benchmark::DoNotOptimize(cipher.open_to("customer.number", sealed, out));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(open)->Name("crypto/open_40");

void blind_index(benchmark::State& state) {
  const BlindIndex index(Keyring::generate(), "customer.number");
  for (auto _ : state) benchmark::DoNotOptimize(index.of("+8613800138000"));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(blind_index)->Name("crypto/blind_index");

void chain(benchmark::State& state) {
  const HashChain chain(Keyring::generate());
  const Bytes entry(300, 'e');
  Digest previous = HashChain::kGenesis;
  int64_t n = 0;
  for (auto _ : state) previous = chain.next(previous, ++n, entry);
  benchmark::DoNotOptimize(previous);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(chain)->Name("crypto/audit_chain_300");

void digest(benchmark::State& state) {
  const Bytes data(static_cast<size_t>(state.range(0)), 'd');
  for (auto _ : state) benchmark::DoNotOptimize(sha256(data));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(digest)->Name("crypto/sha256")->Arg(43)->Arg(65536);

}  // namespace
}  // namespace yizhan::crypto
