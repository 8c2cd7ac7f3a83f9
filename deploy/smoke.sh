#!/bin/sh
# Ask what serves now: health and smoke, nothing is changed.
#
#   deploy/smoke.sh [URL]        without a URL, the target of gonogo.toml
#
# Exit codes: those of the gate.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$here/steps.sh"

[ $# -eq 0 ] || export GONOGO_URL="$1"
judge smoke "$(suite health)" "$(suite smoke)"
finish "$code" "$(word "$code"): see $record"
