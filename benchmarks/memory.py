"""The peak memory of whole runs."""

from rig.runs import endpoints, must, project, pytest, row, server

LIMITS = {1_000: (120, 90), 10_000: (300, 200)}


def main() -> None:
    for count, reach in LIMITS.items():
        with server(0.0) as ports, project(endpoints(ports, count, lambda n: f"/i/{n}")) as folder:
            cost = must(pytest(folder, "suites/smoke"), 0, folder)
        detail = f"in {cost.seconds:.1f} s"
        row(f"peak memory, {count:,} checks", cost.peak, reach, detail, "MB")


if __name__ == "__main__":
    main()
