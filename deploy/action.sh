#!/bin/sh
# The step behind action.yml: one gate, and outputs that are never empty.
#
# SUITES   suites to run, in words
# FAIL_ON  decisions that fail the step, in words
# GITHUB_OUTPUT: a file of the runner; the gate itself writes the summary of the job
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$here/steps.sh"

reports=$REPORTS
name=$(basename -- "$reports")
REPORTS=$(dirname -- "$reports")

# The suites are words on purpose.
# shellcheck disable=SC2086
judge "$name" ${SUITES:-suites/health suites/smoke}

[ -z "${GITHUB_OUTPUT:-}" ] || [ -f "$record" ] ||
  printf 'reason=%s\n' 'the gate itself did not run: look at the output of this step' >>"$GITHUB_OUTPUT"

decision=${shadowed:-$(word "$code")}
REPORTS=$reports
case " ${FAIL_ON:-BLOCK ROLLBACK HOLD INCONCLUSIVE} " in
  *" $decision "*) finish "$code" "$decision" ;;
esac
note "$code"
say "$decision; the step goes on: fail-on does not name it"
