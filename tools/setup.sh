#!/usr/bin/env bash
# Installs the Debian packages of the named lists (packaging/apt/<name>.txt) that this machine lacks.
# Usage: tools/setup.sh build [test]. Does nothing, quickly, when all are there.
set -euo pipefail
cd "$(dirname "$0")/.."

wanted=()
for list in "$@"; do
  while read -r package; do
    [[ -z $package || $package == \#* ]] || wanted+=("$package")
  done < "packaging/apt/$list.txt"
done

if ! command -v dpkg-query > /dev/null; then
  echo "setup: not a Debian system; have these installed by your own means: ${wanted[*]}" >&2
  exit 0
fi

# dpkg-query exits 1 when it does not know a package; its list still has the known ones.
installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "${wanted[@]}" 2> /dev/null || true)
missing=()
for package in "${wanted[@]}"; do
  grep -qxF "installed $package" <<< "$installed" || missing+=("$package")
done
[[ ${#missing[@]} -gt 0 ]] || exit 0

as_root=(env DEBIAN_FRONTEND=noninteractive)
if [[ $(id -u) -ne 0 ]]; then
  if ! command -v sudo > /dev/null; then
    echo "setup: run this as root: apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo "${as_root[@]}")
fi

install_missing() {
  "${as_root[@]}" apt-get install --yes --no-install-recommends -o Dpkg::Use-Pty=0 "${missing[@]}"
}

echo "setup: installing ${missing[*]}"
if ! compgen -G '/var/lib/apt/lists/*_Packages*' > /dev/null; then
  "${as_root[@]}" apt-get update
  install_missing
elif ! install_missing; then
  # The package lists may be older than the archive.
  "${as_root[@]}" apt-get update
  install_missing
fi
