#!/usr/bin/env bash
# Runs the tests of a coverage build and reports the lines of src/ that they reach, as a table and as pages.
# Usage: tools/coverage.sh <build folder>
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1
rm -rf "$build/profiles"
export LLVM_PROFILE_FILE="$PWD/$build/profiles/%p-%m.profraw" CTEST_OUTPUT_ON_FAILURE=1 YIZHAN_REQUIRE_POSTGRES=1
tools/with_postgres --no-fsync ctest --test-dir "$build" -L '^(unit|scenario|integration|protocol)$' --no-tests=error

llvm-profdata-19 merge -sparse "$build"/profiles/*.profraw -o "$build/tests.profdata"
programs=()
while read -r program; do
  programs+=(-object "$program")
done < <(find "$build" -type f -executable -name '*_test' -o -type f -executable -path "$build/tests/*" ! -name '*.so*' \
  -o -type f -path "$build/yizhan" | sort)
only_code=(--ignore-filename-regex='_test\.cc$|/tests/|^/usr/|/build/')
llvm-cov-19 show "${programs[@]}" -instr-profile="$build/tests.profdata" "${only_code[@]}" --format=html \
  --output-dir="$build/report" > /dev/null
llvm-cov-19 report "${programs[@]}" -instr-profile="$build/tests.profdata" "${only_code[@]}" \
  --show-region-summary=false --show-branch-summary=false
echo "pages: $build/report/index.html"
