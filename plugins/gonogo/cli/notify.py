"""`gonogo notify`: tell people what a record says, or see whether they can be told."""

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from gonogo.config.choice import Choice
from gonogo.config.load import Plan, load
from gonogo.config.record_file import record_of
from gonogo.core.alert import State, Step
from gonogo.core.errors import ConfigError
from gonogo.core.notice import Notify
from gonogo.notify.sending import Message
from gonogo.notify.telling import Teller, sent
from gonogo.reporting.redaction import Redactor

NOT_TOLD = 1  # the exit code where somebody was not reached
LIMIT_S = 5.0  # for the history


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "record",
        nargs="?",
        metavar="RECORD",
        default="reports/out/decision.json",
        help="what its run would have told is told (default: %(default)s)",
    )
    parser.add_argument(
        "--test", action="store_true", help="send a test message to every url instead"
    )
    parser.add_argument("--target", metavar="NAME", help="default: the target of the record")
    parser.add_argument("--config", metavar="FILE", help="default: gonogo.toml, upwards")


def run(arguments: argparse.Namespace) -> int:
    """Tell, and say who was told; 1 where somebody was not reached."""
    if arguments.test:
        return _test(load(Choice(arguments.target, None, arguments.config), Path.cwd()))
    record = record_of(Path(arguments.record))
    named = arguments.target or record.get("target")
    plan = load(Choice(named, None, arguments.config), Path.cwd())
    if plan.target.command:
        return _said(plan, ["nobody is told: its target was booted for the run"], failed=False)
    alerted = _alerted(plan) if plan.document.history else None
    teller = Teller(_notify(plan), os.environ, _redactor(plan), alerted)
    try:
        report = teller.tell(record)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ConfigError(f"{arguments.record} is no record of a decision") from None
    lines = [*report.lines, *([f"nobody is told: {report.silence}"] if report.silence else [])]
    return _said(plan, lines, failed=report.failed)


def _notify(plan: Plan) -> Notify:
    if plan.notify is None:
        raise ConfigError("nobody is to be told; fix: add [notify] with urls to gonogo.toml")
    return plan.notify


def _alerted(plan: Plan) -> Callable[[str, str, Callable[[State], Step]], Step]:
    from gonogo.history import opened  # noqa: PLC0415 - only where there is one

    model = plan.document.history

    def alerted(target: str, group: str, change: Callable[[State], Step]) -> Step:
        url = model.url if model is not None else ""
        with opened(url, plan.root, plan.project, limit=LIMIT_S) as history:
            return history.alerted(target, group, change)

    return alerted


def _redactor(plan: Plan) -> Redactor:
    redact = Redactor()
    redact.add(plan.secrets)
    return redact


def _test(plan: Plan) -> int:
    """Send a message to every URL, whatever its route asks for."""
    notify = _notify(plan)
    at = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())
    body = f"Alerts of {plan.project} arrive here. Sent by gonogo notify --test, {at}."
    urls = dict.fromkeys(url for route in notify.routes for url in route.urls)
    messages = [Message(url, f"gonogo: test of {plan.project}", body, "info") for url in urls]
    report = sent(notify, "test", messages)
    return _said(plan, list(report.lines), failed=report.failed)


def _said(plan: Plan, lines: list[str], *, failed: bool) -> int:
    redact = _redactor(plan)
    sys.stdout.write("".join(f"gonogo notify: {redact(line)}\n" for line in lines))
    return NOT_TOLD if failed else 0
