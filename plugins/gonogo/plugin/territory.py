"""Which folders and node IDs are gonogo's: everything below a gonogo `suites` folder."""

import importlib.util
from pathlib import Path

import pytest

STAGES = ("predeploy", "health", "smoke", "watch")
_PACKAGE = "gonogo.suites"


def packaged() -> Path | None:
    """Return the folder of the installed suites, where they are installed."""
    try:
        spec = importlib.util.find_spec(_PACKAGE)
    except ModuleNotFoundError:
        return None
    places = list(spec.submodule_search_locations or ()) if spec else []
    return Path(places[0]) if places else None


def module_of(path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """Give an installed suite the ID of a copied one; None: it is another file.

    With --pyargs pytest leaves the folders out of the IDs, and they say which stage a check is of.
    """
    folder = packaged()
    if folder is None or not path.is_relative_to(folder):
        return None
    inner = path.relative_to(folder).as_posix()
    return pytest.Module.from_parent(parent, path=path, nodeid=f"suites/{inner}")


def is_suites(folder: Path) -> bool:
    """Tell whether this folder is a gonogo suites folder."""
    if folder.name != "suites":
        return False
    if (folder.parent / "gonogo.toml").is_file():
        return True
    marker = folder / "__init__.py"
    return marker.is_file() and "gonogo suites" in marker.read_text(encoding="utf-8")


def arguments(config: pytest.Config) -> list[Path]:
    """Return the paths that the run was asked to collect."""
    paths = []
    for argument in config.args:
        name = argument.split("::", maxsplit=1)[0]
        if config.option.pyargs and (name == _PACKAGE or name.startswith(_PACKAGE + ".")):
            found = packaged()
            rest = name.removeprefix(_PACKAGE).strip(".").split(".")
            paths.append(Path(found or "suites", *(part for part in rest if part)))
        else:
            paths.append(Path(config.invocation_params.dir, name))
    return paths


def missing(config: pytest.Config) -> list[str]:
    """Say of each path of the command line that does not exist what to do instead."""
    found = []
    for argument, path in zip(config.args, arguments(config), strict=True):
        packages = config.option.pyargs and "/" not in argument
        if path.exists() or packages:
            continue
        installed = f"or run pytest --pyargs {_PACKAGE}.{path.name}"
        hint = f"; copy suites/ to here, {installed}" if path.name in STAGES else ""
        found.append(f"{argument}: no such file or folder{hint}")
    return found


def enters(path: Path) -> bool:
    """Tell whether collecting this path meets a gonogo suites folder."""
    folders = (path, *path.parents)
    return any(is_suites(folder) for folder in folders) or is_suites(path / "suites")


def within(path: Path, stage: str) -> bool:
    """Tell whether this path is the suite of a stage, or lies in it."""
    return any(each.name == stage and is_suites(each.parent) for each in (path, *path.parents))


def meets(path: Path, stage: str) -> bool:
    """Tell whether collecting this path meets the suite of a stage."""
    above = [each for each in (path, path / "suites") if is_suites(each)]
    return within(path, stage) or any((each / stage).is_dir() for each in above)


def below(nodeid: str) -> bool:
    """Tell whether a node ID lies in a suites folder of this run."""
    path = nodeid.split("::", maxsplit=1)[0]
    parts = path.split("/")
    return "suites" in parts[:-1] or parts[0] in STAGES


def stage_folder(nodeid: str) -> str:
    """Return predeploy, health, smoke or watch, or an empty text."""
    parts = nodeid.split("::", maxsplit=1)[0].split("/")
    return next((part for part in parts if part in STAGES), "")
