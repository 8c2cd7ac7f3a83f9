"""`gonogo rollback`: bring back the version before, where a decision still says so."""

import argparse
import json
import os
import signal
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from gonogo.config.choice import Choice
from gonogo.config.load import Plan, load
from gonogo.config.providers import restoring
from gonogo.core.clock import rfc3339
from gonogo.core.errors import ConfigError
from gonogo.core.provider import Hosting
from gonogo.history import History, Unavailable, opened
from gonogo.reporting.record import without_userinfo, write_atomically
from gonogo.reporting.redaction import Redactor, scrubbed
from gonogo.rollback.attempt import BY_HAND, Attempt, Chosen
from gonogo.rollback.case import Case, doubt, read
from gonogo.rollback.ending import UNKNOWN, VERIFIED, Stop, refused
from gonogo.rollback.verifying import Place
from gonogo.rollback.witness import Witness

WHERE = "reports/out"
FILE = "rollback.json"


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("record", metavar="RECORD", help="the decision.json that says ROLLBACK")
    parser.add_argument(
        "--dry-run", action="store_true", help="say what it would do, and do nothing"
    )
    parser.add_argument("--target", metavar="NAME", help="refuse a record of another target")
    parser.add_argument("--config", metavar="FILE", help="default: gonogo.toml, upwards")
    parser.add_argument(
        "--report-dir", metavar="DIR", help=f"where records go (default: $REPORTS or {WHERE})"
    )


def run(arguments: argparse.Namespace) -> int:
    """Do it; 0 restored and verified, 30 refused or not verified, 40 nobody can tell."""
    told = _Told(Redactor(), Path(arguments.report_dir or os.environ.get("REPORTS") or WHERE))
    signal.signal(signal.SIGTERM, _ended)
    try:
        code, text = _attempted(arguments, told)
    except Stop as stop:
        code, text = stop.code, str(stop)
    except Unavailable as silence:
        code, text = UNKNOWN, f"the history cannot be asked, nothing was undone: {silence}"
    except (KeyboardInterrupt, SystemExit):
        code, text = UNKNOWN, "interrupted: look at what serves"
    told.end(code, text)
    return code


def _ended(_number: int, _frame: Any) -> NoReturn:
    raise SystemExit(UNKNOWN)


@dataclass
class _Told:
    """What is said on the way, and the record of it."""

    redact: Redactor
    folder: Path
    case: Case | None = None
    chosen: Chosen | None = None

    def __post_init__(self) -> None:
        self._began = time.time()

    def say(self, text: str) -> None:
        sys.stderr.write(f"gonogo rollback: {self.redact(' '.join(text.split()))}\n")
        sys.stderr.flush()

    def end(self, code: int, text: str) -> None:
        word = {VERIFIED: "", UNKNOWN: "cannot tell: "}.get(code, "a human must look: ")
        self.say(f"{word}{text}; exit code {code}")
        body = scrubbed(self._body(code, text), self.redact)
        try:
            file = self.folder / FILE
            write_atomically(file, json.dumps(body, indent=2, ensure_ascii=False) + "\n")
        except OSError as error:
            self.say(f"{FILE} could not be written: {error.strerror}")

    def _body(self, code: int, text: str) -> dict[str, Any]:
        chosen, case = self.chosen, self.case
        now = datetime.now(UTC)
        return {
            "schema": 1,
            "run_id": None if case is None else case.run_id,
            "target": None if case is None else case.target,
            "exit_code": code,
            "reason": text,
            "source": None if chosen is None else _named(chosen.live),
            "goal": None if chosen is None else _named(chosen.goal),
            "already": chosen is not None and chosen.already,
            "guard": {} if chosen is None else dict(chosen.guard),
            "started_at": rfc3339(datetime.fromtimestamp(self._began, UTC)),
            "finished_at": rfc3339(now),
            "duration_s": round(now.timestamp() - self._began, 3),
        }


def _named(each: Any) -> dict[str, Any]:
    return {"id": each.id, "commit": each.commit}


def _attempted(arguments: argparse.Namespace, told: _Told) -> tuple[int, str]:
    file = Path(arguments.record)
    case = told.case = read(file, time.time())
    plan = _plan(arguments, case)
    told.redact.add(plan.secrets)
    place = _place(plan, case, told)
    with _witness(plan, told) as witness:
        attempt = Attempt(plan, case, witness, place, told.say)
        with _history(plan) as history:
            doubt(case, history.record(case.run_id), plan.policy)
            chosen = told.chosen = attempt.choose(history)
            if arguments.dry_run:
                return VERIFIED, _would(chosen)
            noted = None if chosen.already else attempt.note(history, chosen)
        outcome = "interrupted"
        try:
            code, text, outcome = attempt.act(chosen)
        finally:
            if noted is not None:
                _keep(plan, case, replace(noted, outcome=outcome), told)
    if chosen.already and code == VERIFIED:
        text = f"{chosen.live} serves already; {text}"
    return code, text


def _would(chosen: Chosen) -> str:
    if chosen.already:
        return f"{chosen.live} serves already; would verify it, and restore nothing"
    return f"would restore {chosen.goal} in place of {chosen.live}, and verify it"


def _plan(arguments: argparse.Namespace, case: Case) -> Plan:
    """Return the plan of the record's target; raises Stop where the record is of another one."""
    environ = os.environ
    target = arguments.target or environ.get("GONOGO_TARGET") or case.target
    if target != case.target:
        raise refused(f"the record is of the target {case.target}, not of {target}")
    url = environ.get("GONOGO_URL") or None
    config = arguments.config or environ.get("GONOGO_CONFIG") or None
    try:
        plan = load(Choice(target, url, config), Path.cwd())
    except ConfigError as error:
        raise refused(f"the configuration cannot be used: {error}") from None
    if plan.project != case.project:
        raise refused(f"the record is of the project {case.project}, not of {plan.project}")
    here, there = without_userinfo(plan.target.url), without_userinfo(case.url)
    if here != there:
        raise refused(f"the record is about {there or 'no URL'}, and {target} is at {here}")
    return plan


def _place(plan: Plan, case: Case, told: _Told) -> Place:
    reports = told.folder.absolute() / "post-rollback"
    url = os.environ.get("GONOGO_URL") or None
    return Place(Path.cwd(), case.target, plan.file, reports, url)


@contextmanager
def _witness(plan: Plan, told: _Told) -> Generator[Witness]:
    witness = Witness(
        _hosting(plan), list(plan.subjects.services.values()), plan.target.control, told.say
    )
    try:
        yield witness
    finally:
        witness.close()


def _hosting(plan: Plan) -> Hosting:
    try:
        hosting = restoring(plan, os.environ)
    except ConfigError as error:
        raise refused(str(error), BY_HAND) from None
    if hosting is None:
        text = f"[targets.{plan.target.name}] has no provider that could restore anything"
        raise refused(text, f"{BY_HAND}, or the target a provider")
    return hosting


@contextmanager
def _history(plan: Plan) -> Generator[History]:
    model = plan.document.history
    if model is None:
        text = "no history is configured: nobody would know of the attempt, or of any GO"
        raise refused(text, f"add [history], or {BY_HAND}")
    with opened(model.url, plan.root, plan.project) as history:
        yield history


def _keep(plan: Plan, case: Case, noted: Any, told: _Told) -> None:
    with suppress(Stop):
        try:
            with _history(plan) as history:
                history.add_rollback(case.target, noted)
        except Unavailable as silence:
            told.say(f"the end of the attempt could not be noted: {silence}")
