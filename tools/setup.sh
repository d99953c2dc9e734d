#!/usr/bin/env bash
# Sets the program up in .venv: `setup.sh run` or `setup.sh test`. Done once; make remembers it.
# As root it installs what is missing of Debian's packages; otherwise it says the exact command.
set -euo pipefail
cd "$(dirname "$0")/.."
purpose="${1:-run}"

libraries=(libegl1 libgl1 libfontconfig1 libfreetype6 libdbus-1-3 libxkbcommon0 libx11-6
  libglib2.0-0 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1
  libxcb-render-util0 libxcb-shape0 libxcb-xkb1 libxcb-randr0 libxcb-sync1 libxcb-xfixes0
  libx11-xcb1 libxi6 libxtst6 libzbar0 poppler-utils espeak-ng)
for_tests=(xvfb cups-daemon cups-client postgresql dbus gnome-keyring libpulse0 binutils
  x11-xkb-utils ibus ibus-libpinyin dconf-gsettings-backend)

wanted=("${libraries[@]}")
[ "$purpose" = test ] && wanted+=("${for_tests[@]}")

python="${PYTHON:-}"
if [ -z "$python" ]; then
  python="$(command -v python3.11 || true)"
  if [ -z "$python" ]; then
    wanted+=(python3.11 python3.11-venv)
  elif ! "$python" -c 'import ensurepip' 2>/dev/null; then
    wanted+=(python3.11-venv)
  fi
fi

missing=()
for package in "${wanted[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ "${#missing[@]}" -gt 0 ]; then
  if [ "$(id -u)" = 0 ]; then
    echo "set-up: installing ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    # No service may start by itself because of us: the tests start their own.
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
      printf '#!/bin/sh\nexit 101\n' >"$policy"
      chmod 755 "$policy"
      trap 'rm -f "$policy"' EXIT
    fi
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  else
    echo "Some of Debian's packages are missing. Please run this command, then try again:" >&2
    echo "  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing[*]}" >&2
    exit 1
  fi
fi

python="${python:-$(command -v python3.11)}"
"$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || {
  echo "Python 3.11 is needed; $python is another version. Set PYTHON to one that is." >&2
  exit 1
}
[ -x .venv/bin/python ] || "$python" -m venv .venv
echo "set-up: Python libraries for $purpose"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
  -r "requirements/$purpose.txt"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps \
  --no-build-isolation --editable .
# Where writing byte code is switched off, starting would compile everything each time.
env -u PYTHONDONTWRITEBYTECODE .venv/bin/python -m compileall -q \
  counter_app ui printing resources hall_platform || true
