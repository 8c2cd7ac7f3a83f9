"""`${NAME}` in the configuration takes an environment variable; what it took is remembered."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


@dataclass
class Interpolation:
    """Replaces references, collects complaints and the values that were taken."""

    environ: Mapping[str, str]
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
        if name not in self.environ:
            self.complaints.append(
                f"{'.'.join(where)}: ${{{name}}} is not set; export {name} or write the value"
            )
            return ""
        self.taken[name] = self.environ[name]
        return self.environ[name]
