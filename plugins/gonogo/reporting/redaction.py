"""Secrets leave no process: reports are scrubbed before anyone prints, stores or sends them."""

from collections.abc import Callable, Iterator
from typing import Any

Redact = Callable[[str], str]


def scrub_report(report: Any, redact: Redact) -> None:
    """Take secrets out of the traceback, the captured output and the properties of a report."""
    report.sections = [(name, redact(text)) for name, text in report.sections]
    longrepr = report.longrepr
    if isinstance(longrepr, str):
        report.longrepr = redact(longrepr)
    elif isinstance(longrepr, tuple):
        report.longrepr = (longrepr[0], longrepr[1], redact(longrepr[2]))
    elif longrepr is not None:
        for part in _parts(longrepr):
            for name, value in vars(part).items():
                if isinstance(value, str):
                    setattr(part, name, redact(value))
                elif isinstance(value, list) and all(isinstance(each, str) for each in value):
                    setattr(part, name, [redact(each) for each in value])


def _parts(node: Any, depth: int = 0) -> Iterator[Any]:
    """Walk the objects of a representation; they nest a few levels and have no cycles."""
    if depth > 6 or not hasattr(node, "__dict__"):
        return
    yield node
    for value in vars(node).values():
        children = value if isinstance(value, list | tuple) else [value]
        for child in children:
            grandchildren = child if isinstance(child, tuple) else [child]
            for each in grandchildren:
                yield from _parts(each, depth + 1)


def scrub_allure(redact: Redact) -> None:
    """Make Allure's file writer scrub what it writes, where Allure results are asked for."""
    import allure_commons  # noqa: PLC0415 - only in an awake run
    from allure_commons.logger import AllureFileLogger  # noqa: PLC0415 - as above

    for _, writer in list(allure_commons.plugin_manager.list_name_plugin()):
        if type(writer) is AllureFileLogger:
            _wrap(writer, redact)


def _wrap(writer: Any, redact: Redact) -> None:
    """Scrub items and text attachments. The same object stays registered: Allure cleans it up."""
    report_item = writer._report_item  # noqa: SLF001 - the one door all results pass

    def scrubbed_item(item: Any) -> None:
        _scrub_object(item, redact)
        report_item(item)

    writer._report_item = scrubbed_item  # noqa: SLF001 - as above


def _scrub_object(item: Any, redact: Redact, depth: int = 0) -> None:
    if depth > 20 or not hasattr(item, "__dict__"):
        return
    for name, value in vars(item).items():
        if isinstance(value, str):
            setattr(item, name, redact(value))
        elif isinstance(value, list):
            for each in value:
                _scrub_object(each, redact, depth + 1)
        else:
            _scrub_object(value, redact, depth + 1)
