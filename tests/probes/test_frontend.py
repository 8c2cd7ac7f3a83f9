"""What a browser would meet: each broken front end, and what it leads to."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from gonogo.core.frontend import HEADERS, CrossOrigin, Page
from gonogo.core.observation import Observation
from gonogo.core.outcome import Outcome
from gonogo.probes.context import Context
from gonogo.probes.engine import Engine
from gonogo.probes.frontend.assets import loaded, routed
from gonogo.probes.frontend.cors import crossed
from gonogo.probes.frontend.guards import fault_of, guarded, redirected
from tests.doubles.shop import Fault, at
from tests.doubles.site import INDEX, ORIGIN, Site, allow, only, page, script

PASS, WARN, FAIL, UNKNOWN = Outcome.PASS, Outcome.WARN, Outcome.FAIL, Outcome.UNKNOWN


async def no_pause(_seconds: float) -> None:
    await asyncio.sleep(0)


@pytest.fixture
def site(httpserver: HTTPServer) -> Site:
    return Site(httpserver)


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = Engine()
    yield engine
    engine.close()


Ask = Callable[..., Observation]


@pytest.fixture
def ask(engine: Engine, site: Site) -> Ask:
    context = Context(engine.fetch, control=(f"{site.url}/control",), sleep=no_pause)

    def asked(probe: Any, **more: Any) -> Observation:
        context.control = more.pop("control", context.control)
        subject = Page("web", f"{site.url}/", timeout=2.0, required=HEADERS)
        if probe is crossed:
            subject = CrossOrigin("web", f"{site.url}/api", ORIGIN, **more)  # type: ignore[assignment]
        elif more:
            subject = Page("web", **{"url": f"{site.url}/", **more})
        seen: Observation = engine.submit(probe(context, subject)).result(20)
        return seen

    return asked


def without(text: str) -> Response:
    return page(INDEX.replace(text, ""))


JS = "/assets/app.7c1e.js"
ASSETS: dict[str, tuple[Fault, Outcome, str]] = {
    "well": (lambda _r: None, PASS, "its 3 assets load"),
    "gone": (at("GET", JS, Response("", 404)), FAIL, "app.7c1e.js -> 404"),
    "the index instead": (at("GET", JS, page()), FAIL, "a web page in place of a script"),
    "as text": (at("GET", JS, script(kind="text/plain")), FAIL, "a script served as text/plain"),
    "empty": (at("GET", JS, script("")), FAIL, "an empty script"),
    "style as script": (
        at("GET", "/assets/app.5d41.css", script()),
        FAIL,
        "a style served as text/javascript",
    ),
    "an error page": (at("GET", "/", page(status=503)), FAIL, "expected 200"),
    "maintenance": (
        at("GET", "/", page("<!doctype html><html><h1>back soon</h1></html>")),
        FAIL,
        "without any script or style",
    ),
    "JSON": (at("GET", "/", Response("{}")), FAIL, "not a web page"),
    "download": (
        at("GET", "/", Response(INDEX, 200, content_type="text/plain")),
        FAIL,
        "served as",
    ),
    "inline": (
        at("GET", "/", page("<!doctype html><html><script>1</script></html>")),
        PASS,
        "everything is in the page itself",
    ),
    "elsewhere": (
        at(
            "GET", "/", page("<!doctype html><html><script src=//cdn.example/a.js></script></html>")
        ),
        WARN,
        "its 1 assets are elsewhere",
    ),
    "limit": (at("GET", JS, Response("", 429)), UNKNOWN, "a rate limit"),
    "firewall": (
        at("GET", "/", page(status=403, **{"CF-Mitigated": "challenge"})),
        UNKNOWN,
        "a firewall's challenge",
    ),
    "endless": (
        at(
            "GET", "/", page(INDEX + "".join(f"<script src=/a{n}.js></script>" for n in range(501)))
        ),
        UNKNOWN,
        "more than 500 assets",
    ),
}


@pytest.mark.parametrize("name", ASSETS)
def test_the_index_and_its_assets(ask: Ask, site: Site, name: str) -> None:
    site.fault, outcome, text = ASSETS[name]
    seen = ask(loaded)

    assert seen.reading.outcome is outcome, seen
    assert text in seen.reading.text


def test_a_base_and_a_relative_place_are_followed(ask: Ask, site: Site) -> None:
    text = '<!doctype html><html><base href="/assets/"><script src="app.7c1e.js"></script></html>'
    site.fault = at("GET", "/", page(text))

    assert "its 1 assets load" in ask(loaded).reading.text


def below(answer: Response) -> Fault:
    return lambda request: answer if request.path.startswith("/gonogo-") else None


ROUTES: dict[str, tuple[Fault, Outcome, str]] = {
    "well": (lambda _r: None, PASS, "-> 200"),
    "lost": (below(page(status=404)), FAIL, "does not lead to the index: expected 200"),
    "another page": (below(page("<!doctype html><html>oh</html>")), FAIL, "another page"),
    "other assets": (below(page(INDEX.replace("app.7c1e", "app.old"))), FAIL, "another page"),
    "JSON": (below(Response("{}")), FAIL, "not a web page"),
    "redirect to a login": (
        below(Response("", 302, {"Location": "/none.json"})),
        FAIL,
        "another page",
    ),
    "assets too": (at("GET", "/assets/*", page()), WARN, "a missing asset is answered with 200"),
}


@pytest.mark.parametrize("name", ROUTES)
def test_a_route_that_only_the_browser_knows(ask: Ask, site: Site, name: str) -> None:
    site.fault, outcome, text = ROUTES[name]
    if name == "redirect to a login":
        fault = site.fault
        login = at("GET", "/none.json", page("<!doctype html><html>log in</html>"))
        site.fault = lambda request: fault(request) or login(request)
    seen = ask(routed)

    assert seen.reading.outcome is outcome, seen
    assert text in seen.reading.text


def test_every_missing_guard_is_named(ask: Ask, site: Site) -> None:
    assert ask(guarded).reading.outcome is PASS

    site.fault = at("GET", "/", Response(INDEX, 200, content_type="text/html"))
    text = ask(guarded).reading.text
    assert [name for name in HEADERS[1:] if f"{name} is missing; fix: " not in text] == []
    assert "strict-transport-security" not in text, "it means nothing without TLS"


@pytest.mark.parametrize(
    ("name", "headers", "good"),
    [
        ("strict-transport-security", {"strict-transport-security": "max-age=31536000"}, True),
        ("strict-transport-security", {"strict-transport-security": "max-age=0"}, False),
        ("strict-transport-security", {}, False),
        ("x-content-type-options", {"x-content-type-options": "sniff"}, False),
        ("frame-ancestors", {"x-frame-options": "ALLOW-FROM https://x"}, False),
        ("frame-ancestors", {"content-security-policy": "frame-ancestors 'none'"}, True),
        ("referrer-policy", {"referrer-policy": "unsafe-url"}, False),
        ("referrer-policy", {"referrer-policy": "no-referrer, same-origin"}, True),
    ],
)
def test_what_guards(name: str, headers: dict[str, str], *, good: bool) -> None:
    assert (fault_of(name, headers) is None) is good


ORIGINS: dict[str, tuple[Callable[[str], dict[str, str]], Outcome, str]] = {
    "well": (only(ORIGIN), PASS, "and by no stranger"),
    "nobody": (only(""), FAIL, f"{ORIGIN} is not allowed, but nobody"),
    "another": (lambda _o: allow("https://other"), FAIL, "is not allowed, but https://other"),
    "echo": (allow, FAIL, "the stranger https://gonogo-foreign.example is allowed"),
    "everybody": (lambda _o: allow("*", ""), FAIL, "every origin is allowed"),
    "wildcard": (lambda _o: allow("*"), FAIL, "allows * with credentials"),
    "null": (lambda o: allow(o) if o in {ORIGIN, "null"} else {}, FAIL, "the stranger null"),
    "begins with": (
        lambda o: allow(o) if o.startswith(ORIGIN) else {},
        FAIL,
        f"the stranger {ORIGIN}.gonogo-foreign.example",
    ),
    "ends with": (
        lambda o: allow(o) if o.endswith("shop.example") else {},
        FAIL,
        "the stranger https://gonogo-foreignshop.example",
    ),
}


@pytest.mark.parametrize("name", ORIGINS)
def test_who_may_ask(ask: Ask, site: Site, name: str) -> None:
    site.allowed, outcome, text = ORIGINS[name]
    seen = ask(crossed)

    assert seen.reading.outcome is outcome, seen
    assert text in seen.reading.text


def test_a_public_service_may_be_asked_by_everybody_without_credentials(
    ask: Ask, site: Site
) -> None:
    site.allowed = lambda _origin: allow("*", "")
    assert ask(crossed, public=True).reading.outcome is PASS
    site.allowed = allow
    assert ask(crossed, public=True).reading.outcome is FAIL


@pytest.mark.parametrize("method", ["OPTIONS", "GET"])
def test_a_preflight_and_the_request_itself_count(ask: Ask, site: Site, method: str) -> None:
    site.fault = at(method, "/api", Response("", 500))
    seen = ask(crossed)

    assert (seen.reading.outcome, seen.attempts) == (FAIL, 3)
    assert f"of {ORIGIN} fails" in seen.reading.text


def moved(place: str, status: int = 301) -> Fault:
    return at("GET", "/plain", Response("", status, {"Location": place}))


PLAIN: dict[str, tuple[Fault, Outcome]] = {
    "redirect": (moved("https://shop.example/"), PASS),
    "redirect that stays": (moved("/other"), FAIL),
    "a page": (at("GET", "/plain", page()), FAIL),
    "refused": (at("GET", "/plain", Response("", 426)), PASS),
}


@pytest.mark.parametrize("name", PLAIN)
def test_plain_http(ask: Ask, site: Site, name: str) -> None:
    site.fault, outcome = PLAIN[name]

    assert ask(redirected, plain=f"{site.url}/plain").reading.outcome is outcome


def test_nobody_without_tls_is_well(ask: Ask) -> None:
    assert ask(redirected, plain="http://127.0.0.1:9/").reading.outcome is PASS


@pytest.mark.parametrize("probe", [loaded, routed, guarded, crossed])
@pytest.mark.parametrize("proven", [True, False])
def test_a_silence(ask: Ask, site: Site, probe: Any, *, proven: bool) -> None:
    def hang_up(request: Request) -> None:
        if request.path != "/control":
            request.environ["werkzeug.socket"].shutdown(2)

    site.fault = hang_up
    seen = ask(probe, **({} if proven else {"control": ("http://127.0.0.1:9/",)}))

    assert seen.reading.outcome is (FAIL if proven else UNKNOWN), seen
