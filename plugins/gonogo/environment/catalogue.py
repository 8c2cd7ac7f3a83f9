"""The room's entry: values and rules in, the faults of every variable, file and group out."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from gonogo.core.outcome import Outcome, worst_outcome
from gonogo.core.variable import Fault, Variable
from gonogo.environment import groups, secrets
from gonogo.environment.checks import check
from gonogo.environment.portability import disagreements
from gonogo.environment.reading import Sheet
from gonogo.environment.refusals import Classes
from gonogo.environment.shapes import Setting
from gonogo.environment.sources import Values, respelled

_UNSURE = re.compile(r"[^A-Za-z0-9._/-]+")
MOST_TOLD = 50  # faults of one item
MOST_HINTS = 20  # close words are costly to find
LOCAL = frozenset({"local", "localhost"})


class Policies(NamedTuple):
    """What happens about undeclared names, drift and lines that readers read differently."""

    undeclared: Outcome | None = Outcome.WARN
    drift: Outcome | None = Outcome.WARN
    portability: Outcome | None = Outcome.WARN


@dataclass
class Catalogue:
    """Everything to judge one target by; `others` holds the values of other targets."""

    schema: Mapping[str, Variable]
    own: Values = field(repr=False)
    setting: Setting
    policies: Policies
    rules: tuple[groups.Rule, ...] = ()
    others: Mapping[str, Values] = field(default_factory=dict, repr=False)
    gaps: tuple[Fault, ...] = ()
    classes: Classes = field(default_factory=Classes)

    def variables(self) -> dict[str, list[Fault]]:
        """Return the faults of each declared variable."""
        found = {name: self._variable(variable) for name, variable in self.schema.items()}
        if not self.setting.local and not self.own.blocked:
            for fault in groups.reused(self.schema, self.own):
                if not found[fault.name]:
                    found[fault.name].append(fault)
        for faults in self._refused.values():
            for fault in faults:
                said = {each.outcome for each in found.get(fault.name, ())}
                if fault.name in found and Outcome.FAIL not in said:
                    found[fault.name].append(fault)
        return found

    @property
    def _refused(self) -> dict[str, list[Fault]]:
        return self.classes.faults(self.own, self.schema)

    def _variable(self, variable: Variable) -> list[Fault]:
        name = variable.name
        undecodable = [fault for sheet in self.own.sheets for fault in sheet.undecodable]
        if undecodable:
            return [replace(fault, outcome=Outcome.UNKNOWN) for fault in undecodable]
        if self.own.blocked or name in self.own.sealed:
            text = self.own.blocked or "set, but its value cannot be read: not checked"
            return [Fault("unknown", name, text, outcome=Outcome.UNKNOWN)]
        if name in self.own.faults:
            return [self.own.faults[name]]
        value = self.own.found.get(name)
        if value is None and self.own.doubt and variable.required:
            text = f"not among the values, but it may be set: {self.own.doubt}"
            return [Fault("unknown", name, text, outcome=Outcome.UNKNOWN)]
        where = value.where if value else self.own.where
        try:
            found = check(variable, value.text if value else None, where, self.setting)
        except Exception as error:  # noqa: BLE001 - its text may hold the value
            text = f"the check itself failed: {type(error).__name__}"
            return [Fault("unknown", name, text, where=where, outcome=Outcome.UNKNOWN)]
        if any(fault.reason == "placeholder" for fault in found):
            return found
        return [*found, *groups.shared(variable, self.own, self._comparable())]

    def _comparable(self) -> dict[str, Values]:
        """Leave out a developer's own values where they are not at hand."""
        return {
            name: values
            for name, values in self.others.items()
            if not (values.blocked and name in LOCAL)
        }

    def files(self) -> dict[str, list[Fault]]:
        """Return the faults of each file, by a slug that can be a test ID."""
        found: dict[str, list[Fault]] = {}
        for sheet in self.own.sheets:
            found[_unique(_UNSURE.sub("_", sheet.file), found)] = list(self._file(sheet))
        for provider in self.own.providers:
            found[_unique(provider, found)] = list(self._provider(provider))
        return found

    def _provider(self, provider: str) -> Iterable[Fault]:
        if self.own.blocked:
            yield Fault("unknown", provider, self.own.blocked, outcome=Outcome.UNKNOWN)
            return
        given = {
            name: value.where for name, value in self.own.found.items() if value.where == provider
        }
        yield from self._undeclared({**dict.fromkeys(self.own.sealed, provider), **given})

    def _file(self, sheet: Sheet) -> Iterable[Fault]:
        yield from (replace(fault, text=_named(fault)) for fault in sheet.faults)
        if self.policies.portability is not None:
            for fault in disagreements(sheet, self.policies.portability):
                yield replace(fault, text=_named(fault))
        for name, fault in self.own.faults.items():
            if fault.reason == "unresolved" and name not in self.schema and name in sheet.last():
                yield replace(fault, text=_named(fault))
        yield from self._undeclared({name: each.where for name, each in sheet.last().items()})

    def _undeclared(self, given: Mapping[str, str]) -> Iterable[Fault]:
        """Find names that nothing declares, where everything that declares could be read."""
        whole = self.schema and not self.gaps and not self.classes.unknown
        if self.policies.undeclared is not None and whole:
            known = {*self.schema, *(name for rule in self.rules for name in rule.all_names)}
            known |= set(respelled(given, self.schema))
            yield from _undeclared(given, known, self.policies.undeclared)

    def groups(self) -> dict[str, list[Fault]]:
        """Return the faults of each rule, and of the comparison with each other target."""
        found: dict[str, list[Fault]] = {}
        for rule in self.rules:
            faults = list(groups.broken(rule, self.own, self._comparable()))
            found[_unique(rule.slug, found)] = faults
        for fault in self.gaps:
            found.setdefault(f"schema/{_UNSURE.sub('_', fault.name)}", []).append(fault)
        for name, faults in self._refused.items():
            slug = _unique(f"schema/{_UNSURE.sub('_', name)}", found)
            found[slug] = [fault for fault in faults if fault.name not in self.schema]
        written = self.own.sheets or self.own.providers
        if self.policies.drift is None or self.setting.local or not written:
            return found
        for target, values in self.others.items():
            absent = values.blocked and not values.providers
            if target in LOCAL or (absent and self.policies.drift is not Outcome.FAIL):
                continue
            found[_unique(f"drift/{_UNSURE.sub('_', target)}", found)] = self._drift(target, values)
        return found

    def _drift(self, target: str, values: Values) -> list[Fault]:
        blocked = self.own.blocked or values.blocked or self.own.doubt or values.doubt
        if blocked:
            matters = self.own.blocked or self.policies.drift is Outcome.FAIL
            text = f"not compared with {target}: {blocked}"
            outcome = Outcome.UNKNOWN if matters else Outcome.WARN
            return [Fault("unknown", target, text, outcome=outcome)]
        pair = (self.setting.target, target)
        signal = None if self.policies.drift is Outcome.FAIL else "drift"
        faults = groups.drift(self.schema, pair, self.own, values)
        return [replace(fault, signal=signal) for fault in faults]

    def hidden(self) -> list[str]:
        """Return the values, and parts of values, that no output may show."""
        return [
            part
            for values in (self.own, *self.others.values())
            for name, value in values.found.items()
            for part in secrets.hidden(name, value.text, self.schema.get(name))
        ]


