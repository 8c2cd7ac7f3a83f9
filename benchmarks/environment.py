"""Three hundred environment variables, against an empty pytest run."""

from rig.runs import medians, must, project, pytest, row

COUNT = 300
TYPES = ('"string"', '"int"', '"bool"', '"url"', "{ min-length = 8, secret = true }")
VALUES = ("text", "8080", "true", "https://shop.acme-tools.net/x", "k3Jx9-vQ2mZ7-pL5w")


def config() -> str:
    head = '[targets.bench]\nenv-file = ".env"\n[env.vars]\n'
    return head + "".join(f"NAME_{n} = {TYPES[n % len(TYPES)]}\n" for n in range(COUNT))


def main() -> None:
    with project(config()) as folder:
        lines = [
            f"NAME_{n}={VALUES[n % len(VALUES)]}{n if n % 5 == 4 else ''}" for n in range(COUNT)
        ]
        (folder / ".env").write_text("\n".join(lines) + "\n")
        (folder / "empty.py").write_text("def test_nothing():\n    pass\n")
        checked, empty = medians(
            lambda: must(pytest(folder, "suites/predeploy"), 0, folder).seconds,
            lambda: must(pytest(folder, "empty.py", plugins=()), 0, folder).seconds,
            times=5,
        )
    detail = f"{checked:.2f} s against {empty:.2f} s"
    row("300 environment variables, against an empty run", checked / empty, (1.5, 1.3), detail)


if __name__ == "__main__":
    main()
