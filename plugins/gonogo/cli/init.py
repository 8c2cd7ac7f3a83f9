"""`gonogo init`: a first gonogo.toml, from a URL, a real env file, or both."""

import argparse
import re
import sys
from pathlib import Path

from gonogo.core.errors import ConfigError

_TARGET = re.compile(r"[a-z0-9][a-z0-9._-]{0,59}")
_NO_TARGETS = {"example", "sample", "template", "dist", "env"}
DEFAULT = "production"


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--url", metavar="URL", help="where the target serves")
    parser.add_argument("--env-file", metavar="FILE", help="real values to make a first table from")
    parser.add_argument("--target", metavar="NAME", help="its name (default: from the env file)")
    parser.add_argument("--output", metavar="FILE", default="gonogo.toml", help="what to write")
    parser.add_argument("--force", action="store_true", help="overwrite what is there")


def run(arguments: argparse.Namespace) -> int:
    """Write the file and say what is in it; no value of the env file gets into it."""
    from gonogo.cli.first_config import first_config  # noqa: PLC0415 - a wrong call needs none of it
    from gonogo.environment.reading import read  # noqa: PLC0415 - as above
    from gonogo.environment.sources import contents  # noqa: PLC0415 - as above

    output = Path(arguments.output)
    if not (arguments.url or arguments.env_file):
        raise ConfigError("give --url, --env-file, or both")
    _check(output, force=arguments.force)
    name = arguments.target or _named(arguments.env_file)
    if not _TARGET.fullmatch(name):
        raise ConfigError(f"--target {name!r}: lower-case letters, digits, '.', '_' and '-'")
    file = Path(arguments.env_file) if arguments.env_file else None
    given = contents(file.absolute(), str(file), "--env-file") if file else b""
    sheet = read(given, file.name) if file else None
    if sheet is not None and not sheet.entries:
        raise ConfigError(f"{file}: {'; '.join(map(str, sheet.faults)) or 'no variable in it'}")
    text = first_config(name, arguments.url, _beside(file, output), sheet)
    _write(output, text, force=arguments.force)
    for fault in sheet.faults if sheet else ():
        sys.stderr.write(f"not taken over: {fault.name}: {fault}\n")
    count = len(sheet.last()) if sheet else 0
    sys.stdout.write(f"{output}: target {name}, {count} variable{'s' * (count != 1)}\n")
    suite = _suite("predeploy" if sheet else "health", output.absolute().parent)
    sys.stdout.write(f"next: read it, then run pytest {suite}\n")
    return 0


def _suite(name: str, folder: Path) -> str:
    """Name a suite as it can be run: whoever begins has only the installed ones."""
    own = (folder / "suites" / name).is_dir()
    return f"suites/{name}" if own else f"--pyargs gonogo.suites.{name}"


def _check(output: Path, *, force: bool) -> None:
    if output.exists() and not (force and output.is_file()):
        raise ConfigError(f"{output} exists; give --force to overwrite it, or another --output")
    if not output.absolute().parent.is_dir():
        raise ConfigError(f"{output}: there is no such folder")


def _named(file: str | None) -> str:
    """Return the target that the name of an env file speaks of: .env.staging is staging."""
    words = re.split(r"[._-]", Path(file or "").name.lower())
    named = [word for word in words if _TARGET.fullmatch(word) and word not in _NO_TARGETS]
    return named[-1] if named else DEFAULT


def _beside(file: Path | None, output: Path) -> str | None:
    """Return the path of the env file as the configuration will look for it."""
    if file is None:
        return None
    folder = output.absolute().parent
    absolute = file.absolute()
    return (
        absolute.relative_to(folder).as_posix()
        if absolute.is_relative_to(folder)
        else str(absolute)
    )


def _write(output: Path, text: str, *, force: bool) -> None:
    try:
        with output.open("w" if force else "x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except OSError as error:
        raise ConfigError(f"{output}: cannot be written: {error.strerror}") from None
