"""A thousand checks with Allure results and JUnit, against without."""

from itertools import count

from rig.runs import endpoints, medians, must, project, pytest, row, server

COUNT = 1000


def main() -> None:
    with server() as ports, project(endpoints(ports, COUNT, lambda n: f"/item/{n}")) as folder:
        fresh = count()  # a folder for each run: emptying one is not what is measured

        def telling() -> float:
            reports = f"--alluredir=allure-{next(fresh)}", "--junitxml=junit.xml"
            return must(pytest(folder, "suites/smoke", *reports), 0, folder).seconds

        told, silent = medians(
            telling,
            lambda: must(pytest(folder, "suites/smoke"), 0, folder).seconds,
        )
    detail = f"{told:.2f} s against {silent:.2f} s; the record is written in both"
    row("Allure and JUnit on, against off, 1,000 checks", told / silent, (1.6, 1.3), detail)


if __name__ == "__main__":
    main()
