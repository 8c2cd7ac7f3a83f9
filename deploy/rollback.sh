#!/bin/sh
# Bring back the version before, and verify that it serves.
#
#   deploy/rollback.sh reports/out/verify/decision.json
#
# The argument is the decision that says ROLLBACK; required.
# ROLLBACK_COMMAND  brings back the old version; without it, `gonogo rollback` does, which checks
#                   the record, the guard and what is live, and verifies by itself
# ROLLBACK_COMMIT   the commit that should serve afterwards; without it, the record's `previous`
#
# Exit codes: 0 restored and verified; 30 refused, failed or not verified; 40 cannot tell.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$here/steps.sh"

decided=${1:-}
[ -n "$decided" ] || finish 40 "which record? such as: rollback.sh $REPORTS/verify/decision.json"
# Its own decision: a merged record names those of its shards or places as well, further in.
grep -q '^ \{0,2\}"decision": "ROLLBACK"' "$decided" 2>/dev/null ||
  finish 30 "$decided does not say ROLLBACK: nothing was undone"
! grep -q '^ \{0,2\}"shadow": true' "$decided" ||
  finish 30 "$decided is of a run in shadow: nothing was undone"

if [ -z "${ROLLBACK_COMMAND:-}" ]; then
  attend "${GONOGO:-gonogo}" rollback "$decided"
  case $status in
    0) finish 0 "restored and verified" ;;
    30) finish 30 "refused, or not verified" ;;
    *) finish 40 "cannot tell whether the version before serves (status $status)" ;;
  esac
fi

perform rollback "$ROLLBACK_COMMAND"
[ "$status" -eq 0 ] || finish 30 "the rollback command ended with $status"

# The new version's identity would be asked for: the old one's is, or none.
unset GONOGO_COMMIT GONOGO_DEPLOYMENT GITHUB_SHA CI_COMMIT_SHA CIRCLE_SHA1 VERCEL_GIT_COMMIT_SHA \
  RAILWAY_GIT_COMMIT_SHA RENDER_GIT_COMMIT RAILWAY_DEPLOYMENT_ID RENDER_DEPLOY_ID
ROLLBACK_COMMIT=${ROLLBACK_COMMIT:-$(
  sed -n '/"previous": {/,/}/s/.*"commit": "\([^"]*\)".*/\1/p' "$decided"
)}
[ -z "$ROLLBACK_COMMIT" ] || export GONOGO_COMMIT="$ROLLBACK_COMMIT"
judge post-rollback "$(suite health)" "$(suite smoke)"
case $code in
  0)
    [ -n "$ROLLBACK_COMMIT" ] || finish 0 "restored, says the command; what serves is well, its version was not asked"
    finish 0 "restored and verified"
    ;;
  40) finish 40 "restored, says the command; nobody knows whether it serves" ;;
  *) finish 30 "restored, says the command; what serves is not well" ;;
esac
