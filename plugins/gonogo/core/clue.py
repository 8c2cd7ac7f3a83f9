"""What an answer shows beside its outcome: it helps to name a cause, and never decides."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class Clue:
    """Facts about one request and its answer; none of them holds a value that was sent.

    `origin` is scheme, host and port, `silence` a kind of `core.answer.Silence` and `why` its
    text, `led_to` the login or the other host that redirects ended at, `edge` the proxy that
    signed the answer, `sent` whether credentials were sent: "", "yes", or the mode of the key
    ("test", "live"). `variable` and `refused` (host:port) are what the application itself names.
    """

    origin: str = ""
    path: str = ""
    method: str = "GET"
    status: int | None = None
    silence: str = ""
    why: str = ""
    led_to: str = ""
    allow: str = ""
    edge: str = ""
    sent: str = ""
    variable: str = ""
    refused: str = ""
    kind: str = ""  # of a dependency that was asked directly
    page: bool = False
    json: bool = False  # JSON was wanted
    wants_tls: bool = False  # plain HTTP was sent to a port that speaks TLS
    ended: bool = False  # the command that this run has booted is over

    def flat(self) -> dict[str, Any]:
        """Return what is known, as JSON can hold it."""
        found = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value for name, value in found.items() if value != _EMPTY[name]}

    @classmethod
    def from_flat(cls, record: Mapping[str, Any]) -> "Clue":
        """Rebuild a clue; what is not known here is left out."""
        return cls(**{name: value for name, value in record.items() if name in _EMPTY})


_EMPTY = {each.name: each.default for each in fields(Clue)}
NOTHING = Clue()
