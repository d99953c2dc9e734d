#!/usr/bin/env bash
# Pins every dependency with its hashes; no index address gets into the files.
set -euo pipefail
cd "$(dirname "$0")/.."
maker=build/lock
[ -x "$maker/bin/uv" ] || { "${PYTHON:-python3.11}" -m venv "$maker"; "$maker/bin/pip" install --quiet uv; }
options=(--python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet)
"$maker/bin/uv" pip compile "${options[@]}" requirements/run.in -o requirements/run.txt
"$maker/bin/uv" pip compile "${options[@]}" requirements/test.in -c requirements/run.txt -o requirements/test.txt
"$maker/bin/uv" pip compile "${options[@]}" requirements/bench.in -c requirements/test.txt -o requirements/bench.txt
