// A customer file from its first byte to the last durable row, every check and the sealing included.

#include <fmt/format.h>

#include <fstream>

#include "bench/system/bench.h"
#include "service/evidence_files.h"
#include "service/imports.h"

namespace yizhan::bench {

Result<> measure_import(const Options& options, testing::SendingWorld& world, const std::string& folder,
                        const RawLimits& raw) {
  const std::string path = folder + "/customers.csv";
  {
    std::ofstream file(path);
    file << "手机号,姓名,城市,会员等级,营销同意,同意时间,同意方式,同意文本\n";
    for (int64_t i = 0; i < options.rows; ++i)
      file << fmt::format("139{:08},客户{},上海,金卡,是,2026-01-02 10:00:00,门店,同意接收营销短信\n", i, i);
  }
  const service::EvidenceFiles evidence(world.store(), folder + "/evidence");
  service::Imports imports(world.store(), evidence);
  const service::Principal who = service::system_principal();
  const double before = processor_seconds();
  const auto start = SteadyClock::now();
  const service::ImportView started = YZ_TRY(imports.start(who, path, "customers.csv", {}));
  imports.wait(started.id);
  const double elapsed = seconds_since(start);
  const service::ImportView view = YZ_TRY(imports.get(started.id));
  if (view.rows_new != options.rows) return fail(ErrorCode::kCorrupt, "rows were refused: " + view.error);
  const double rows = static_cast<double>(options.rows);
  print(options, {"customer_import", rows / elapsed, "rows/s", "raw insert, rows/s", raw.insert});
  print(options, {"customer_import_processor", (processor_seconds() - before) * 1e6 / rows, "us/row"});
  return {};
}

}  // namespace yizhan::bench
