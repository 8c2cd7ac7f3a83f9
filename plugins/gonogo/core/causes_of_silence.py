"""Causes of an answer that did not come: each row a sentence and a command, or None."""

import re
from shlex import quote
from urllib.parse import urlsplit

from gonogo.core.hint import Case, Hint

_LOOPBACK = re.compile(r"localhost|127\.\d+\.\d+\.\d+|::1")
_FAR = re.compile(r"prod|live|stag", re.IGNORECASE)
_CERTIFICATES = (
    ("has expired", "the certificate of {host} has expired", "-enddate"),
    (
        "not yet valid",
        "the certificate of {host} is not valid yet, or this clock is slow",
        "-dates",
    ),
    ("mismatch", "{host} shows the certificate of another name", "-ext subjectAltName"),
    ("self-signed", "{host} shows a certificate that it has signed itself", "-issuer"),
    ("local issuer", "{host} sends no whole chain, or its authority is unknown here", "-issuer"),
)


def certificate(case: Case) -> Hint | None:
    """TLS was refused for a reason that the certificate names."""
    clue, host = case.clue, case.host
    if clue.silence not in {"tls", "protocol"}:
        return None
    text = clue.why.lower().replace("_", " ")
    if "wrong version number" in text:
        plain = f"http://{host}:{case.port}/"
        return Hint(f"port {case.port} of {host} does not speak TLS", f"curl -sI {quote(plain)}")
    where = f"-connect {quote(f'{host}:{case.port}')} -servername {quote(host)}"
    for word, cause, show in _CERTIFICATES:
        if word in text:
            look = f"openssl s_client {where} </dev/null | openssl x509 -noout {show}"
            return Hint(cause.format(host=host), look)
    return None


def wants_tls(case: Case) -> Hint | None:
    """Plain HTTP was sent to a port that speaks TLS."""
    if not case.clue.wants_tls:
        return None
    url = quote(f"https://{case.host}:{case.port}{case.clue.path}")
    return Hint(
        f"port {case.port} of {case.host} speaks TLS, and was asked without", f"curl -sI {url}"
    )


def refused(case: Case) -> Hint | None:
    """A connection was refused: by what else answers there, the port is wrong."""
    if case.clue.silence != "refused":
        return None
    host, port = case.host, case.port
    if case.clue.kind:
        word = {"sql": "database", "redis": "Redis", "celery": "broker"}.get(case.clue.kind)
        text = f"the {word or 'dependency'} is down, or not there: nothing listens at {host}:{port}"
        return Hint(text, asking(urlsplit(case.clue.origin).scheme, host, port))
    answering = {urlsplit(each.clue.origin) for each in case.seen if each.clue.status is not None}
    alive = sorted(o.port or 0 for o in answering if o.hostname == host and o.port != port)
    if alive:
        text = f"nothing listens on port {port} of {host}, while {alive[0]} answers: a wrong port, "
        return Hint(f"{text}or a service that is not up", f"nc -vz {quote(host)} {port}")
    here = bool(_LOOPBACK.fullmatch(host))
    if here and _FAR.search(case.scene.target) and not case.scene.log:
        text = f"the URL of {case.scene.target} is {host}, the very machine that runs these checks"
        return Hint(text, f"set [targets.{case.scene.target}] url, or give --gonogo-url")
    if here:
        return Hint(f"nothing listens on port {port} of this machine", "ss -ltn")
    text = f"nothing listens on port {port} of {host}, or a firewall refuses"
    return Hint(text, f"nc -vz {quote(host)} {port}")


_ASK = (
    ("postgres", 5432, "pg_isready -h {host} -p {port}"),
    ("mysql", 3306, "mysqladmin ping -h {host} -P {port}"),
    ("redis", 6379, "redis-cli -h {host} -p {port} ping"),
    ("valkey", 6379, "redis-cli -h {host} -p {port} ping"),
)


def asking(scheme: str, host: str, port: int | None) -> str:
    """How to ask whether anything listens where a dependency should be."""
    known = (ask for kind, usual, ask in _ASK if scheme.startswith(kind) or port == usual)
    return next(known, "nc -vz {host} {port}").format(host=quote(host), port=port)


def dns(case: Case) -> Hint | None:
    """The name does not resolve."""
    if case.clue.silence != "dns" or "private network" in case.finding.message:
        return None
    text = f"no DNS record for {case.host} is seen from here: mistyped, or not set up yet"
    return Hint(text, f"dig +short {quote(case.host)}")


def timeout(case: Case) -> Hint | None:
    """No whole answer in time."""
    if case.clue.silence != "timeout":
        return None
    if case.clue.kind:
        return Hint(
            f"{case.host} is overloaded, or packets to port {case.port} are dropped on the way",
            f"nc -vz -w 5 {quote(case.host)} {case.port}",
        )
    where = "the application hangs" if case.clue.status else "it hangs, or packets are dropped"
    return Hint(f"no whole answer in time: {where}", f"curl -sv -m 30 -o /dev/null {case.url}")
