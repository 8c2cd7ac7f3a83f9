#!/bin/sh
# Deploy, and let the evidence decide what happens next.
#
#   DEPLOY_COMMAND='railway up --ci' deploy/deploy.sh
#
# DEPLOY_COMMAND    deploys the new version; required
# SWITCH_COMMAND    gives it the traffic, where the deploy does not: it is asked first, by itself,
#                   at CANDIDATE_URL or at what the deploy wrote to the file CANDIDATE_URL_FILE
# STEPS             a canary: shares of the traffic in percent, such as "5 25 100", one after another;
#                   the new version is asked first, by itself, as with SWITCH_COMMAND. With it:
#   SHIFT_COMMAND   gives the new version a share: the percentage is its last word, 0 takes it back
#   STABLE_URL      where the old version answers by itself, or the file STABLE_URL_FILE that says it:
#                   at each step below 100 the new one is compared with it, at the same time
#   STEP_WATCH      the latest end of the watch at each of these steps (5m)
#   ON_HOLD         after a HOLD, an INCONCLUSIVE or an interrupt the traffic stays as it is split,
#                   and the last line says how; "back" takes it back
# ROLLBACK_COMMAND  brings back the old one; without it, `gonogo rollback` on the record
# BASELINE          sample what serves now, for so long, before the deploy (such as 2m); off
# WATCH             the latest end of the watch window after the deploy (15m); "off" leaves it out
# GONOGO_TARGET, GONOGO_COMMIT, GONOGO_CONFIRM ... are read by the gate itself
# PYTEST, PYTEST_ARGS, REPORTS: how the gate is called, and where its records go
#
# Exit codes: 0 kept; 10 stopped before it took traffic; 20 rolled back, and the old version was
# verified; 30 a human must look; 40 nobody knows, and nothing was undone.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$here/steps.sh"
. "$here/canary.sh"

# Bring the old version back, as the record says, and verify it.
undo() {
  code=0
  if [ -n "${STEPS:-}" ]; then
    export ROLLBACK_COMMAND="$SHIFT_COMMAND 0"
    note_weight "shifting to 0"
  fi
  PART_OF=deploy.sh "$here/rollback.sh" "$record" || code=$?
  [ "$code" -eq 0 ] || finish 30 "not rolled back, or not verified: a human must look NOW"
  [ -z "${STEPS:-}" ] || note_weight 0
  finish 20 "rolled back: the version before serves again"
}

need DEPLOY_COMMAND 'the command that deploys, such as: railway up --ci'
[ -z "${STEPS:-}" ] || check_steps
if [ -z "${GONOGO_COMMIT:-}" ] && GONOGO_COMMIT=$(git rev-parse HEAD 2>/dev/null); then
  export GONOGO_COMMIT
fi

judge predeploy "$(suite predeploy)"
[ "$code" -eq 0 ] || finish "$code" "nothing was deployed"

if [ -n "${BASELINE:-}" ]; then
  judge baseline "$(suite watch)" --gonogo-baseline "$BASELINE"
  [ "$code" -eq 0 ] || say "no baseline: latency will not be compared"
fi

[ -z "$stopped" ] || finish 40 "interrupted; nothing was deployed"
perform deploy "$DEPLOY_COMMAND"
[ "$status" -eq 0 ] || say "the deploy command ended with $status: asking what serves"
deployed=$status
[ -z "$stopped" ] || finish 40 "interrupted during the deploy: run smoke.sh to see what serves"

if [ -n "${STEPS:-}${SWITCH_COMMAND:-}" ]; then
  [ -n "${CANDIDATE_URL:-}" ] || CANDIDATE_URL=$(cat "${CANDIDATE_URL_FILE:-/dev/null}" 2>/dev/null) || :
  [ -n "$CANDIDATE_URL" ] || finish 40 "where does the new version answer? give CANDIDATE_URL"
  [ "$deployed" -eq 0 ] || finish 10 "the new version did not start, and took no traffic"
  export GONOGO_NO_HISTORY=1 # what took no traffic is no deployment, and was never rolled back
  judge candidate "$(suite health)" "$(suite smoke)" --gonogo-url "$CANDIDATE_URL"
  unset GONOGO_NO_HISTORY
  case $code in
    0) ;;
    40) finish 40 "nobody knows whether the new version is well; it took no traffic" ;;
    *) finish 10 "the new version is not well, and took no traffic; nothing to undo" ;;
  esac
  [ -z "$stopped" ] || finish 40 "interrupted; the new version took no traffic"
  if [ -n "${STEPS:-}" ]; then
    walk
  else
    perform switch "$SWITCH_COMMAND"
    [ "$status" -eq 0 ] || say "the switch ended with $status: asking what serves"
    deployed=$status
  fi
fi

judge verify "$(suite health)" "$(suite smoke)"
if [ "$code" -eq 0 ] && [ "${WATCH:-15m}" != off ]; then
  judge watch "$(suite watch)" --gonogo-watch "${WATCH:-15m}"
fi

[ -z "${STEPS:-}" ] || [ "$code" -lt 30 ] || stay "$code" "$(word "$code"): a human must look"

case $code in
  0)
    [ "$deployed" -eq 0 ] || finish 30 "the deploy command failed, and what serves is healthy: a human must look"
    finish 0 "kept"
    ;;
  10)
    [ -z "${STEPS:-}" ] || take_back 10 "what serves is not the new version"
    finish 10 "the new version took no traffic; nothing to undo"
    ;;
  20) undo ;;
  30) finish 30 "a human must look; nothing was undone" ;;
  *) finish 40 "nobody knows whether this release is well; nothing was undone" ;;
esac
