"""The record of a decision, as a file that somebody hands in."""

import json
from pathlib import Path
from typing import Any

from gonogo.core.errors import ConfigError

LARGEST = 64 << 20  # bytes


def record_of(file: Path) -> dict[str, Any]:
    """Return a record of schema 1, its keys unchecked; raises ConfigError where it is none."""
    try:
        if file.stat().st_size > LARGEST:
            raise ConfigError(f"{file} is too large for a record")
        found = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise ConfigError(f"{file} is not JSON") from None
    if not isinstance(found, dict) or found.get("schema") != 1:
        raise ConfigError(f"{file} is no record of schema 1")
    return found
