"""[signals]: what the keys come to."""

from pathlib import Path

import pytest

from gonogo.config.choice import Choice
from gonogo.config.load import load
from gonogo.config.values import amount
from gonogo.core.signal import Signal

FULL = Path(__file__).parent / "accepted" / "full.toml"


def full() -> dict[str, Signal]:
    environ = {"RENDER_API_KEY": "rnd_0123456789", "RENDER_SERVICE_ID": "srv-of-the-target"}
    plan = load(Choice(config=str(FULL)), FULL.parent, environ)

    assert {"rnd_0123456789", "token"} <= set(plan.secrets)
    assert "rnd_0123456789" not in repr(plan)
    return dict(plan.subjects.signals)


def test_what_the_signals_of_the_full_file_mean() -> None:
    signals = full()
    health, pool = signals["api/memory"], signals["api/db-pool"]
    slow, latency = signals["api/slow"], signals["api/latency"]

    assert health.url == "https://api.shop.example/api/v1/health"
    assert (health.queries, health.maximum) == ({"used": "memory.rss"}, 512 * 1024**2)
    assert (pool.url, pool.every, pool.limit) == ("https://prometheus.shop.example", 15.0, 0.8)
    assert signals["api/served"].url == "https://api.shop.example/metrics"
    assert (latency.url, latency.route) == ("https://api.shop.example/v1/models", "/v1/models")
    assert (slow.limit, slow.quantile) == (0.5, 0.95)
    assert slow.hosting is not None
    assert (slow.hosting.service, slow.hosting.token) == ("srv-1", "rnd_0123456789")


@pytest.mark.parametrize(
    ("written", "bytes_"),
    [(20, 20), (0.5, 0.5), ("512MB", 512e6), ("1 GiB", 2**30), ("10kb", 1e4), ("2 TiB", 2**41)],
)
def test_amounts(written: object, bytes_: float) -> None:
    assert amount(written) == pytest.approx(bytes_)


@pytest.mark.parametrize("written", [0, -1, True, "512", "MB", "5 PB", None, [1]])
def test_no_amount(written: object) -> None:
    with pytest.raises(ValueError, match="positive number"):
        amount(written)
