"""Dependencies with a kind, beside what their service says of itself."""

from pytest_httpserver import HTTPServer

from tests.runs import Project, quick


def test_a_dependency_of_its_own_kind_hides_no_ready_endpoint(
    project: Project, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/health").respond_with_json({"status": "healthy"})
    httpserver.expect_request("/ready").respond_with_json({"status": "unhealthy"}, 503)
    direct = f'[dependencies."api/port"]\nkind = "tcp"\nurl = "tcp://127.0.0.1:{httpserver.port}"'
    text = quick(httpserver.url_for(""), service='ready = "/ready"', more=direct)
    done = project.write(text).run("suites/health")

    assert (done.told, done.signals) == ((30, "HOLD"), ["dependency"]), done.output
    assert "/ready -> 503" in done.output
