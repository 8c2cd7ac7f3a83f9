"""`${NAME}` in the configuration takes an environment variable; what it took is remembered.

A variable that is not set is looked for in the env-file of the target.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


@dataclass
class Interpolation:
    """Replaces references, collects complaints and the values that were taken."""

    environ: Mapping[str, str]
    more: Callable[[], Mapping[str, str]] = dict  # asked at the first variable that is not set
    taken: dict[str, str] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)

    def resolve(self, value: Any, where: tuple[str, ...] = ()) -> Any:
        """Return the value with every reference replaced, tables and lists walked through."""
        if isinstance(value, dict):
            return {key: self.resolve(part, (*where, str(key))) for key, part in value.items()}
        if isinstance(value, list):
            return [self.resolve(part, where) for part in value]
        if isinstance(value, str):
            return _REFERENCE.sub(lambda match: self._take(match[1], where), value)
        return value

    def _take(self, name: str, where: tuple[str, ...]) -> str:
        value = self.environ.get(name)
        if value is None:
            value = self._file.get(name)
        if value is None:
            self.complaints.append(
                f"{'.'.join(where)}: ${{{name}}} is not set; export {name} or write the value"
            )
            return ""
        self.taken[name] = value
        return value

    @cached_property
    def _file(self) -> Mapping[str, str]:
        return self.more()
