"""`gonogo stats`: what the history adds up to."""

import argparse
import re
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from gonogo.config.choice import Choice
from gonogo.config.load import load
from gonogo.config.values import duration
from gonogo.core.errors import ConfigError
from gonogo.core.figures import Figures, Rows, figures
from gonogo.core.past import PastRun
from gonogo.history.failure import Unavailable
from gonogo.history.opening import opened
from gonogo.history.port import History
from gonogo.reporting import figures as shown
from gonogo.reporting import timeline

_COMMIT = re.compile(r"[0-9a-f]{7,64}")
MOST = 500  # runs in a picture: each is a question to the history
FORMS = ("table", "json", "openmetrics", "html")


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--target", metavar="NAME", help="one target (default: all)")
    parser.add_argument(
        "--since", metavar="DURATION", default="90d", help="how far back (default: %(default)s)"
    )
    parser.add_argument("--format", choices=FORMS, default="table", help="default: %(default)s")
    parser.add_argument("--output", metavar="FILE", help="write there instead of printing")
    parser.add_argument("--config", metavar="FILE", help="default: gonogo.toml, upwards")


def run(arguments: argparse.Namespace) -> int:
    """Print the figures; 40 where the history cannot be asked."""
    plan = load(Choice(arguments.target, None, arguments.config), Path.cwd())
    history = plan.document.history
    if history is None:
        raise ConfigError('there is no history; fix: add a section [history] with url = "sqlite:…"')
    try:
        end = time.time()
        span = (end - duration(arguments.since), end)
    except ValueError as error:
        raise ConfigError(f"--since {arguments.since}: {error}") from None
    names = [arguments.target] if arguments.target else sorted(plan.tables) or [plan.target.name]
    try:
        with opened(history.url, plan.root, plan.project, create=False) as past:
            runs = past.runs(arguments.target, span[0])
            found = [_of(past, name, runs, span, plan.root) for name in names]
            seen = _seen(past, runs) if arguments.format == "html" else []
    except Unavailable as error:
        sys.stderr.write(f"gonogo stats: {error}\n")
        return 40
    _tell(_text(arguments.format, plan.project, found, seen, span), arguments.output)
    return 0


def _of(
    past: History, target: str, runs: list[PastRun], span: tuple[float, float], root: Path
) -> Figures:
    deployments = past.deployments(target)
    times = _commit_times((each.identity.commit for each in deployments), root)
    own = [run for run in runs if run.target == target]
    return figures(target, Rows(own, deployments, past.rollbacks(target, span[0]), times), span)


def _seen(past: History, runs: list[PastRun]) -> list[timeline.Seen]:
    """The newest runs of what serves, and what each has found."""
    newest = sorted((r for r in runs if r.of_what_serves), key=lambda r: r.started)[-MOST:]
    return [timeline.seen(each, past.findings(each.run_id)) for each in newest]


def _commit_times(commits: Iterable[str | None], root: Path) -> dict[str, float]:
    """Ask git when each commit was made; one that it does not know has no lead time."""
    times = {}
    for commit in {each for each in commits if each and _COMMIT.fullmatch(each)}:
        command = ["git", "-C", str(root), "show", "-s", "--format=%ct", f"{commit}^{{commit}}"]
        try:
            done = subprocess.run(  # noqa: S603 - git, and a commit of letters and digits
                command, capture_output=True, text=True, timeout=5, check=True
            )
            times[commit] = float(done.stdout.strip())
        except (OSError, ValueError, subprocess.SubprocessError):
            continue
    return times


def _text(
    form: str,
    project: str,
    found: list[Figures],
    seen: list[timeline.Seen],
    span: tuple[float, float],
) -> str:
    match form:
        case "json":
            return shown.as_json(found)
        case "openmetrics":
            return shown.openmetrics(found)
        case "html":
            return shown.page(project, found, seen, span)
        case _:
            return shown.table(found)


def _tell(text: str, output: str | None) -> None:
    if output is None:
        sys.stdout.write(text)
        return
    try:
        Path(output).write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"cannot write {output}: {error.strerror}") from None
