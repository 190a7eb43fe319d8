#!/usr/bin/env bash
# Every check of the sources, all of them even when one fails. Usage: tools/lint.sh <configured build folder> <jobs>
set -uo pipefail
cd "$(dirname "$0")/.."
failed=0
tools/check_layers.py || failed=1
tools/check_style.py || failed=1
tools/check_format.py || failed=1
# The folders that clang-tidy has passed whole; each further one joins the list when it does (docs/decisions/0001).
tools/tidy.py --build "$1" --jobs "$2" src/base src/text src/domain src/store src/engine src/app || failed=1
exit $failed
