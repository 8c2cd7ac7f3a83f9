"""What a browser meets: pages, their assets and headers, and who may ask from elsewhere."""

from dataclasses import dataclass

HEADERS = (
    "strict-transport-security",
    "x-content-type-options",
    "frame-ancestors",
    "referrer-policy",
    "content-security-policy",
)


@dataclass(frozen=True, slots=True)
class Page:
    """The index of a front end. `routes` is the path below which the browser routes itself.

    `required` are names of HEADERS; `plain` is the same page without TLS, where there is one.
    """

    slug: str
    url: str
    timeout: float = 10.0
    routes: str = "/"
    required: tuple[str, ...] = ()
    plain: str | None = None


@dataclass(frozen=True, slots=True)
class CrossOrigin:
    """An URL that pages of `origin` may ask; with `public` everybody may, without credentials."""

    slug: str
    url: str
    origin: str
    timeout: float = 10.0
    public: bool = False
