#!/usr/bin/env bash
# Writes the locks from pyproject.toml. The address of a package index never enters them.
set -euo pipefail
cd "$(dirname "$0")/.."
uv=${VENV:-.venv}/bin/uv
[ -x "$uv" ] || uv=uv
export UV_CUSTOM_COMPILE_COMMAND='make lock'
compile() {
  "$uv" pip compile --quiet --generate-hashes --no-emit-index-url --python-version 3.11 \
    --python-platform x86_64-manylinux_2_39 "$@"
}
compile environment/bootstrap.in -o environment/bootstrap.txt
compile environment/audit.in -o environment/audit.txt
compile pyproject.toml -o requirements.txt
compile --group dev --constraint requirements.txt -o environment/requirements-dev.txt
compile --group gpu --constraint requirements.txt -o environment/requirements-gpu.txt