def place(faults: Iterable[Fault]) -> str:
    """Return where to look first: the file and line of the worst fault that has them."""
    worst_first = sorted(faults, key=lambda fault: -fault.outcome.rank)
    return next((fault.where for fault in worst_first if fault.where), "")


def _named(fault: Fault) -> str:
    return fault.text if fault.name in {"file", fault.text} else f"{fault.name}: {fault.text}"


def _undeclared(given: Mapping[str, str], known: set[str], outcome: Outcome) -> Iterable[Fault]:
    by_case = {name.upper(): name for name in known}
    hints = MOST_HINTS
    for name, where in given.items():
        if name in known or groups.INJECTED.match(name):
            continue
        hints -= 1
        near = [name.upper()] if name.upper() in by_case else []
        if not near and hints >= 0:
            import difflib  # noqa: PLC0415 - needed in a mistake only

            near = difflib.get_close_matches(name.upper(), by_case, n=1, cutoff=0.8)
        hint = f"rename it to {by_case[near[0]]}, or " if near else ""
        fix = f"{hint}declare it in [env.vars], or remove it"
        yield Fault("undeclared", name, f"{name}: not in [env.vars]", fix, where, outcome)


def _unique(slug: str, taken: Mapping[str, object]) -> str:
    if slug not in taken:
        return slug
    return next(f"{slug}-{n}" for n in range(2, len(taken) + 3) if f"{slug}-{n}" not in taken)


def judged(faults: Iterable[Fault]) -> tuple[Outcome, str, str | None]:
    """Return the outcome of an item, everything that is said about it, and its signal."""
    listed = list(faults)
    outcome = worst_outcome(fault.outcome for fault in listed) or Outcome.PASS
    failing = [fault.signal for fault in listed if fault.outcome is Outcome.FAIL]
    signal = failing[0] if failing and None not in failing else None
    worst_first = sorted(listed, key=lambda fault: -fault.outcome.rank)
    told = [str(fault) for fault in worst_first[:MOST_TOLD]]
    more = len(listed) - len(told)
    return outcome, "\n".join([*told, *([f"… and {more} more"] if more else [])]), signal
