# shellcheck shell=sh
# What the deploy steps share: sourced, never run. POSIX sh.
#
#   judge NAME SUITE...   run suites, set `code` to one of 0 10 20 30 40 and `record` to the record
#   perform NAME COMMAND  run a command of the team's own, set `status` to its exit status
#   finish CODE TEXT      say how it ended, note the code, exit with it
#
# The exit code of a gate is kept by hand, so that it survives `set -e`; the file exit-code in
# $REPORTS survives a pipe such as `deploy.sh | tee log`, in which the shell forgets it. Until the
# end it says 40, as do the outputs of a GitHub step: whoever kills a step must not leave a GO.

PYTEST=${PYTEST:-python -m pytest}
REPORTS=${REPORTS:-reports/out}
PYTEST_ARGS=${PYTEST_ARGS:-}

child=
stopped=
shadowed=

on_signal() {
  stopped=yes
  [ -z "$child" ] || kill -s TERM -- "-$child" 2>/dev/null || kill -TERM "$child" 2>/dev/null || :
}
trap on_signal INT TERM HUP
trap '' PIPE # a reader that has gone must not end a rollback half way

say() { printf '%s\n' "gonogo: $*" >&2 || :; }

need() {
  eval "value=\${$1:-}"
  [ -n "$value" ] || finish 40 "$1 is not set; give it: $2"
}

# A child in the background lets a signal through at once; `wait` ends early on one.
attend() {
  "$@" &
  child=$!
  status=0
  wait "$child" || status=$?
  while kill -0 "$child" 2>/dev/null; do
    status=0
    wait "$child" || status=$?
  done
  child=
}

# A suite of this folder, or of the installed package; a second word names one file of it.
suite() {
  if [ -d "suites/$1" ]; then
    printf 'suites/%s' "$1${2:+/$2.py}"
  else
    printf 'gonogo.suites.%s' "$1${2:+.$2}"
  fi
}

judge() {
  name=$1
  shift
  record=$REPORTS/$name/decision.json
  if ! rm -f "$record" "$REPORTS/$name/outputs"; then
    say "$name: not asked: the record of an earlier run cannot be removed"
    code=40
    return 0
  fi
  # What the gate tells GitHub is one step of several: only its reason is passed on.
  outputs=$REPORTS/$name/outputs
  # The two lists are words on purpose: a command and its arguments.
  # shellcheck disable=SC2086
  attend env GITHUB_OUTPUT="${GITHUB_OUTPUT:+$outputs}" \
    $PYTEST --pyargs "$@" --gonogo-report-dir "$REPORTS/$name" $PYTEST_ARGS
  [ ! -f "$outputs" ] || { grep '^reason=' "$outputs" >>"${GITHUB_OUTPUT:-/dev/null}" && rm -f "$outputs"; } || :
  case $status in
    0 | 10 | 20 | 30 | 40) code=$status ;;
    *)
      say "$name: the gate itself did not run (status $status): nothing is known"
      code=40
      ;;
  esac
  # A zero without a record is no GO: something else answered in the gate's name.
  if [ "$code" -eq 0 ] && ! grep -q '"exit_code": 0' "$record" 2>/dev/null; then
    say "$name: ended with 0 and left no record: nothing is known"
    code=40
  fi
  [ -z "$stopped" ] || [ "$code" -ne 0 ] || code=40
  # A shadow ends with 0 whatever it decides, and is no GO for that.
  shown=$(word "$code")
  if [ "$code" -eq 0 ] && grep -q '^  "shadow": true' "$record"; then
    shown=$(sed -n 's/^  "decision": "\([A-Z]*\)".*/\1/p' "$record")
    [ "$shown" = GO ] || shadowed=$shown
  fi
  say "$name: $shown"
}

perform() {
  say "$1: $2"
  # In a group of its own, where there is setsid: a signal ends all that the command has started.
  if command -v setsid >/dev/null; then attend setsid sh -c "$2"; else attend sh -c "$2"; fi
}

word() {
  case $1 in
    0) printf GO ;;
    10) printf BLOCK ;;
    20) printf ROLLBACK ;;
    30) printf HOLD ;;
    *) printf INCONCLUSIVE ;;
  esac
}

tell_github() {
  [ -n "${GITHUB_OUTPUT:-}" ] || return 0
  told=$(word "$1")
  [ "$1" -ne 0 ] || told=${shadowed:-GO}
  printf 'decision=%s\nexit_code=%s\nrecord=%s\n' "$told" "$1" "${record:-}" >>"$GITHUB_OUTPUT" ||
    say "the decision could not be written to GITHUB_OUTPUT"
}

# The code where a pipe cannot lose it: in a file, and in the outputs of a GitHub step. What is
# PART_OF another step leaves that to it.
note() {
  [ -z "${PART_OF:-}" ] || return 0
  tell_github "$1"
  if ! { mkdir -p "$REPORTS" && printf '%s\n' "$1" >"$REPORTS/exit-code"; }; then
    say "the exit code $1 could not be written to $REPORTS/exit-code"
  fi
}

finish() {
  say "$2"
  note "$1"
  exit "$1"
}

note 40
