"""Finding files and reading them, within bounds."""

import glob
from pathlib import Path
from xml.etree import ElementTree as ET

from gonogo.core.errors import EvidenceUnavailable

LIMIT = 64 << 20  # bytes


def matching(pattern: str, root: Path) -> list[Path]:
    """Return the files that a path or glob names, from a root on, the newest first."""
    names = glob.glob(pattern, root_dir=root, recursive=True)  # noqa: PTH207 - may be absolute
    files = [root / name for name in names if (root / name).is_file()]
    return sorted(files, key=lambda file: file.stat().st_mtime, reverse=True)


def text_of(file: Path) -> str:
    """Return the text of a file of bounded size; raises EvidenceUnavailable."""
    try:
        if file.stat().st_size > LIMIT:
            raise EvidenceUnavailable(f"{file.name} is larger than {LIMIT >> 20} MB")
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise EvidenceUnavailable(f"{file.name} cannot be read: {type(error).__name__}") from None


def xml_of(file: Path) -> ET.Element:
    """Parse XML without entities of its own; raises EvidenceUnavailable."""
    text = text_of(file)
    if "<!ENTITY" in text:
        raise EvidenceUnavailable(f"{file.name} declares entities, and is not read")
    try:
        return ET.fromstring(text)  # noqa: S314 - no entities, bounded size
    except ET.ParseError as error:
        raise EvidenceUnavailable(f"{file.name} is not XML: {error}") from None
