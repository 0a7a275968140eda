# shellcheck shell=bash
# For the scripts of this project: steps with one line of progress each. Sourced, not run, by a script that has set `root`.
# All of it goes to stderr, so that a script's stdout is that of the program it starts.

: "${root:?the folder of the project}"

say() { printf '==> %s\n' "$*" >&2; }

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# quietly TITLE COMMAND...: says TITLE, runs COMMAND with its output hidden, shows the output if it fails, and ends the script then.
quietly() {
  local title=$1 log status=0
  shift
  say "$title"
  log=$(mktemp)
  "$@" >"$log" 2>&1 </dev/null || status=$?
  ((status == 0)) || cat -- "$log" >&2
  rm -f -- "$log"
  ((status == 0)) || fail "that failed with exit code $status: $*"
}

# configure PRESET FOLDER OPTION...: only where it has not been done; ninja itself configures again when a CMake file has changed.
configure() {
  local preset=$1 folder=$2 fresh=()
  shift 2
  if [[ -f $folder/build.ninja ]]; then
    # A build folder belongs to the path that it was made for; after the project was moved it must be made anew.
    grep --quiet --fixed-strings --line-regexp "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$folder/CMakeCache.txt" && return 0
    fresh=(--fresh)
  fi
  quietly "Configuring ${folder#"$root/"}" cmake -S "$root" --preset "$preset" -B "$folder" "${fresh[@]}" "$@"
}

# build FOLDER TARGET...: says nothing when there is nothing to do.
build() {
  local folder=$1 plan
  shift
  plan=$(ninja -C "$folder" -n "$@" 2>&1) || true  # what is wrong, the real run will show
  [[ $plan != *'no work to do'* ]] || return 0
  quietly "Building ${folder#"$root/"}" ninja -C "$folder" "$@"
}
