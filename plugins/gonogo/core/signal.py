"""What is measured, where it is read, and one measurement."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gonogo.core.provider import Hosting

TRAFFIC = ("error-rate", "latency")
SHARES = ("memory", "db-pool", "resources")  # used, as a share of what there is
MEASURED = (*TRAFFIC, *SHARES)


@dataclass(frozen=True, slots=True)
class Signal:
    """One signal of one service. `signal` is a row of the table of rules.

    `queries` says what to read, by role: a `value` as it is, `used` of `max`, `errors` of `total`;
    what a query looks like is the business of the source. `maximum` stands in for `max`. `limit`
    replaces the limit of the rule: seconds for a latency, else a ratio; a latency that has none is
    only compared. `every` is in seconds, `unit` the unit of what is read where that is not the
    base unit. `hosting` says where a provider runs the service.
    """

    slug: str
    signal: str
    source: str
    service: str | None = None
    url: str = ""
    route: str = ""
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    queries: Mapping[str, str] = field(default_factory=dict)
    maximum: float | None = None
    unit: str | None = None
    quantile: float = 0.5
    every: float = 5.0
    limit: float | None = None
    timeout: float = 10.0
    hosting: Hosting | None = None

    @property
    def is_traffic(self) -> bool:
        """True where requests are measured, false where a share of something is."""
        return self.signal in TRAFFIC


@dataclass(frozen=True, slots=True)
class Measurement:
    """One measurement: `at` in seconds of the Unix epoch, UTC.

    `value` is in seconds for a latency, a ratio (1.0 is all of it) for a share. `requests` and
    `failures` count what was seen since the measurement before. `route` tells series apart.
    """

    at: float
    value: float | None = None
    requests: float = 0.0
    failures: float = 0.0
    route: str = ""
