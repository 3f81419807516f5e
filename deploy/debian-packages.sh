#!/usr/bin/env bash
# Make sure that Debian packages are here: debian-packages.sh PURPOSE PACKAGE...
# Installs what is missing as root or through sudo; otherwise says what to type, and stops.
set -euo pipefail

purpose=$1
shift
missing=()
for package in "$@"; do
  dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

install=(apt-get install -y --no-install-recommends "${missing[@]}")
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  as_root=(sudo -n)
fi
if ! command -v apt-get >/dev/null || ! "${as_root[@]}" true 2>/dev/null; then
  echo "Missing for $purpose: ${missing[*]}. Please run as root:  ${install[*]}" >&2
  exit 1
fi

echo "Installing Debian packages for $purpose: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { "${as_root[@]}" apt-get update && "${as_root[@]}" "${install[@]}"; } >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  echo "Could not install ${missing[*]} for $purpose. Please run as root:  ${install[*]}" >&2
  exit 1
fi
