"""`gonogo github`: put what a record says where people on GitHub look."""

import argparse
import os
import sys
import time
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import TimeoutError as FutureTimeout
from importlib import import_module
from pathlib import Path
from typing import Any

from gonogo.core.errors import ConfigError, GonogoError
from gonogo.probes.engine import Engine
from gonogo.providers.github import GitHub
from gonogo.reporting.github.job import Job
from gonogo.reporting.github.parts import PARTS, Part
from gonogo.reporting.github.port import Api, Call, Unable
from gonogo.reporting.github.told import PENDING, Told, Untold, read
from gonogo.reporting.redaction import Redactor

IN_ALL_S = 30.0
FAILED = 1  # with --strict
_TOKENS = ("GITHUB_TOKEN", "GH_TOKEN")


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("record", metavar="RECORD", help="the decision.json to tell of")
    for name, part in PARTS.items():
        if name == "dispatch":
            parser.add_argument("--dispatch", metavar="WORKFLOW", help=part.purpose)
        else:
            parser.add_argument(f"--{name}", action="store_true", help=part.purpose)
    parser.add_argument("--pr", metavar="N", type=int, help="the pull request to comment on")
    parser.add_argument("--commit", metavar="SHA", help="default: the record's, then the job's")
    parser.add_argument(
        "--deployment-id", metavar="ID", type=int, help="a deployment that GitHub has already"
    )
    parser.add_argument("--ref", help="where the workflow is started (default: default branch)")
    parser.add_argument(
        "--input", metavar="NAME=VALUE", action="append", default=[], help="input of the workflow"
    )
    parser.add_argument(
        "--decision", metavar="WORD", help="how the step ended; the worse of it and the record's"
    )
    parser.add_argument("--repository", metavar="OWNER/NAME", help="default: $GITHUB_REPOSITORY")
    parser.add_argument(
        "--strict", action="store_true", help=f"exit {FAILED} where something could not be told"
    )


def run(arguments: argparse.Namespace) -> int:
    """Tell each part and say how it went; 0 whatever happens, unless strict."""
    environ = os.environ
    chosen = {name: part for name, part in PARTS.items() if getattr(arguments, name)}
    if not chosen:
        raise ConfigError(f"what to tell? give any of {', '.join(f'--{name}' for name in PARTS)}")
    redact = Redactor()
    redact.add(environ[name] for name in _TOKENS if environ.get(name))
    told_all = _Teller(arguments, environ, redact).tell(chosen)
    return FAILED if arguments.strict and not told_all else 0


class _Teller:
    """Says a line for each part, and remembers whether all went well."""

    def __init__(
        self, arguments: argparse.Namespace, environ: Mapping[str, str], redact: Redactor
    ) -> None:
        self._arguments = arguments
        self._environ = environ
        self._redact = redact
        self._until = time.monotonic() + IN_ALL_S

    def _say(self, name: str, text: str) -> None:
        line = " ".join(self._redact(f"gonogo github: {name:<10} {text}").split("\n"))
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    def tell(self, chosen: Mapping[str, Part]) -> bool:
        """Return whether everything could be told."""
        token = next((self._environ[n] for n in _TOKENS if self._environ.get(n)), None)
        if token is None:
            self._say("error", "no GITHUB_TOKEN: nobody was told; fix: ${{ github.token }} in env")
            return False
        try:
            call = self._call()
        except (Untold, Unable) as error:
            self._say("error", f"{error}: nobody was told")
            return False
        engine = Engine()
        try:
            went = [self._one(engine, name, part, call, token) for name, part in chosen.items()]
            return all(went)
        finally:
            engine.cancel_all()
            engine.close()

    def _call(self) -> Call:
        given = self._arguments
        repository = given.repository or self._environ.get("GITHUB_REPOSITORY") or ""
        if not all(repository.partition("/")) or repository.count("/") != 1:
            raise Unable("which repository? give --repository OWNER/NAME")
        told = read(Path(given.record), time.time(), given.decision)
        return Call(
            told,
            Job.of(self._environ, repository),
            pr=given.pr,
            commit=given.commit,
            deployment_id=given.deployment_id,
            workflow=given.dispatch or "",
            ref=given.ref,
            inputs=_inputs(given.input),
        )

    def _one(self, engine: Engine, name: str, part: Part, call: Call, token: str) -> bool:
        why = _unfit(part, call.told)
        if why is not None:
            self._say(name, why)
            return call.told.decision != PENDING
        api = GitHub(call.job.api, token, part.permission, engine.fetch, self._left)
        tell: Callable[[Api, Call], Coroutine[Any, Any, str]] = import_module(part.module).tell
        future = engine.submit(tell(api, call))
        try:
            self._say(name, future.result(max(0.1, self._left()) + 1.0))
        except GonogoError as error:
            self._say(name, f"not told: {error}")
            return False
        except FutureTimeout:
            future.cancel()
            self._say(name, f"not told: no answer within {IN_ALL_S:g}s in all")
            return False
        except Exception as error:  # noqa: BLE001 - an answer nobody expected changes no decision
            self._say(name, f"not told: an answer that cannot be used ({type(error).__name__})")
            return False
        return True

    def _left(self) -> float:
        return self._until - time.monotonic()


def _unfit(part: Part, told: Told) -> str | None:
    """Return why a part is not told of this record."""
    if told.decision == PENDING and not part.pending:
        return "not told: the run has not decided (PENDING)"
    if told.shadow and not part.shadow:
        return "not told: the run was in shadow, and decides nothing"
    return None


def _inputs(pairs: list[str]) -> dict[str, str]:
    for pair in pairs:
        if not pair.partition("=")[0] or "=" not in pair:
            raise ConfigError(f"--input {pair}: expected NAME=VALUE")
    return dict(pair.split("=", 1) for pair in pairs)
