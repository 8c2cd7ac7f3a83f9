"""A thousand endpoint checks at 50 ms: against bare httpx, and against pytest with httpx."""

from rig.runs import HERE, endpoints, medians, must, project, pytest, python, row, server

COUNT = 1000
SEQUENTIAL = 100
ONE_BY_ONE = """
import httpx, pytest

@pytest.fixture(scope="session")
def client():
    with httpx.Client() as client:
        yield client

@pytest.mark.parametrize("n", range({count}))
def test_endpoint(client, n):
    response = client.get(f"http://127.0.0.1:{port}/item/{{n}}")
    assert response.status_code == 200
    assert response.json()["status"] == "healthy"
    assert response.elapsed.total_seconds() < 2
"""


def main() -> None:
    with server() as ports, project(endpoints(ports, COUNT, lambda n: f"/item/{n}")) as folder:
        bare = [str(HERE / "bare.py"), str(COUNT), *map(str, ports)]
        text = ONE_BY_ONE.format(count=SEQUENTIAL, port=ports[0])
        (folder / "one_by_one.py").write_text(text)
        (folder / "empty.py").write_text("def test_nothing():\n    pass\n")

        def plain(name: str) -> float:
            return must(pytest(folder, name, plugins=()), 0, folder).seconds

        gate, reference, slow, empty = medians(
            lambda: must(pytest(folder, "suites/smoke"), 0, folder).seconds,
            lambda: must(python(*bare, folder=folder), 0, folder).seconds,
            lambda: plain("one_by_one.py"),
            lambda: plain("empty.py"),
        )
    scaled = empty + (slow - empty) * COUNT / SEQUENTIAL
    detail = f"{gate:.2f} s against {reference:.2f} s, {len(ports)} hosts, 64 at once in both"
    row("1,000 checks @ 50 ms, against bare httpx", gate / reference, (2.0, 1.5), detail)
    detail = f"{gate:.2f} s against {scaled:.0f} s, scaled from {SEQUENTIAL} checks"
    row("the same, against pytest + httpx", scaled / gate, (20, 30), detail, "x faster")


if __name__ == "__main__":
    main()
