"""URLs as values: their form, scheme, host and password, and which database they name."""

import re
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

_FORM = r"([A-Za-z][A-Za-z0-9+.-]*)://\S+"
_HOST = r"(?=.{1,253}$)[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?(?:\.[A-Za-z0-9_-]+)*\.?"
_ADDRESS = r"[0-9A-Fa-f:.%]+"
_LOOPBACK = r"localhost|.*\.localhost|localhost\.localdomain|host\.docker\.internal"
_NUMERIC = r"(?:0x[0-9a-f]+|[0-9]+)(?:\.(?:0x[0-9a-f]+|[0-9]+)){0,3}"
_FAMILY = {"postgresql": "postgres", "mariadb": "mysql", "rediss": "redis", "valkey": "redis"}
_FAMILY |= {"valkeys": "redis", "redis+sentinel": "redis", "amqps": "amqp"}
_PORT = {"postgres": 5432, "mysql": 3306, "redis": 6379, "mongodb": 27017, "amqp": 5672}
_PORT |= {"http": 80, "https": 443, "ws": 80, "wss": 443}
_WITHOUT_HOST = {"sqlite", "file", "unix"}

SCHEMES = {
    "https-url": ("https",),
    "origin": ("https",),
    "postgres-url": ("postgres", "postgresql"),
    "mysql-url": ("mysql", "mariadb"),
    "mongodb-url": ("mongodb", "mongodb+srv"),
    "sqlite-url": ("sqlite",),
    "redis-url": ("redis", "rediss", "valkey", "valkeys", "unix"),
    "amqp-url": ("amqp", "amqps", "pyamqp"),
}
SCHEMES["database-url"] = (
    *SCHEMES["postgres-url"],
    *SCHEMES["mysql-url"],
    *SCHEMES["mongodb-url"],
    *("sqlite", "mssql", "sqlserver", "oracle", "cockroachdb", "clickhouse"),
)
DATABASES = {"postgres-url", "mysql-url", "mongodb-url", "database-url", "redis-url", "amqp-url"}


class Parts(NamedTuple):
    """A URL taken apart; `family` is the scheme without driver and alias."""

    scheme: str
    host: str
    port: int | None
    path: str
    query: str
    user: str
    password: str
    fragment: str

    def __repr__(self) -> str:
        return f"{self.scheme}://{self.host}"

    @property
    def family(self) -> str:
        """The scheme without its driver: postgresql+asyncpg is postgres."""
        plain = self.scheme.partition("+")[0]
        return _FAMILY.get(self.scheme, _FAMILY.get(plain, plain))

    @property
    def loopback(self) -> bool:
        """True where the host is the machine itself."""
        host = self.host.rstrip(".")
        return re.fullmatch(_LOOPBACK, host) is not None or _is_loopback(host)


def parts(value: str) -> Parts | str:
    """Return the parts of a complete URL, or what is wrong with its form."""
    form = re.fullmatch(_FORM, value)
    if form is None:
        spaced = any(each.isspace() for each in value)
        return "holds white space" if spaced else "not a complete URL such as scheme://host/path"
    try:
        several = re.match(_SEVERAL, value) is not None
        split = urlsplit(re.sub(_MORE_HOSTS, r"\1", value, count=1) if several else value)
        port, host = split.port, (split.hostname or "").lower()
    except ValueError:
        return f"the host or the port cannot be read; {_ENCODE}"
    scheme = form[1].lower()
    wrong = _wrong_authority(split, scheme, host)
    if wrong or port == 0:
        return wrong or "port 0"
    user, password = unquote(split.username or ""), unquote(split.password or "")
    return Parts(scheme, host, port, split.path, split.query, user, password, split.fragment)


_ENCODE = "percent-encode '#', '/', '?' and '@' in a password"
_SEVERAL = r"(?i)(?:postgres|mysql|mariadb|mongodb|redis|amqp|valkey|cockroach|clickhouse)"
_MORE_HOSTS = r"(://(?:[^/@]*@)?[^/,@?#]+),[^/?#]*"


def _wrong_authority(split: SplitResult, scheme: str, host: str) -> str | None:
    cut = "@" in split.fragment or (not split.username and "@" in split.query)
    if cut or split.netloc.count("@") > 1:
        return f"the part before the host cannot be read; {_ENCODE}"
    if not host:
        return None if _may_lack_host(scheme, split.query) else "no host"
    return None if _is_host(host) else "the host is not a host name"


def _is_loopback(host: str) -> bool:
    """Read an address as a resolver does: 127.1 and 2130706433 lead home as well."""
    import ipaddress  # noqa: PLC0415 - few hosts are addresses
    import socket  # noqa: PLC0415 - as above

    try:
        numeric = re.fullmatch(_NUMERIC, host) is not None
        packed = socket.inet_aton(host) if numeric else host.partition("%")[0]
        found = ipaddress.ip_address(packed)
    except (OSError, ValueError):
        return False
    inner = getattr(found, "ipv4_mapped", None) or found
    return bool(inner.is_loopback or inner.is_unspecified)


def _is_host(host: str) -> bool:
    return is_host(host) or _is_address(host)


def _is_address(text: str) -> bool:
    return ":" in text and re.fullmatch(_ADDRESS, text) is not None


def _may_lack_host(scheme: str, query: str) -> bool:
    return scheme.partition("+")[0] in _WITHOUT_HOST or "host=" in query


def is_host(text: str) -> bool:
    """Tell whether this is a host name or an IPv4 address, with no scheme, port or path."""
    if re.fullmatch(_HOST, text):
        return True
    try:
        return "." in text and re.fullmatch(_HOST, text.encode("idna").decode()) is not None
    except UnicodeError:
        return False


def password_of(value: str) -> str:
    """Return the password within a URL, still encoded, or an empty text; never raises."""
    _, sign, rest = value.partition("://")
    if not sign:
        return ""
    authority = rest.rpartition("@")[0]
    return authority.partition(":")[2] if "/" not in authority.partition(":")[0] else ""


def identity(found: Parts) -> str:
    """Name the database a URL leads to: user, password, driver and options left out."""
    query = parse_qs(found.query)
    host = found.host or "".join(query.get("host", ()))
    port = found.port or _PORT.get(found.family, 0)
    name = found.path.strip("/")
    if found.family == "redis":
        name = "".join(query.get("db", ())) or name or "0"
    return f"{found.family}://{host.rstrip('.')}:{port}/{unquote(name)}"
