"""The hook before a push: fifty environment variables, against two seconds."""

from rig.runs import medians, must, project, python, row

COUNT = 50


def main() -> None:
    config = '[targets.local]\nenv-file = ".env"\n[env.vars]\n'
    config += "".join(f"NAME_{n} = {{ min-length = 8, secret = true }}\n" for n in range(COUNT))
    with project(config) as folder:
        lines = [f"NAME_{n}=k3Jx9-vQ2mZ7-pL5w{n}\n" for n in range(COUNT)]
        (folder / ".env").write_text("".join(lines))
        command = ("-m", "gonogo.cli", "environment")
        (took,) = medians(lambda: must(python(*command, folder=folder), 0, folder).seconds, times=5)
    row("the hook for 50 variables", took, (2.0, 1.0), f"{took:.2f} s", unit="s")


if __name__ == "__main__":
    main()
