"""The fenced blocks of the documents, with the marks in the comment above each.

<!-- file: gonogo.toml -->   it is written to the folder of its page, not run
<!-- while: NAME -->         the state of the site, of tests.docs.site
<!-- exit: 20 -->            how its last command ends; 0 where nothing is said
<!-- not run: REASON -->     nobody can run it here
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.runs import ROOT

DOCS = ROOT / "docs"
_BLOCK = re.compile(
    r"^(?P<marks>(?:[ ]*<!--(?:(?!-->).)*-->\n)*)(?P<indent>[ ]*)```(?P<language>\w*)\n"
    r"(?P<text>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)
_MARK = re.compile(r"<!-- (file|while|exit|run by|not run): (.+?) -->", re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One block: `line` is that of its fence."""

    page: Path
    line: int
    language: str
    text: str
    marks: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def pages() -> list[Path]:
    """Return every page of the documents, and the README."""
    return [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]


def blocks_of(page: Path) -> Iterator[Block]:
    """Yield the blocks of a page in their order."""
    content = page.read_text(encoding="utf-8")
    for found in _BLOCK.finditer(content):
        indent = found["indent"]
        lines = (line.removeprefix(indent) for line in found["text"].splitlines(keepends=True))
        marks = {name: " ".join(text.split()) for name, text in _MARK.findall(found["marks"])}
        line = content.count("\n", 0, found.start("indent")) + 1
        yield Block(page, line, found["language"], "".join(lines), marks)


def all_blocks() -> list[Block]:
    return [block for page in pages() for block in blocks_of(page)]
