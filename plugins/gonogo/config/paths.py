"""JMESPaths and tests of what they find, as the configuration writes them."""

from gonogo.config.complaints import closest
from gonogo.core.subject import JSON_TESTS

_KNOWN = ", ".join(JSON_TESTS)


def check_path(path: str, where: str, found: list[str]) -> None:
    """Complain about what is not a JMESPath."""
    import jmespath  # noqa: PLC0415 - many runs have no path to check

    try:
        jmespath.compile(path)
    except (jmespath.exceptions.JMESPathError, ValueError):
        found.append(f"{where}: {path!r} is not a JMESPath")


def check_tests(path: str, wanted: object, where: str, found: list[str]) -> None:
    """Complain about tests that do not exist."""
    for name in wanted if isinstance(wanted, dict) else ():
        if name not in JSON_TESTS:
            hint = closest(str(name), JSON_TESTS)
            found.append(f"{where} {path}: unknown test {name!r}{hint or f'; known: {_KNOWN}'}")
