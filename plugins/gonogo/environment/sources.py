"""Where values come from: files, the process, or a provider that cannot be asked yet."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from gonogo.core.errors import ConfigError
from gonogo.core.variable import Fault, Variable
from gonogo.environment.reading import Entry, Sheet, read
from gonogo.environment.references import resolve

PROCESS = "process"
PROVIDERS = frozenset(
    "railway render vercel netlify fly heroku doppler infisical aws gcp azure vault kubernetes "
    "github gitlab digitalocean cloudflare 1password bitwarden".split()
)
_GIVE = {"env file": "; give --gonogo-env-file"}
LARGEST = 4 << 20  # bytes


class Value(NamedTuple):
    """A value and where it was set."""

    text: str
    where: str

    def __repr__(self) -> str:
        return f"a value of {self.where}"


@dataclass
class Values:
    """What one target starts with; `blocked` says why its values cannot be known."""

    found: Mapping[str, Value] = field(default_factory=dict, repr=False)
    sheets: tuple[Sheet, ...] = ()
    faults: Mapping[str, Fault] = field(default_factory=dict)
    sealed: frozenset[str] = frozenset()
    blocked: str | None = None

    def text(self, name: str) -> str:
        """Return the value of a variable without white space around it, or an empty text."""
        value = self.found.get(name)
        return value.text.strip() if value else ""


def gather(sources: Sequence[str], root: Path, process: Mapping[str, str]) -> Values:
    """Read every source of a target, the later one wins; a file that is not there raises."""
    sheets: list[Sheet] = []
    outer: dict[str, Value] = {}
    for source in sources:
        if source == PROCESS:
            outer = {name: Value(text, "the process") for name, text in process.items()}
        elif source.lower() in PROVIDERS:
            text = f"the values of {source} cannot be read yet; export them to a file, and give it"
            return Values(blocked=f"{text} with --gonogo-env-file")
        else:
            sheets.append(read(contents(Path(root, source), source), shown(source, root)))
    if not sources:
        return Values(blocked="no values: give --gonogo-env-file, or env-file in [targets.*]")
    return merged(sheets, process, outer)


def merged(
    sheets: Sequence[Sheet], process: Mapping[str, str], outer: Mapping[str, Value] | None = None
) -> Values:
    """Merge sheets, the later one wins, with every reference resolved."""
    entries = [entry for sheet in sheets for entry in sheet.last().values()]
    resolution = resolve(entries, process)
    found = dict(outer or {})
    found |= {entry.name: Value(resolution.values[entry.name], entry.where) for entry in entries}
    faults = {fault.name: fault for fault in resolution.faults}
    faults |= {fault.name: fault for fault in _broken(sheets, entries)}
    unreadable = [sheet.file for sheet in sheets if not sheet.readable]
    blocked = f"{', '.join(unreadable)} cannot be decoded" if unreadable else None
    return Values(found, tuple(sheets), faults, blocked=blocked)


def respelled(given: Collection[str], schema: Mapping[str, Variable]) -> dict[str, str]:
    """Map names to those that the schema knows them by: aliases, and other letter case."""
    lower = {name.lower(): name for name in given}
    renamed: dict[str, str] = {}
    for variable in schema.values():
        words = () if variable.name in given else (variable.name, *variable.also)
        for word in words:
            same = word if word in given else None
            spelled = lower.get(word.lower()) if variable.any_case else same
            if spelled is not None and spelled not in schema:
                renamed[spelled] = variable.name
                break
    return renamed


def known_as(values: Values, schema: Mapping[str, Variable]) -> Values:
    """Give each value the name that the schema knows it by."""
    renamed = respelled({*values.found, *values.sealed, *values.faults}, schema)
    if not renamed:
        return values
    return replace(
        values,
        found={renamed.get(name, name): value for name, value in values.found.items()},
        faults={renamed.get(name, name): fault for name, fault in values.faults.items()},
        sealed=frozenset(renamed.get(name, name) for name in values.sealed),
    )


def _broken(sheets: Sequence[Sheet], entries: Iterable[Entry]) -> Iterable[Fault]:
    """Name the variables whose only line cannot be read."""
    good = {entry.name for entry in entries}
    for sheet in sheets:
        for fault in sheet.faults:
            if fault.reason == "syntax" and fault.name not in good:
                yield fault


def shown(source: str, root: Path) -> str:
    """Name a file as it is written in reports: below the root, else by its name alone."""
    path = Path(root, source)
    try:
        return path.relative_to(root).as_posix()
    except ValueError:
        return path.name


def contents(path: Path, source: str, what: str = "env file") -> bytes:
    """Return the bytes of a file of values or rules, or raise ConfigError with what to do."""
    name = f"{what} {shown(source, path.parent)}"
    try:
        if not path.exists():
            import difflib  # noqa: PLC0415 - needed in a mistake only

            near = difflib.get_close_matches(source.lower(), [*PROVIDERS, PROCESS], n=1, cutoff=0.8)
            hint = f"; did you mean {near[0]!r}?" if near else _GIVE.get(what, "")
            raise ConfigError(f"{name}: not found{hint}")
        if not path.is_file():
            raise ConfigError(f"{name}: not a file; give the file itself")
        if path.stat().st_size > LARGEST:
            raise ConfigError(f"{name}: larger than {LARGEST >> 20} MiB")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise ConfigError(f"{name}: cannot be read: {reason}") from None
