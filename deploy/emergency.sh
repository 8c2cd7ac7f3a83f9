#!/bin/sh
# Deploy in an emergency: the environment before, level 1 after, and nothing else.
#
#   REASON='payments are down, see incident 12' DEPLOY_COMMAND='railway up --ci' deploy/emergency.sh
#
# REASON          why the whole gate cannot be waited for; required, and kept in the records
# DEPLOY_COMMAND  deploys the new version; required
#
# The records say "partial": no promotion can rest on them.
# Exit codes: as deploy.sh; a ROLLBACK is told, never performed: a human is here already.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$here/steps.sh"

need REASON 'why the whole gate cannot be waited for'
need DEPLOY_COMMAND 'the command that deploys, such as: railway up --ci'
export GONOGO_EMERGENCY="$REASON"

judge predeploy "$(suite predeploy test_environment)"
[ "$code" -eq 0 ] || finish "$code" "nothing was deployed: the environment is not right"

perform deploy "$DEPLOY_COMMAND"
[ -z "$stopped" ] || finish 40 "interrupted during the deploy: run smoke.sh to see what serves"
[ "$status" -eq 0 ] || say "the deploy command ended with $status: asking what serves"
deployed=$status

judge verify "$(suite health test_level1_alive)"
case $code in
  0)
    [ "$deployed" -eq 0 ] || finish 30 "the deploy command failed, and what serves is well: look"
    finish 0 "level 1 is well; run deploy/smoke.sh as soon as there is time"
    ;;
  20) finish 20 "level 1 fails: roll back, or forward: deploy/rollback.sh $record" ;;
  *) finish "$code" "$(word "$code"): nothing was undone" ;;
esac
