#!/usr/bin/env bash
# Builds a program of llama.cpp from the source that the engine's prebuilt library was made of.
#   build.sh [PROGRAM [FOLDER]]     default: llama-bench, in a folder of the version's own in ${XDG_CACHE_HOME:-$HOME/.cache}/pmpo/llama.cpp
# The last line printed is the path of the binary. Does nothing where it is already built.
# Needs node, npm, git, tar, cmake and a C++ compiler; takes about eight minutes on two cores.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# Fetches into a folder beside the wanted one, so that an interrupted run leaves nothing that looks whole.
fetch_source() {
  local partial=$folder.partial
  echo "Fetching the llama.cpp source of node-llama-cpp $version" >&2
  rm -rf "$partial"
  mkdir -p "$partial"
  (cd "$partial" && npm pack --silent "node-llama-cpp@$version" >&2)
  tar -xzf "$partial/node-llama-cpp-$version.tgz" -C "$partial" package/llama/gitRelease.bundle package/llama/patches
  git -c advice.detachedHead=false clone --quiet "$partial/package/llama/gitRelease.bundle" "$partial/source"
  git -C "$partial/source" apply "$partial"/package/llama/patches/*
  mv "$partial/source" "$folder"
  rm -rf "$partial"
}

# GCC 12 drops the stores that set up AMX tiles as dead; the program then dies of an illegal instruction.
keep_stores="-fno-tree-dse -fno-dse"

build() {
  echo "Building $program in $folder/build" >&2
  cmake -S "$folder" -B "$folder/build" -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_CXX_FLAGS="$(c++ --version | grep -q clang || echo "$keep_stores")" \
    -DLLAMA_CURL=OFF -DLLAMA_OPENSSL=OFF -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF >&2
  cmake --build "$folder/build" --target "$program" -j "$(getconf _NPROCESSORS_ONLN)" >&2
}

require() {
  local tool
  for tool in "$@"; do
    command -v "$tool" >/dev/null && continue
    echo "build.sh needs $tool, which is not installed" >&2
    exit 1
  done
}

require node npm git tar cmake c++
version=$(node -p 'require(process.argv[1]).optionalDependencies["@node-llama-cpp/linux-x64"]' "$here/../../package.json")
program=${1:-llama-bench}
folder=${2:-${XDG_CACHE_HOME:-$HOME/.cache}/pmpo/llama.cpp/$version}
case $folder in /*) ;; *) folder=$PWD/$folder ;; esac
binary=$folder/build/bin/$program

# A linker that was interrupted may leave a file: what counts is that it runs.
if ! "$binary" --help >/dev/null 2>&1; then
  [ -e "$folder/CMakeLists.txt" ] || fetch_source
  build
fi
echo "$binary"
