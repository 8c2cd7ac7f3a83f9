"""Numbers inside a health body, found by JMESPath."""

from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from gonogo.core.answer import Request
from gonogo.core.content import ContentError, decode_content, parse_json
from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.signal import Measurement, Signal
from gonogo.metrics.asking import MORE, why
from gonogo.metrics.numbers import in_base, number, share
from gonogo.probes.context import Context


class HealthBody:
    """Reads one value, a pair of `used` and `max`, or one of `errors` and `total`."""

    def __init__(self, context: Context, signal: Signal) -> None:
        self._context = context
        self._signal = signal

    async def read(self, since: float) -> list[Measurement]:
        """Read the body now, whatever its status line says: an unwell service has numbers too."""
        del since
        signal = self._signal
        request = Request(signal.url, headers=signal.headers, timeout=signal.timeout)
        answer = await self._context.fetch(request)
        if answer.status is None or answer.silence is not None:
            raise EvidenceUnavailable(why(answer))
        try:
            encoding = answer.headers.get("content-encoding")
            document = parse_json(decode_content(answer.body, encoding, MORE))
        except ContentError as error:
            raise EvidenceUnavailable(f"{answer.describe()}, the body is {error}") from None
        return [self._measured(document, answer.describe())]

    def _measured(self, document: Any, where: str) -> Measurement:
        signal = self._signal
        at = self._context.wall().timestamp()
        found = {role: _search(path, document) for role, path in signal.queries.items()}
        if found.get("total") is not None and found["errors"] is None:
            found["errors"] = 0  # a counter that nothing has counted yet is often left out
        for role, path in signal.queries.items():
            if found[role] is None:
                hint = "fix: the field of the signal"
                raise EvidenceUnavailable(f"{where} holds no {path!r}; {hint}")
        if "value" in found:
            what = f"{where}, {signal.queries['value']}"
            return Measurement(at, in_base(signal, found["value"], what), route=signal.route)
        plain = {role: number(each, f"{where}, {role}")[0] for role, each in found.items()}
        over, under = ("errors", "total") if "errors" in plain else ("used", "max")
        of = plain.get(under, signal.maximum or 0.0)
        return Measurement(at, share(plain[over], of, where), route=signal.route)


def _search(path: str, document: Any) -> Any:
    try:
        return jmespath.search(path, document)
    except (JMESPathError, ValueError, TypeError, RecursionError) as error:
        raise EvidenceUnavailable(f"{path!r} of the body: {type(error).__name__}") from None
