#!/bin/sh
# Look at every target once; call this every 15 minutes.
#
#   TARGETS='staging production' deploy/monitor.sh
#
# TARGETS  names of gonogo.toml, in words; without it, the default target
# With a [history], each target has a story of its own there: [notify] tells of a target when its
# state changes, so one that fails speaks for itself alone, and one that stays well says nothing.
#
# RESULTS  where Allure results go (reports/allure-results); "off" writes none
#
# Exit codes: the worst of all targets: 20, 10, 30, 40, 0.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$here/steps.sh"

RESULTS=${RESULTS:-reports/allure-results}

rank() {
  case $1 in 20) echo 4 ;; 10) echo 3 ;; 30) echo 2 ;; 40) echo 1 ;; *) echo 0 ;; esac
}

worst=0
for target in ${TARGETS:-''}; do
  [ -z "$target" ] || export GONOGO_TARGET="$target"
  name=${target:-default}
  if [ "$RESULTS" = off ]; then
    judge "$name" "$(suite health)" --gonogo-stage scheduled
  else
    judge "$name" "$(suite health)" --gonogo-stage scheduled --alluredir="$RESULTS/$name"
  fi
  [ "$(rank "$code")" -le "$(rank "$worst")" ] || worst=$code
  if [ -n "$stopped" ]; then
    [ "$worst" -ne 0 ] || worst=40
    finish "$worst" "interrupted; $(word "$worst") so far"
  fi
done
finish "$worst" "$(word "$worst")"
