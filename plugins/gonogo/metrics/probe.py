"""Own requests: one a reading, its time and whether it went well."""

from gonogo.core.answer import Request
from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.outcome import Outcome
from gonogo.core.signal import Measurement, Signal
from gonogo.metrics.asking import why
from gonogo.probes.context import Context


class OwnRequests:
    """Asks one path of the service."""

    def __init__(self, context: Context, signal: Signal) -> None:
        self._context = context
        self._signal = signal
        self._request = Request(
            signal.url, headers=signal.headers, timeout=signal.timeout, unhurried=True
        )

    async def read(self, since: float) -> list[Measurement]:
        """Ask once. A server error and a proven silence are failures; a 4xx measures nothing."""
        del since
        answer = await self._context.fetch(self._request)
        if answer.transport_failure:
            reading = await self._context.silent(answer)
            if reading.outcome is not Outcome.FAIL:
                raise EvidenceUnavailable(reading.text)
            return [self._measured(seconds=None)]
        if self._context.edge_in_grace(answer):
            raise EvidenceUnavailable(f"{answer.describe()}, from the edge")
        if (answer.status or 0) >= 500:
            return [self._measured(seconds=None)]
        if answer.silence is not None or (answer.status or 0) >= 400:
            raise EvidenceUnavailable(why(answer))
        return [self._measured(answer.elapsed)]

    def _measured(self, seconds: float | None) -> Measurement:
        at = self._context.wall().timestamp()
        failures = 1.0 if seconds is None else 0.0
        return Measurement(at, seconds, 1.0, failures, self._signal.route)
