"""How long a certificate lasts, asked of a real TLS server."""

import asyncio
import ssl
import subprocess
import time
from pathlib import Path
from shutil import which

import pytest

from gonogo.core.answer import Silence
from gonogo.probes.certificate import DAY_S, days_left

from .hostile import HostileServer

DAYS = 30


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for localhost that signs itself, and its key."""
    if which("openssl") is None:
        pytest.skip("openssl makes the certificate of this test")
    folder = tmp_path_factory.mktemp("certificate")
    certificate, key = folder / "cert.pem", folder / "key.pem"
    words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost"
    more = ["-days", str(DAYS), "-addext", "subjectAltName=DNS:localhost"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(["openssl", *words.split(), *more, *files], check=True, capture_output=True)
    return certificate, key


def ask(pair: tuple[Path, Path], host: str, *, trusted: bool, later: float = 0.0) -> object:
    async def served() -> object:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*pair)
        server = await asyncio.start_server(_hang_up, "127.0.0.1", 0, ssl=context)
        port = server.sockets[0].getsockname()[1]
        trust = ssl.create_default_context(cafile=pair[0] if trusted else None)
        try:
            return await days_left(host, port, 5.0, trust, lambda: time.time() + later)
        finally:
            server.close()
            await server.wait_closed()
            await asyncio.sleep(0.05)

    return asyncio.run(served())


async def _hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


@pytest.mark.parametrize("later", [0.0, 20 * DAY_S, 40 * DAY_S])
def test_the_days_that_are_left(pair: tuple[Path, Path], later: float) -> None:
    found = ask(pair, "localhost", trusted=True, later=later)

    assert isinstance(found, float), found
    assert found == pytest.approx(DAYS - later / DAY_S, abs=0.1)


@pytest.mark.parametrize(("host", "trusted"), [("localhost", False), ("127.0.0.1", True)])
def test_a_certificate_that_cannot_be_trusted(
    pair: tuple[Path, Path], host: str, *, trusted: bool
) -> None:
    found = ask(pair, host, trusted=trusted)

    assert isinstance(found, Silence), found
    assert found.kind == "tls"


@pytest.mark.parametrize(
    ("path", "kinds"), [("port", {"protocol", "route"}), ("nobody", {"route"})]
)
def test_where_no_tls_is_spoken(hostile: HostileServer, path: str, kinds: set[str]) -> None:
    port = hostile.port if path == "port" else 9
    started = time.monotonic()
    found = asyncio.run(days_left("127.0.0.1", port, 0.5))

    assert isinstance(found, Silence), found
    assert found.kind in kinds
    assert time.monotonic() - started < 2
