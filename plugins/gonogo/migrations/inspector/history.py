"""Reading a directory of Alembic: its heads, and what is pending from some revision on."""

import os
import sys
import warnings
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

SAY = Callable[..., None]


class Broken(Exception):  # noqa: N818 - reads as what it says
    """The directory cannot be used. `against` tells that this is the release's own fault."""

    def __init__(self, text: str, *, against: bool) -> None:
        super().__init__(text)
        self.against = against


def answer(ask: Callable[[], Any], say: SAY) -> None:
    """Say the heads; then take the database's revisions, and say what is pending."""
    given = ask()
    try:
        import alembic  # noqa: F401, PLC0415 - the one thing that may be missing here
    except ImportError:
        say("missing")
        return
    from . import sandbox  # noqa: PLC0415 - it needs SQLAlchemy

    refused = sandbox.close()
    try:
        config, script = opened(given)
        heads = sorted(script.get_heads())
        say("heads", heads=heads, **_branches(script, given["branches"]))
        then = ask()
        if then is None:
            return
        pending = between(script, then["versions"])
        say("pending", ids=[each.revision for each in pending])
    except Broken as error:
        say("broken", text=str(error), against=error.against)
        return
    from .recorder import Recorder  # noqa: PLC0415 - as above

    recorder = Recorder(config, script, then, given["root"], refused)
    for each in pending:
        try:
            found = recorder.about(each)
        except Exception as error:  # noqa: BLE001 - one that cannot be looked at hides no other
            say("unexamined", text=f"{each.revision}: {type(error).__name__}: {error}")
        else:
            say("revision", **found)
    say("done", creates=recorder.creates)


def opened(given: Any) -> tuple[Any, Any]:
    """Return Alembic's configuration and the directory of scripts, loaded; raises Broken."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - as above

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        try:
            config = configured(Path(given["root"]), given["directory"], given["ini"])
            script = ScriptDirectory.from_config(config)
            revisions = list(script.walk_revisions())
        except Broken:
            raise
        except BaseException as error:  # noqa: BLE001 - what the application raises at import
            raise _broken(error, told, Path(given["root"])) from None
    twice = [str(each.message) for each in told if "more than once" in str(each.message)]
    if twice:
        raise Broken(f"{twice[0]}; fix: give one of the two another id", against=True)
    if not revisions:
        raise Broken(f"no revision in {Path(script.dir).name}; fix: directory = …", against=False)
    return config, script


def configured(root: Path, directory: str | None, ini: str | None) -> Any:
    """Return the configuration, as `alembic` would read it in the folder of its ini file."""
    from alembic.config import Config  # noqa: PLC0415 - as above

    folder = root / directory if directory else None
    if folder is not None and not folder.is_dir():
        raise Broken(f"no folder {directory}; fix: directory = …", against=False)
    file = _ini(root, folder, ini)
    os.chdir(file.parent if file else root)
    toml = (file.parent if file else root) / "pyproject.toml"
    config = Config(str(file) if file else None, **_toml(Config, toml))
    if file is None:
        sys.path.insert(0, str(root))
    if folder is not None and _holds_scripts(folder):
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
    elif _location(config) is None:
        guess = next((each for each in _guesses(root, folder) if _holds_scripts(each)), None)
        if guess is None:
            raise Broken("no directory of Alembic found; fix: directory = …", against=False)
        config.set_main_option("script_location", str(guess).replace("%", "%%"))
    return config


def _toml(config: Any, file: Path) -> dict[str, Any]:
    """Alembic reads pyproject.toml since 1.16."""
    known = "toml_file" in config.__init__.__code__.co_varnames
    return {"toml_file": str(file)} if known and file.is_file() else {}


def _location(config: Any) -> str | None:
    read = getattr(config, "get_alembic_option", config.get_main_option)
    found: str | None = read("script_location")
    return found


def _ini(root: Path, folder: Path | None, ini: str | None) -> Path | None:
    if ini is not None:
        if not (root / ini).is_file():
            raise Broken(f"no file {ini}; fix: ini = …", against=False)
        return root / ini
    places = [] if folder is None else [folder, *folder.parents]
    inside = [place for place in places if place.is_relative_to(root)]
    candidates = (place / "alembic.ini" for place in [*inside, root])
    return next((each for each in candidates if each.is_file()), None)


def _holds_scripts(folder: Path) -> bool:
    return any((folder / name).exists() for name in ("env.py", "versions", "script.py.mako"))


def _guesses(root: Path, folder: Path | None) -> Iterable[Path]:
    if folder is not None:
        return [folder / "migrations", folder / "alembic"]
    return [root / "migrations", root / "alembic"]


def between(script: Any, versions: Sequence[str]) -> list[Any]:
    """Return what is pending, in the order in which it will be applied; raises Broken."""
    known = {each.revision for each in script.walk_revisions()}
    if not set(versions) <= known:
        return []
    try:
        lower = tuple(versions) or "base"
        found = script.iterate_revisions("heads", lower, implicit_base=True)
        return list(reversed(list(found)))
    except Exception as error:  # noqa: BLE001 - several kinds, all of one meaning
        raise Broken(f"the way from the database to the head: {error}", against=True) from None


def _branches(script: Any, labels: Sequence[str]) -> dict[str, Any]:
    """Name the head of each branch that is configured, None where the label is not known."""
    known = {each.revision for each in script.walk_revisions()}
    ends: dict[str, list[str]] = {}
    for label in labels:
        heads = [
            head for head in script.get_heads() if label in script.get_revision(head).branch_labels
        ]
        ends[label] = sorted(heads)
    return {"branches": ends, "known": sorted(known)}


def _broken(error: BaseException, told: Sequence[Any], root: Path) -> Broken:
    """Say what is wrong with a directory, and whose fault it is."""
    name = type(error).__name__
    if isinstance(error, SyntaxError):
        where = f"{Path(error.filename or '').name}:{error.lineno}"
        version = ".".join(map(str, sys.version_info[:2]))
        return Broken(f"{where} does not compile under Python {version}: {error.msg}", against=True)
    absent = [str(each.message) for each in told if "is not present" in str(each.message)]
    if isinstance(error, KeyError) and absent:
        return Broken(f"{absent[0]}; fix: restore it, or correct down_revision", against=True)
    if any(word in str(error).lower() for word in ("cycle is detected", "loop is detected")):
        return Broken(f"{error}; fix: correct down_revision", against=True)
    if name == "CommandError":
        return Broken(" ".join(str(error).split()).replace(f"{root}/", ""), against=False)
    if isinstance(error, AttributeError) and "_revision'" in str(error):
        fix = "fix: give it a revision and a down_revision, or move it elsewhere"
        return Broken(f"{error}; {fix}", against=True)
    place = _last_place(error, root)
    text = f"{place}{name}: {error}".splitlines()[0]
    fix = "python = the interpreter of the application" if isinstance(error, ImportError) else ""
    return Broken(text + (f"; fix: {fix}" if fix else ""), against=False)


def _last_place(error: BaseException, root: Path) -> str:
    """Name the file of the history that an error came from."""
    place, trace = "", error.__traceback__
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        if file.is_relative_to(root) and "site-packages" not in file.parts:
            place = f"{file.name}:{trace.tb_lineno}: "
        trace = trace.tb_next
    return place
