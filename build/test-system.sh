#!/usr/bin/env bash
# test-system.sh [--look] [browser]
#
# What the end-to-end tests need of a Linux system beside Electron itself: a virtual X server, D-Bus, the libraries that
# Chromium loads, and one font. What is missing is installed where that can be done without asking (root on a Debian-like
# system); with --look nothing is installed. `browser` means a Chromium instead, for the tests of the page in a browser.
#
# Exit: 0 everything is there · 3 something is missing; the last line says what and how to get it.
set -euo pipefail

PATH=$PATH:/usr/sbin:/sbin

# what : how to see that it is there : packages that bring it, first one that exists wins (Debian 13 renamed some)
needs='
an X server without a screen : program Xvfb            : xvfb
D-Bus                        : program dbus-run-session: dbus-daemon dbus
GTK                          : library libgtk-3.so.0   : libgtk-3-0t64 libgtk-3-0
NSS                          : library libnss3.so      : libnss3
ALSA                         : library libasound.so.2  : libasound2t64 libasound2
GBM                          : library libgbm.so.1     : libgbm1
CUPS                         : library libcups.so.2    : libcups2t64 libcups2
a font                       : file /usr/share/fonts/*/*/*.ttf : fonts-dejavu-core
'
case " $* " in *' browser '*)
  needs='
Chromium                     : program chromium        : chromium
a font                       : file /usr/share/fonts/*/*/*.ttf : fonts-dejavu-core
'
  ;;
esac

say() { echo "test system: $*"; }
trim() { sed 's/^ *//; s/ *$//'; }

has() {
  case $1 in
    program) command -v "$2" >/dev/null ;;
    library) grep -q "^[[:space:]]*$2 " <<<"$libraries" ;;
    file) compgen -G "$2" >/dev/null ;;
  esac
}

# Sets `missing` (words) and `packages` (what would bring them).
look() {
  libraries=$(ldconfig -p 2>/dev/null || true)
  missing=() packages=()
  local what test brings
  while IFS=: read -r what test brings; do
    [ -n "$brings" ] || continue
    read -r kind name <<<"$test"
    if has "$kind" "$name"; then continue; fi
    missing+=("$(trim <<<"$what")")
    packages+=("$brings")
  done <<<"$needs"
}

in_words() { local IFS=,; sed 's/,/, /g' <<<"${missing[*]}"; }

cannot() { say "missing: $(in_words). $*"; exit 3; }

# The first of the given package names that this system's lists know.
known() {
  local name
  for name in "$@"; do
    if apt-cache show "$name" >/dev/null 2>&1; then echo "$name"; return; fi
  done
  return 1
}

install_missing() {
  local wanted=() alternatives name
  for alternatives in "${packages[@]}"; do
    # shellcheck disable=SC2086
    name=$(known $alternatives) || { say "this system's package lists know none of:$alternatives"; return 1; }
    wanted+=("$name")
  done
  say "installing ${wanted[*]} (for: $(in_words))"
  DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${wanted[@]}" >/dev/null || return 1
}

look
if [ "${#missing[@]}" -gt 0 ]; then
  names=$(printf '%s\n' "${packages[@]}" | awk '{ print $1 }' | tr '\n' ' ' | trim)
  case " $* " in *' --look '*) cannot "Packages on Debian: $names." ;; esac
  command -v apt-get >/dev/null || cannot "Install them with this system's package manager (on Debian: $names)."
  [ "$(id -u)" = 0 ] || cannot "Only root can install them: run build/test-system.sh as root once."
  if ! install_missing; then
    say 'refreshing the package lists'
    if ! apt-get -qq update || ! install_missing; then cannot 'apt-get could not install them (its messages are above).'; fi
  fi
  look
  [ "${#missing[@]}" -eq 0 ] || cannot 'Still missing after installing.'
fi
say 'complete'
