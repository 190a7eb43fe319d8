#!/usr/bin/env bash
# Everything that must hold before a change is merged: the build, the checks of the sources, the unit tests and the
# fuzzers under the sanitizers (there alone: they are what takes longest to compile), and every other ctest label (the
# console in a browser among them) with both database drivers.
# The last comes last, so that ctest's closing line ends the output; whatever failed before it is named after it and makes
# the exit code 1.
set -uo pipefail
cd "$(dirname "$0")/.."
jobs=${JOBS:-$(nproc)}
export PYTHONDONTWRITEBYTECODE=1 CTEST_OUTPUT_ON_FAILURE=1
failed=()

step() {
  local name=$1 started=$SECONDS
  shift
  echo "== $name"
  "$@" || failed+=("$name")
  echo "== $name: $((SECONDS - started)) s"
}

build() {
  cmake --preset "$1" --log-level=WARNING && cmake --build --preset "$1" --parallel "$jobs" --target "$2" || {
    echo "make test: the $1 build failed"
    exit 1
  }
}

with_database=(env YIZHAN_REQUIRE_POSTGRES=1 YIZHAN_REQUIRE_PEERS=1 tools/with_postgres --no-fsync)
in_parallel=(--parallel "$jobs" --no-tests=error --no-label-summary)

step "build dev" build dev beyond_unit
step "lint" tools/lint.sh build/dev "$jobs"
step "console" tools/web.sh check
step "console's types" tools/web.sh types build/dev/yizhan --check
step "console's files" tools/web.sh build
# Before the tests that run beside each other need it.
step "the SMPP peer" tools/smpp_peer.sh install
step "build asan" build asan all
step "unit tests with sanitizers" "${with_database[@]}" ctest --test-dir build/asan -L '^unit$' "${in_parallel[@]}"
step "a carrier's misbehaviour with sanitizers" ctest --test-dir build/asan -R '^protocol\.misbehaviour$' "${in_parallel[@]}"
"${with_database[@]}" ctest --test-dir build/dev -L '^(check|scenario|integration|protocol|crash|e2e)$' \
  "${in_parallel[@]}" || failed+=("tests")

if [[ ${#failed[@]} -gt 0 ]]; then
  printf -v names ', %s' "${failed[@]}"
  echo "make test: FAILED: ${names:2}"
  exit 1
fi
