# shellcheck shell=sh disable=SC2154 # status, code and stopped are set by steps.sh
# A canary, sourced by deploy.sh: the new version gets the traffic in steps, and is watched at each
# against the old one that serves beside it. `weight` is the share of the traffic it has, in percent.

weight=0

check_steps() {
  need SHIFT_COMMAND 'the command that gives the new version a share; the percentage is its last word'
  before=0
  for step in $STEPS; do
    case $step in
      *[!0-9]* | 0* | ????*) finish 40 "STEPS: $step is no percentage; nothing was deployed" ;;
    esac
    [ "$step" -gt "$before" ] || finish 40 "STEPS: $STEPS does not rise; nothing was deployed"
    before=$step
  done
  [ "$before" -eq 100 ] || finish 40 "STEPS must end with 100, such as: 5 25 100; nothing was deployed"
}

# What the file weight in $REPORTS says outlives this script, however it ends.
note_weight() {
  if ! { mkdir -p "$REPORTS" && printf '%s\n' "$1" >"$REPORTS/weight"; }; then
    say "the share of the traffic could not be written to $REPORTS/weight"
  fi
}

shift_to() {
  note_weight "shifting to $1"
  perform shift "$SHIFT_COMMAND $1"
  weight="an unknown share"
  [ "$status" -ne 0 ] || weight=$1
  note_weight "$weight"
}

# take_back CODE TEXT: give the old version all the traffic, and end.
take_back() {
  shift_to 0
  [ "$weight" = 0 ] || finish 30 "$2; the traffic was NOT taken back: a human must look NOW"
  finish "$1" "$2; the old version has all the traffic"
}

# stay CODE TEXT: leave the traffic as it is split now, or take it back where ON_HOLD says so.
stay() {
  [ "${ON_HOLD:-stay}" != back ] || take_back "$1" "$2"
  finish "$1" "$2; the new version keeps $weight % of the traffic, to take it back: $SHIFT_COMMAND 0"
}

walk() {
  stable=${STABLE_URL:-$(cat "${STABLE_URL_FILE:-/dev/null}" 2>/dev/null || :)}
  [ -n "$stable" ] || say "no STABLE_URL: the old version beside it is not compared with"
  for step in $STEPS; do
    shift_to "$step"
    [ "$weight" = "$step" ] || take_back 30 "the shift to $step % ended with $status"
    [ -z "$stopped" ] || stay 40 "interrupted"
    [ "$step" -lt 100 ] || return 0
    judge "step-$step" "$(suite watch)" --gonogo-url "$CANDIDATE_URL" \
      --gonogo-watch "${STEP_WATCH:-5m}" ${stable:+--gonogo-baseline-url "$stable"}
    case $code in
      0) ;;
      10) take_back 10 "the new version is not the one that was deployed" ;;
      20) undo ;;
      *) stay "$code" "${stopped:+interrupted: }$(word "$code") at $step %: a human must look" ;;
    esac
    [ -z "$stopped" ] || stay 40 "interrupted"
  done
}
