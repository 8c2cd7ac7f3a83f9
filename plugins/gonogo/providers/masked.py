"""What a provider's answer holds as the value of a variable: a text, or a veil over one."""

import re
from collections.abc import Mapping
from typing import Any

from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.provider import Provided

_VEIL = re.compile(r"[*\u2022\u25cf]{3,}|\[?(?i:redacted|hidden|sealed|masked)\]?")


def unveiled(found: Mapping[str, Any], sealed: frozenset[str], who: str) -> Provided:
    """Part the values that can be read from those that are only known to be set."""
    if not found and not sealed:
        raise EvidenceUnavailable(f"{who} knows no variable of this service; check the ids")
    values: dict[str, str] = {}
    veiled = set(sealed)
    for name, value in found.items():
        if value is None or (isinstance(value, str) and _VEIL.fullmatch(value)):
            veiled.add(name)
        elif isinstance(value, str | int | float):
            values[name] = str(value)
        else:
            raise EvidenceUnavailable(f"{who} answers with something else than a text as a value")
    return Provided(values, frozenset(veiled) - values.keys())
