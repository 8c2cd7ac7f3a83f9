"""Where values come from: files, the process, or a provider."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from gonogo.core.errors import ConfigError
from gonogo.core.provider import Provided
from gonogo.core.variable import Fault, Variable
from gonogo.environment.reading import Entry, Sheet, read
from gonogo.environment.references import resolve

PROCESS = "process"
ASKED = frozenset({"railway", "render"})
PROVIDERS = ASKED | frozenset(
    "vercel netlify fly heroku doppler infisical aws gcp azure vault kubernetes "
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
    """What one target starts with; `blocked` says why its values cannot be known.

    `sealed` names are set, but nobody can read them; `doubt` says why a name that is missing may
    be set all the same.
    """

    found: Mapping[str, Value] = field(default_factory=dict, repr=False)
    sheets: tuple[Sheet, ...] = ()
    faults: Mapping[str, Fault] = field(default_factory=dict)
    sealed: frozenset[str] = frozenset()
    blocked: str | None = None
    providers: tuple[str, ...] = ()
    doubt: str | None = None

    @property
    def where(self) -> str:
        """Where a value would be if it were set."""
        return ", ".join([*(sheet.file for sheet in self.sheets), *self.providers])

    def has(self, name: str) -> bool:
        """Tell whether a variable is set, be it that its value cannot be read."""
        return bool(self.text(name)) or name in self.sealed or name in self.faults

    def text(self, name: str) -> str:
        """Return the value of a variable without white space around it, or an empty text."""
        value = self.found.get(name)
        return value.text.strip() if value else ""


def gather(
    sources: Sequence[str],
    root: Path,
    process: Mapping[str, str],
    provided: Mapping[str, Provided | str] | None = None,
) -> Values:
    """Read every source of a target, the later one wins; a file that is not there raises.

    `provided` holds what providers have answered, or why they have not.
    """
    layers: list[tuple[str, Sheet | Provided]] = []
    asked: list[str] = []
    blocked = None if sources else _NO_SOURCE
    for source in sources:
        name = source.lower()
        answer = (provided or {}).get(name, _unasked(name))
        if source == PROCESS:
            layers.append(("the process", Provided(process)))
        elif name not in PROVIDERS:
            sheet = read(contents(Path(root, source), source), shown(source, root))
            layers.append((sheet.file, sheet))
        else:
            asked.append(name)
            if isinstance(answer, Provided):
                layers.append((name, answer))
            else:
                blocked = blocked or answer
    values = _layered(layers, process)
    return replace(values, blocked=blocked or values.blocked, providers=tuple(asked))


_NO_SOURCE = "no values: give --gonogo-env-file, env-file in [targets.*], or [env] sources"


def _unasked(name: str) -> str:
    text = f"the values of {name} cannot be read; export them to a file, and give it"
    return f"{name} was not asked" if name in ASKED else f"{text} with --gonogo-env-file"


def _layered(layers: Sequence[tuple[str, Sheet | Provided]], process: Mapping[str, str]) -> Values:
    """Lay the sources over each other."""
    values = merged([layer for _, layer in layers if isinstance(layer, Sheet)], process)
    found: dict[str, Value] = {}
    sealed: frozenset[str] = frozenset()
    faults: dict[str, Fault] = {}
    doubts: list[str] = []
    for where, layer in layers:
        if isinstance(layer, Sheet):
            names = layer.last().keys() | layer.broken
            found |= {name: values.found[name] for name in names & values.found.keys()}
            faults |= {name: values.faults[name] for name in names & values.faults.keys()}
            sealed -= names
            continue
        found |= {name: Value(text, where) for name, text in layer.values.items()}
        sealed = (sealed - layer.values.keys()) | layer.sealed
        found = {name: value for name, value in found.items() if name not in layer.sealed}
        faults = {name: each for name, each in faults.items() if name not in layer.values}
        doubts += [layer.doubt] if layer.doubt else []
    doubt = "; ".join(doubts) or None
    return replace(values, found=found, sealed=sealed, faults=faults, doubt=doubt)


def merged(sheets: Sequence[Sheet], process: Mapping[str, str]) -> Values:
    """Merge sheets, the later one wins, with every reference resolved."""
    entries = [entry for sheet in sheets for entry in sheet.last().values()]
    resolution = resolve(entries, process)
    found = {entry.name: Value(resolution.values[entry.name], entry.where) for entry in entries}
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
