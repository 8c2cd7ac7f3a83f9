"""Causes of an answer that is not the one expected: each row a sentence and a command, or None."""

import re
from shlex import quote

from gonogo.core.causes_of_silence import asking
from gonogo.core.hint import Case, Hint
from gonogo.core.outcome import Outcome
from gonogo.core.stranger import OLD

_PRODUCTION = re.compile(r"prod|\blive\b", re.IGNORECASE)
_TRIAL = re.compile(r"stag|test|dev|local|demo", re.IGNORECASE)
_SHOWN = 4  # paths that do answer


def ended(case: Case) -> Hint | None:
    """The command that this run has booted is over."""
    scene = case.scene
    if not case.clue.ended or not scene.log:
        return None
    look = f"tail -n 20 {quote(scene.log)}"
    if scene.variable:
        return Hint(f"the application ended: its log says that {scene.variable} is missing", look)
    if scene.refused:
        return Hint(f"the application ended: its log says that {scene.refused} refuses it", look)
    return Hint("the application ended by itself, and its log says why", look)


def old_version(case: Case) -> Hint | None:
    """By the deadline, only the old version was seen."""
    finding = case.finding
    if finding.signal != "not-live" or finding.confirmed_by != OLD:
        return None
    look = {"railway": "railway logs --build", "render": "render deploys list"}
    text = "the version before still serves everywhere: the deployment has failed, or is not over"
    return Hint(text, look.get(case.scene.provider or "", f"curl -s {case.url}"))


def edge(case: Case) -> Hint | None:
    """A proxy wrote the answer itself."""
    edge = case.clue.edge
    if not edge:
        return None
    look = {"railway": "railway logs", "render": "render logs"}
    text = f"the proxy ({edge}) answers in place of the application, which takes no requests"
    return Hint(text, look.get(edge, f"curl -si {case.url}"))


def login(case: Case) -> Hint | None:
    """Redirects have ended at a login or at another host."""
    clue = case.clue
    if not clue.led_to or not (case.finding.level in {1, 2} or (clue.json and clue.page)):
        return None
    return Hint(f"something in front of it redirects to {clue.led_to}", f"curl -sIL {case.url}")


def page(case: Case) -> Hint | None:
    """HTML where JSON belongs."""
    if not case.clue.page or (case.clue.status or 0) >= 400:
        return None
    text = "a web page answers where JSON belongs: the front end, or a proxy, takes this path"
    return Hint(text, f"curl -si -H 'Accept: application/json' {case.url}")


def variable(case: Case) -> Hint | None:
    """A server error that names an environment variable."""
    name = case.clue.variable
    if not name:
        return None
    target = f" --target {quote(case.scene.target)}" if case.scene.target != "url" else ""
    return Hint(f"the application says that {name} is missing", f"gonogo environment{target}")


def its_backend(case: Case) -> Hint | None:
    """A server error that names what refused the application."""
    host, _, port = case.clue.refused.rpartition(":")
    if not host or not port.isdecimal():
        return None
    text = f"the application says that {host}:{port} refuses its connections"
    return Hint(text, asking("", host, int(port)))


def absent(case: Case) -> Hint | None:
    """404 or 405 on a configured path."""
    clue = case.clue
    if clue.status == 405:
        allowed = f", only {clue.allow}" if clue.allow else ""
        return Hint(
            f"{clue.path} takes no {clue.method}{allowed}", f"curl -si -X OPTIONS {case.url}"
        )
    if clue.status != 404:
        return None
    well = [each.clue for each in case.seen if each.outcome is Outcome.PASS]
    paths = {each.path for each in well if each.origin == clue.origin and each.status == 200}
    known = ", ".join(sorted(paths - {clue.path})[:_SHOWN])
    told = f"; these answer: {known}" if known else ""
    return Hint(f"the server knows no {clue.path}{told}", f"curl -si {case.url}")


def key(case: Case) -> Hint | None:
    """401 or 403: with a key of the other mode, or without any."""
    clue, target = case.clue, case.scene.target
    if clue.status not in {401, 403}:
        return None
    environment = f"gonogo environment --target {quote(target)}"
    if clue.sent == "test" and _PRODUCTION.search(target):
        return Hint(f"a test key was sent to {target}, which wants a live one", environment)
    if clue.sent == "live" and _TRIAL.search(target) and not _PRODUCTION.search(target):
        return Hint(f"a live key was sent to {target}, which wants a test one", environment)
    if clue.status == 401 and not clue.sent and case.finding.level in {1, 2}:
        text = f"{clue.path} wants a login, and health checks send none"
        return Hint(text, f"curl -si {case.url}")
    return None
