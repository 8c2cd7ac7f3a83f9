"""[dependencies] that are asked directly: where a relative file starts from."""

from pathlib import Path

import pytest

from gonogo.config.choice import Choice
from gonogo.config.load import load


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("sqlite:///data/shop.db", "sqlite:///{root}/data/shop.db"),
        ("sqlite+aiosqlite:///shop.db", "sqlite+aiosqlite:///{root}/shop.db"),
        ("sqlite:////var/shop.db", "sqlite:////var/shop.db"),
        ("sqlite:///:memory:", "sqlite:///:memory:"),
        ("postgresql:///shop", "postgresql:///shop"),
    ],
)
def test_a_relative_file_starts_beside_the_configuration(
    tmp_path: Path, written: str, meant: str
) -> None:
    file = tmp_path / "gonogo.toml"
    file.write_text(f'[targets.t]\n[dependencies."a/db"]\nkind = "sql"\nurl = "{written}"\n')
    plan = load(Choice(config=str(file)), tmp_path / "elsewhere", {})
    direct = (plan.subjects.dependencies or {})["a/db"].direct

    assert direct is not None
    assert direct.url == meant.format(root=tmp_path.as_posix())
