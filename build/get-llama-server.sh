#!/usr/bin/env bash
# get-llama-server.sh FOLDER [SUITE]
#
# Puts a runnable llama-server into FOLDER/bin on an amd64 or arm64 Debian-like machine, out of Debian's own packages of a
# newer suite (forky). Nothing is installed, no root is needed, and the system's libraries are neither used nor touched.
#
# How:
#   1. A private apt (own lists, own cache, own "installed" list) finds and downloads the packages. The mirror is the one
#      that this machine's apt already uses; apt checks Debian's signature as always.
#   2. The packages are unpacked. Every shared library goes into one folder together with the suite's own loader and libc.
#   3. The programs get that loader as their ELF interpreter and $ORIGIN as library path. So they are plain executables:
#      no wrapper and no LD_LIBRARY_PATH; signals reach the server itself; /proc/self/exe is llama-server, which its router
#      mode starts again for every model, and beside which ggml looks for its CPU backends.
#
# The interpreter is an absolute path, so a tree that was moved is built again. Running it a second time does nothing.
#
#   LLAMA_MIRROR=URL   another Debian mirror          LLAMA_FORCE=1   build again, with what the mirror has today
#
# Exit: 0 ready · 2 this machine can't do it (the message says what to install) · anything else: a step failed.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib/apt-conf.sh"

recipe=1                                                  # raise when the layout of FOLDER changes
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

say() { echo "llama-server: $*"; }
cannot() { echo "llama-server: $*" >&2; exit 2; }

main() {
  folder=${1:?usage: get-llama-server.sh FOLDER [SUITE]}
  suite=${2:-forky}
  command -v apt-get dpkg dpkg-deb >/dev/null || cannot 'this is not a Debian-like machine (no apt-get, dpkg or dpkg-deb).'
  [ -r "$keyring" ] || cannot "Debian's signing keys are missing: install the package debian-archive-keyring."
  choose_loader
  mkdir -p "$folder"
  folder=$(cd "$folder" && pwd -P)
  stamp="$recipe $suite $arch $folder"
  if is_ready; then say "ready: $(sed -n 2p "$folder/.stamp")"; return; fi

  find_mirror
  work=$folder/.work
  rm -rf "$work"
  trap 'rm -rf "$work"' EXIT
  private_apt
  download
  unpack
  relocate
  put_in_place
  say "ready: llama.cpp-tools $version ($suite)"
}

choose_loader() {
  arch=$(dpkg --print-architecture)
  case $arch in
    amd64) loader=ld-linux-x86-64.so.2 ;;
    arm64) loader=ld-linux-aarch64.so.1 ;;
    *) cannot "Debian has no llama.cpp for $arch that this script knows: build llama.cpp and put llama-server on PATH." ;;
  esac
}

is_ready() {
  [ -z "${LLAMA_FORCE:-}" ] && [ "$(head -n 1 "$folder/.stamp" 2>/dev/null)" = "$stamp" ] &&
    "$folder/bin/llama-server" --version >/dev/null 2>&1
}

find_mirror() {
  mirror=${LLAMA_MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' | grep -E '/debian/?$' | sort -u | head -n 1 || true)}
  [ -n "$mirror" ] ||
    cannot "this machine's apt knows no Debian mirror: set LLAMA_MIRROR to one, or put llama-server on PATH."
}

# An apt of our own.
private_apt() {
  mkdir -p "$work"/lists/partial "$work"/cache/archives/partial "$work"/state
  echo "deb [signed-by=$keyring] $mirror $suite main" >"$work/sources.list"
  # Things that llama-server never loads are declared as installed, so that they are not fetched.
  local package
  for package in debconf wget; do
    printf 'Package: %s\nStatus: install ok installed\nVersion: 9999\nArchitecture: %s\nMulti-Arch: foreign\nMaintainer: none\nDescription: not needed\n\n' \
      "$package" "$arch"
  done >"$work/state/status"
  private_apt_conf "$work" >"$work/apt.conf"
}

own_apt() { apt-get -c "$work/apt.conf" "$@"; }

download() {
  say "reading Debian's package list ($suite, about 10 MB)"
  own_apt -qq update
  mapfile -t packages < <(own_apt install -s -y llama.cpp-tools patchelf | awk '/^Inst/ { print $2 }')
  [ "${#packages[@]}" -gt 0 ] || { echo "llama-server: $suite on this mirror has no llama.cpp-tools" >&2; exit 1; }
  say "downloading ${#packages[@]} packages (about 14 MB)"
  mkdir -p "$work/debs"
  (cd "$work/debs" && own_apt -qq download "${packages[@]}")
}

unpack() {
  say 'unpacking'
  mkdir -p "$work/tree"
  local deb
  for deb in "$work"/debs/*.deb; do dpkg-deb -x "$deb" "$work/tree"; done
  version=$(dpkg-deb -f "$work"/debs/llama.cpp-tools_*.deb Version)
}

# One folder with every library, the loader and the programs; the programs and llama's own libraries are pointed at it.
relocate() {
  new=$work/lib
  final=$folder/lib/llama.cpp
  mkdir -p "$new"
  find "$work/tree" \( -name '*.so' -o -name '*.so.*' \) \( -type f -o -type l \) \
    -not -path '*/gconv/*' -not -path '*/audit/*' -exec cp -Pn -t "$new" {} + 2>/dev/null || true
  find "$work/tree" -name "$loader" -type f -exec cp -f -t "$new" {} +
  cp -t "$new" "$work"/tree/usr/bin/llama-*
  local file
  for file in "$new"/lib{llama,ggml,mtmd}*.so*; do
    [ -L "$file" ] || [ ! -e "$file" ] || patch_elf --force-rpath --set-rpath '$ORIGIN' "$file"
  done
  for file in "$new"/llama-*; do
    patch_elf --set-interpreter "$final/$loader" --force-rpath --set-rpath '$ORIGIN' "$file"
  done
}

# The suite's patchelf needs the suite's libc: it is run through the suite's loader.
patch_elf() { "$new/$loader" --library-path "$new" "$work/tree/usr/bin/patchelf" "$@"; }

put_in_place() {
  rm -rf "$final" "$folder/bin"
  mkdir -p "$folder/bin" "$folder/lib" "$folder/copyright"
  mv "$new" "$final"
  local package program
  for package in llama.cpp-tools libllama0 libggml0; do
    cp -L "$work/tree/usr/share/doc/$package/copyright" "$folder/copyright/$package" 2>/dev/null || true
  done
  for program in "$final"/llama-*; do ln -sfn "../lib/llama.cpp/${program##*/}" "$folder/bin/${program##*/}"; done
  "$folder/bin/llama-server" --version >/dev/null 2>"$work/why" ||
    { echo 'llama-server: it was unpacked but does not start:' >&2; cat "$work/why" >&2; exit 1; }
  printf '%s\n%s\n' "$stamp" "llama.cpp-tools $version ($suite)" >"$folder/.stamp"
}

main "$@"
