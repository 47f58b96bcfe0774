#!/usr/bin/env bash
# get-nvidia-smi.sh FOLDER
#
# Unpacks Debian's nvidia-smi and its library (non-free, bookworm, 1 MB) into FOLDER, for tests of what it says without a driver.
# Nothing is installed and no root is needed: a private apt (own lists, own cache) takes them from the mirror that this machine's
# apt uses, and checks Debian's signature as always. Running it a second time does nothing.
#
# Exit: 0 there · 2 this machine can't do it · anything else: a step failed.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/apt-conf.sh"

keyring=/usr/share/keyrings/debian-archive-keyring.gpg
cannot() { echo "nvidia-smi: $*" >&2; exit 2; }

folder=${1:?usage: get-nvidia-smi.sh FOLDER}
program=usr/lib/nvidia/current/nvidia-smi
[ ! -x "$folder/$program" ] || exit 0
command -v apt-get dpkg dpkg-deb >/dev/null || cannot 'this is not a Debian-like machine (no apt-get, dpkg or dpkg-deb).'
[ "$(dpkg --print-architecture)" = amd64 ] || cannot 'only its package for amd64 is known here.'
[ -r "$keyring" ] || cannot "Debian's signing keys are missing: install the package debian-archive-keyring."
mirror=$(apt-get indextargets --format '$(REPO_URI)' | grep -E '/debian/?$' | sort -u | head -n 1 || true)
[ -n "$mirror" ] || cannot "this machine's apt knows no Debian mirror."

mkdir -p "$folder"
folder=$(cd "$folder" && pwd -P)
work=$folder/.work
rm -rf "$work"
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{lists/partial,cache/archives/partial,state,debs,tree}
touch "$work/state/status"
echo "deb [signed-by=$keyring] $mirror bookworm non-free" >"$work/sources.list"
private_apt_conf "$work" >"$work/apt.conf"
apt-get -c "$work/apt.conf" -qq update
(cd "$work/debs" && apt-get -c "$work/apt.conf" -qq download nvidia-smi libnvidia-ml1)
for deb in "$work"/debs/*.deb; do dpkg-deb -x "$deb" "$work/tree"; done
[ -x "$work/tree/$program" ] || { echo "nvidia-smi: the package has no $program" >&2; exit 1; }
cp -a "$work/tree/." "$folder"
