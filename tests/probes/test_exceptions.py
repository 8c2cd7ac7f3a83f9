"""Whatever the HTTP library or the operating system raises has a name."""

import inspect
import socket
import ssl

import httpx
import pytest

from gonogo.probes.http import translate

KINDS = {
    "CloseError": "reset",
    "ConnectError": "route",
    "ConnectTimeout": "timeout",
    "CookieConflict": "probe",
    "DecodingError": "protocol",
    "HTTPError": "protocol",
    "HTTPStatusError": "protocol",
    "InvalidURL": "invalid-url",
    "LocalProtocolError": "invalid-request",
    "NetworkError": "reset",
    "PoolTimeout": "timeout",
    "ProtocolError": "protocol",
    "ProxyError": "route",
    "ReadError": "reset",
    "ReadTimeout": "timeout",
    "RemoteProtocolError": "protocol",
    "RequestError": "protocol",
    "RequestNotRead": "probe",
    "ResponseNotRead": "probe",
    "StreamClosed": "probe",
    "StreamConsumed": "probe",
    "StreamError": "probe",
    "TimeoutException": "timeout",
    "TooManyRedirects": "redirects",
    "TransportError": "protocol",
    "UnsupportedProtocol": "invalid-url",
    "WriteError": "reset",
    "WriteTimeout": "timeout",
}
EXPORTED = {
    name: each
    for name in httpx.__all__
    if inspect.isclass(each := getattr(httpx, name)) and issubclass(each, Exception)
}


def made(kind: type[Exception]) -> Exception:
    needed = inspect.signature(kind).parameters
    texts = {"message": "x", "request": None, "response": None}
    return kind(**{name: value for name, value in texts.items() if name in needed})


def test_every_exported_exception_is_expected() -> None:
    assert EXPORTED.keys() == KINDS.keys()


@pytest.mark.parametrize("name", KINDS)
def test_an_exported_exception(name: str) -> None:
    assert translate(made(EXPORTED[name])).kind == KINDS[name]


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (socket.gaierror(socket.EAI_NONAME, "x"), "dns"),
        (ssl.SSLCertVerificationError(1, "x"), "tls"),
        (ssl.SSLEOFError(8, "x"), "tls"),
        (ssl.SSLZeroReturnError(6, "x"), "tls"),
        (ssl.SSLError(1, "x"), "tls"),
        (ConnectionRefusedError(111, "x"), "refused"),
        (ConnectionResetError(104, "x"), "reset"),
        (ConnectionAbortedError(103, "x"), "reset"),
        (BrokenPipeError(32, "x"), "reset"),
        (TimeoutError(110, "x"), "timeout"),
        (OSError(101, "x"), "route"),
        (OSError(113, "x"), "route"),
        (OSError(24, "x"), "route"),
        (UnicodeError("x"), "invalid-request"),
        (RuntimeError("x"), "probe"),
    ],
    ids=lambda value: value if isinstance(value, str) else repr(value),
)
def test_an_exception_of_the_system_alone_and_as_a_cause(error: Exception, kind: str) -> None:
    assert translate(error).kind == kind
    if isinstance(error, OSError) and kind != "route":
        wrapped = httpx.ConnectError("x")
        wrapped.__cause__ = ExceptionGroup("x", [error])
        assert translate(wrapped).kind == kind


def test_causes_in_a_circle_end() -> None:
    one, other = httpx.ReadError("x"), RuntimeError("x")
    one.__cause__, other.__cause__ = other, one

    assert translate(one).kind == "reset"
