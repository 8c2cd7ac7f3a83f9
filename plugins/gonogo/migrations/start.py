"""Run inside another interpreter: `python start.py database|history`, JSON in, lines of JSON out.

It is a file of its own because that interpreter may not have this package; nothing that the
application imports may find the files beside this one.
"""

import importlib.util
import json
import os
import sys
from pathlib import Path

NAME = "gonogo_inspector"


def main() -> None:
    """Answer on what was stdout: what the application prints goes nowhere."""
    here = Path(__file__).parent
    sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != here.resolve()]
    sys.dont_write_bytecode = True
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    questions = os.fdopen(os.dup(0), encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    folder = here / "inspector"
    spec = importlib.util.spec_from_file_location(
        NAME, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    if spec is None or spec.loader is None:
        raise SystemExit(3)
    package = importlib.util.module_from_spec(spec)
    sys.modules[NAME] = package
    spec.loader.exec_module(package)

    def say(kind: str, **about: object) -> None:
        answers.write(json.dumps({"kind": kind, **about}) + "\n")
        answers.flush()

    module = importlib.import_module(f"{NAME}.{sys.argv[1]}")
    module.answer(lambda: json.loads(questions.readline()), say)


if __name__ == "__main__":
    main()
