"""Allure's own file writer, made to scrub whatever it writes."""

import json
import uuid
from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import allure
import allure_commons
from allure_commons import hookimpl
from allure_commons.logger import AllureFileLogger
from attr import asdict

from gonogo.core.observation import Attachment
from gonogo.reporting.redaction import Redact, scrubbed

_ENDINGS = {"image/svg+xml": "svg", "application/json": "json", "text/csv": "csv"}


class ScrubbingLogger(AllureFileLogger):
    """Scrubs results, containers, globals and every attachment that is text."""

    redact: Redact

    def _report_item(self, item: Any) -> None:
        data = asdict(item, filter=lambda _, value: value or value is False)
        name = item.file_pattern.format(prefix=uuid.uuid4())
        self._replace(name, json.dumps(scrubbed(data, self.redact), ensure_ascii=False).encode())

    @hookimpl
    def report_container(self, container: Any) -> None:
        """Leave out set-up and tear-down that went well and hold nothing: two files a check."""
        parts = [*container.befores, *container.afters]
        well = {None, "passed"}  # None: not over yet
        if any(part.status not in well or part.steps or part.attachments for part in parts):
            self._report_item(container)

    @hookimpl
    def report_attached_data(self, body: str | bytes, file_name: str) -> None:
        self._replace(file_name, self._clean(body.encode() if isinstance(body, str) else body))

    @hookimpl
    def report_attached_file(self, source: str, file_name: str) -> None:
        self._replace(file_name, self._clean(Path(source).read_bytes()))

    def _clean(self, body: bytes) -> bytes:
        try:
            return self.redact(body.decode()).encode()
        except UnicodeDecodeError:
            return body  # no text: a picture, an archive

    def _replace(self, name: str, body: bytes) -> None:
        folder = Path(self._report_dir)
        unfinished = folder / f"{name}.tmp"
        unfinished.write_bytes(body)
        unfinished.replace(folder / name)


def attach(attachments: Iterable[Attachment]) -> None:
    """Hand what a check brought along to Allure; without a result of Allure nothing happens."""
    for each in attachments:
        allure.attach(each.text, each.name, each.kind, _ENDINGS.get(each.kind, "txt"))


def step(title: str) -> AbstractContextManager[object]:
    """Show what happens inside as a step; one that raises is shown as failed or broken."""
    made: AbstractContextManager[object] = allure.step(title)
    return made


def scrub_results(redact: Redact) -> None:
    """Turn the registered writer into a scrubbing one.

    The same object stays: Allure's own clean-up looks for it at the end.
    """
    manager = allure_commons.plugin_manager
    for _, writer in manager.list_name_plugin():
        if type(writer) is AllureFileLogger:
            manager.unregister(writer)
            writer.__class__ = ScrubbingLogger
            writer.redact = redact  # type: ignore[attr-defined]
            manager.register(writer)
