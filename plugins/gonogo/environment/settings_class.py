"""An application's own settings class as a schema, asked in a process of its own."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from gonogo.core.errors import ConfigError
from gonogo.core.variable import Variable
from gonogo.environment.scrubbing import scrubbed

_INHERITED = ("PATH", "HOME", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "VIRTUAL_ENV")
LARGEST = 4 << 20  # bytes of an answer


class Interpreter(NamedTuple):
    """Which interpreter asks the class, what its import path begins with, seconds it may take."""

    python: str | None = None
    paths: tuple[str, ...] = ()
    limit: float = 20.0


class Refusal(NamedTuple):
    """One complaint of the class: the variables it is about, pydantic's code, a scrubbed text."""

    names: tuple[str, ...]
    code: str
    text: str


@dataclass
class Interview:
    """What a class asks for, and what it refuses; `silent` says why nothing is known about it."""

    variables: dict[str, Variable] = field(default_factory=dict)
    refusals: tuple[Refusal, ...] = ()
    silent: str | None = None


def interview(
    name: str, root: Path, values: Mapping[str, str] | None, interpreter: Interpreter
) -> Interview:
    """Ask a class `module:Class`; without values it is only asked which variables it reads.

    The values go in through standard input: neither a list of processes nor the start of the
    interpreter sees them, and no file that lies around is read. Raises ConfigError where the
    interpreter is not there.
    """
    paths = [str(root / each) for each in interpreter.paths] or _usual(root)
    with tempfile.TemporaryDirectory(prefix="gonogo-") as folder:
        file = Path(folder, "answer.json")
        question = {
            "class": name,
            "path": paths,
            "values": {k: v for k, v in (values or {}).items() if "\0" not in k + v and k},
            "instantiate": values is not None,
            "answer": str(file),
        }
        empty = Path(folder, "empty")
        empty.mkdir()
        why = _run(_python(interpreter, root), json.dumps(question), empty, interpreter.limit)
        return _read(file, why, values or {})


def _usual(root: Path) -> list[str]:
    return [str(each) for each in (root, root / "src") if each.is_dir()]


def _python(interpreter: Interpreter, root: Path) -> str:
    if interpreter.python is None:
        return sys.executable
    file = root / interpreter.python
    if not file.is_file():
        raise ConfigError(f"[env] python {interpreter.python}: no such interpreter")
    return str(file)


def _run(python: str, question: str, cwd: Path, limit: float) -> str | None:
    """Run the interview; returns why there may be no answer."""
    source = Path(__file__).with_name("interview.py").read_text(encoding="utf-8")
    environ = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    try:
        process = subprocess.Popen(  # noqa: S603 - the user names the class and the interpreter
            [python, "-B", "-X", "utf8", "-c", source],
            cwd=cwd,
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise ConfigError(f"[env] python {python}: {error.strerror}") from None
    try:
        process.communicate(question.encode("utf-8", "surrogateescape"), timeout=limit)
    except subprocess.TimeoutExpired:
        return f"no answer within {limit:g}s"
    finally:
        _end(process)
    return f"its process ended with status {process.returncode}, without an answer"


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and whatever the application started in it."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


def _read(file: Path, why: str | None, values: Mapping[str, str]) -> Interview:
    try:
        found = json.loads(file.read_bytes()[:LARGEST])
        schema = {each["name"]: _variable(each) for each in found.get("fields", [])}
        refusals = tuple(
            Refusal(tuple(each["names"]), each["code"], scrubbed(each["text"], values, schema))
            for each in found.get("refusals", [])
        )
        silent = found.get("silent")
        return Interview(schema, refusals, silent and scrubbed(silent, values, schema))
    except FileNotFoundError:
        return Interview(silent=why)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return Interview(silent="its answer cannot be read")


def _variable(rules: Mapping[str, Any]) -> Variable:
    choices, pattern = rules.get("choices"), rules.get("pattern")
    return Variable(
        rules["name"],
        type=rules.get("type", "string"),
        required=rules["required"],
        also=tuple(rules["also"]),
        any_case=rules["any_case"],
        choices=tuple(choices) if choices else None,
        pattern=_anywhere(pattern) if pattern else None,
        schemes=tuple(rules.get("schemes", ())),
        minimum=rules.get("ge"),
        maximum=rules.get("le"),
        min_length=rules.get("min_length"),
        max_length=rules.get("max_length"),
        secret=rules.get("secret"),
        has_default=rules.get("default", False),
        description=rules.get("description"),
    )


def _anywhere(pattern: str) -> str | None:
    """Rust's patterns are nearly Python's: one that is not is left to the class itself."""
    try:
        re.compile(pattern)
    except re.error:
        return None
    return rf"[\s\S]*(?:{pattern})[\s\S]*"
