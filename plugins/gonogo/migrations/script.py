"""The SQL of what is pending, as a report may show it."""

import re
from collections.abc import Iterable

from gonogo.core.migration import Revision

LONGEST = 1_000_000  # characters
_SECRET = re.compile(r"(\bPASSWORD\s*=?\s*|\bIDENTIFIED\s+BY\s+)'(?:[^']|'')*'", re.IGNORECASE)
_USERINFO = re.compile(r"(://[^:/@\s']*:)[^@\s']+@")


def script(revisions: Iterable[Revision], given: str = "") -> str:
    """Return what is given, or the SQL of each; without passwords that nobody has declared."""
    text = given or "\n".join(_of(each) for each in revisions)
    plain = _USERINFO.sub(r"\1[redacted]@", _SECRET.sub(r"\1'[redacted]'", text))
    return plain if len(plain) <= LONGEST else plain[:LONGEST] + "\n-- … cut here\n"


def _of(each: Revision) -> str:
    cut = f"-- NOT COMPLETE: {each.unrendered}\n" if each.unrendered else ""
    return f"-- {each.id} {each.title}\n{cut}{each.sql or '-- nothing'}\n"
