// What encoding and decoding one submit costs on one core, in every protocol, through the Dialect that
// sessions use.

#include <benchmark/benchmark.h>

#include "codec/dialect.h"

namespace yizhan::codec {
namespace {

// A part of a message in UCS-2, as most of the traffic is.
const Bytes kPayload = [] {
  Bytes payload = {0x05, 0x00, 0x03, 0x2A, 0x02, 0x01};
  payload.resize(140, 0x4E);
  return payload;
}();

std::unique_ptr<Dialect> dialect_of(Protocol protocol, Side side) {
  return make_dialect(
      protocol, {.side = side, .service_type = "SALE", .enterprise_code = "12345", .sgip_node = 3021000123});
}

Submit sample_submit() {
  Submit submit{.source = "106912345678", .payload = kPayload, .coding = Coding::kUcs2};
  submit.destinations = {"8613900000000"};
  submit.has_header = true;
  submit.part = text::UserDataHeader{.bytes = 6, .reference = 0x2A, .total = 2, .number = 1};
  return submit;
}

void encode(benchmark::State& state, Protocol protocol) {
  constexpr size_t kBufferBytes = 32 * 1024;  // as much as a session writes at once
  const auto dialect = dialect_of(protocol, Side::kClient);
  const Submit submit = sample_submit();
  Bytes out;
  uint32_t sequence = 0;
  for (auto _ : state) {
    if (out.size() > kBufferBytes) out.clear();
    if (dialect->write_submit(out, {.number = ++sequence}, submit) != Fault::kNone)
      return state.SkipWithError("encode");
  }
  benchmark::DoNotOptimize(out.data());
  state.SetItemsProcessed(state.iterations());
}

void decode(benchmark::State& state, Protocol protocol) {
  const auto dialect = dialect_of(protocol, Side::kServer);
  Bytes wire;
  if (dialect->write_submit(wire, {.number = 1}, sample_submit()) != Fault::kNone)
    return state.SkipWithError("encode");
  Pdu pdu;
  for (auto _ : state) {
    benchmark::DoNotOptimize(dialect->frame(wire));
    dialect->read(wire, pdu);
    benchmark::DoNotOptimize(pdu.submit.payload);
  }
  if (pdu.act != Act::kSubmit || !pdu.submit.part) state.SkipWithError("decode");
  state.SetItemsProcessed(state.iterations());
}

const bool kRegistered = [] {
  for (const Protocol protocol : kProtocols) {
    const std::string name = "codec_" + std::string(protocol_name(protocol)) + "_submit_";
    benchmark::RegisterBenchmark((name + "encode").c_str(), encode, protocol);
    benchmark::RegisterBenchmark((name + "decode").c_str(), decode, protocol);
  }
  return true;
}();

}  // namespace
}  // namespace yizhan::codec
