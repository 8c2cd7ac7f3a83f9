"""References between values, `${NAME}` and `${NAME:-default}`, resolved in the file's order."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from gonogo.core.variable import Fault
from gonogo.environment.reading import Entry

_REFERENCE = r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}"
_PROVIDERS = r"(?s)\$\{\{.*?\}\}"
_VAULT = r"(?:op|vault|ssm|infisical|doppler)://\S+"
_COMMAND = r"\$\([^()]*\)|`[^`]*`"
MOST = 1 << 20  # characters of one value after expansion


@dataclass
class Resolution:
    """Values by name, and the references that lead nowhere."""

    values: dict[str, str] = field(default_factory=dict, repr=False)
    faults: list[Fault] = field(default_factory=list)


def resolve(entries: Iterable[Entry], process: Mapping[str, str]) -> Resolution:
    """Replace references: earlier lines of the file first, then the process; nothing is run."""
    done = Resolution()
    for entry in entries:
        value = entry.value
        if "$" not in value and entry.quote != "`" and "://" not in value:
            done.values[entry.name] = value
            continue
        fault = _never(entry, value)
        if fault is None and entry.quote != "'" and "${" in value:
            value, fault = _expanded(entry, value, done.values, process)
        if fault is not None:
            text, fix = fault
            done.faults.append(Fault("unresolved", entry.name, text, fix, entry.where))
        done.values[entry.name] = value
    return done


def _never(entry: Entry, value: str) -> tuple[str, str] | None:
    """Find what a provider or a shell would replace, and nobody here does."""
    if re.search(_PROVIDERS, value):
        return "a reference of a provider is left in the file", "write the value it stands for"
    if re.fullmatch(_VAULT, value):
        return "a reference to a vault, which nobody has resolved", "write the value it stands for"
    if entry.quote != "'" and re.fullmatch(_COMMAND, value):
        return "a command, which a reader of env files does not run", "write its result"
    return None


def _expanded(
    entry: Entry, value: str, known: Mapping[str, str], process: Mapping[str, str]
) -> tuple[str, tuple[str, str] | None]:
    parts: list[str] = []
    lost: list[str] = []
    at = size = 0
    for match in re.finditer(_REFERENCE, value):
        name = match[1]
        found = known.get(name, process.get(name))
        if found is None or (not found and match[2] is not None):
            found = match[2]
        if found is None:
            lost.append(name)
        parts += [value[at : match.start()], found or ""]
        size += len(parts[-1]) + len(parts[-2])
        at = match.end()
        if size > MOST:
            return "", ("references expand to more than a value can be", "write the value")
    if lost:
        names = ", ".join(dict.fromkeys(lost))
        fix = f"set {names} on an earlier line, or write the value"
        if entry.name in lost:
            fix = "a value cannot refer to itself: write the value"
        return value, (f"refers to {names}, which nothing before it sets", fix)
    return "".join([*parts, value[at:]]), None
