#!/usr/bin/env bash
# The console's build and checks, with the Node that it needs (web/package.json, "engines"): the machine's, or one that is
# installed below build/node from tools/node/package-lock.json.
# Usage: tools/web.sh modules | build | check | types PROGRAM [--check] | e2e | npx COMMAND...
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD

wanted=22.22.0
at_least() { [[ $(printf '%s\n%s\n' "$2" "$1" | sort -V | head -1) == "$2" ]]; }

# Fingerprint of files: what was made of them is made again when it changes.
fingerprint() { sha256sum "$@" | sha256sum | cut -d' ' -f1; }

use_node() {
  local version
  version=$(node --version 2> /dev/null | tr -d v || true)
  if [[ -n $version ]] && at_least "$version" "$wanted" && command -v npm > /dev/null; then return; fi
  local stamp=build/node/.stamp print
  print=$(fingerprint tools/node/package.json tools/node/package-lock.json)
  if [[ $(cat "$stamp" 2> /dev/null || true) != "$print" ]]; then
    command -v npm > /dev/null || tools/setup.sh node
    mkdir -p build/node
    cp tools/node/package.json tools/node/package-lock.json build/node/
    npm ci --prefix build/node --no-audit --no-fund --loglevel=error
    echo "$print" > "$stamp"
  fi
  export PATH="$root/build/node/node_modules/.bin:$PATH"
}

modules() {
  use_node
  local stamp=web/node_modules/.stamp print
  print=$(fingerprint web/package-lock.json web/package.json)
  if [[ $(cat "$stamp" 2> /dev/null || true) != "$print" ]]; then
    (cd web && npm ci --no-audit --no-fund --loglevel=error)
    echo "$print" > "$stamp"
  fi
}

# build/web, and a link to it beside each built program, where the server looks for it.
build() {
  modules
  local print
  mapfile -d '' sources < <(find web examples/http_providers -type f -not -path 'web/node_modules/*' -not -path 'web/dist/*' -not -path 'web/screenshots/*' -print0 | sort -z)
  print=$(fingerprint "${sources[@]}")
  if [[ $(cat build/web/.stamp 2> /dev/null || true) != "$print" ]]; then
    (cd web && npx vite build --logLevel warn --emptyOutDir --outDir ../build/web && node scripts/compress.mjs ../build/web)
    echo "$print" > build/web/.stamp
  fi
  local preset
  for preset in release dev asan tsan coverage; do
    if [[ -d build/$preset && ! -e build/$preset/web ]]; then ln -s ../web "build/$preset/web"; fi
  done
}

check() {
  modules
  cd web
  npx tsc --noEmit
  npx eslint .
  npx prettier --check --log-level warn .
  npx vitest run
}

case ${1:-} in
  modules) modules ;;
  build) build ;;
  check) check ;;
  types)
    modules
    document=$(mktemp --suffix=.json)
    made=$(mktemp --suffix=.d.ts)
    trap 'rm -f "$document" "$made"' EXIT
    "$2" openapi > "$document"
    (cd web && npx openapi-typescript "$document" -o "$made" > /dev/null)
    if [[ ${3:-} != --check ]]; then
      cp "$made" web/src/api/schema.d.ts
    elif ! diff -q "$made" web/src/api/schema.d.ts > /dev/null; then
      echo "web/src/api/schema.d.ts is not what the server says of its API: run make types" >&2
      exit 1
    fi
    ;;
  e2e)
    modules
    cd web
    npx vitest run --config vitest.e2e.config.ts "${@:2}"
    ;;
  npx)
    modules
    cd web
    npx "${@:2}"
    ;;
  *)
    sed -n 4p "$0" >&2
    exit 2
    ;;
esac
