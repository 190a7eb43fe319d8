#!/usr/bin/env bash
# The SMPP client and server of tests/protocol/smpp_npm_test.cc: the npm package smpp, installed below build/smpp_peer
# from tests/protocol/smpp_peer/package-lock.json.
# Usage: tools/smpp_peer.sh install | run
set -euo pipefail
cd "$(dirname "$0")/.."
source=tests/protocol/smpp_peer
installed=build/smpp_peer

install() {
  local print
  print=$(cat "$source/package.json" "$source/package-lock.json" | sha256sum | cut -d' ' -f1)
  [[ $(cat "$installed/.stamp" 2> /dev/null || true) != "$print" ]] || return 0
  command -v npm > /dev/null || tools/setup.sh node
  cp "$source/package.json" "$source/package-lock.json" "$source/.npmrc" "$installed/"
  npm ci --prefix "$installed" --no-audit --no-fund --loglevel=error
  echo "$print" > "$installed/.stamp"
}

case ${1:-} in
  install)
    mkdir -p "$installed"
    # One at a time: tests of several build trees may start together.
    exec 9> "$installed/.lock"
    flock 9
    install
    ;;
  run)
    export NODE_PATH="$PWD/$installed/node_modules"
    exec node "$source/peer.cjs"
    ;;
  *)
    sed -n 4p "$0" >&2
    exit 2
    ;;
esac
