"""The reference is the product's: made from it, and nothing in it is left without a word."""

import ast
import re
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from docs import generate
from gonogo.config.descriptions import descriptions
from gonogo.config.document_schema import document_schema
from gonogo.config.models import Document
from gonogo.core.rule import DEFAULT_RULES, RAISED_BY
from gonogo.core.variable import REASONS
from gonogo.reporting.record_keys import KEYS
from tests.runs import ROOT, Project, quick


def test_the_pages_are_those_that_are_made() -> None:
    assert {file.name for file in generate.FOLDER.glob("*.md")} == set(generate.PAGES)


@pytest.mark.parametrize("name", generate.PAGES)
def test_a_page_is_as_the_product_is(name: str) -> None:
    stands = (generate.FOLDER / name).read_text(encoding="utf-8")

    assert stands == generate.page(name), "run `make docs` and commit what it writes"


def models(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    yield model
    for field in model.model_fields.values():
        for below, _ in generate.models_in(field):
            yield from models(below)


def test_every_key_says_what_it_is_for() -> None:
    silent = [
        f"{model.__name__}.{name}: write a text below the field"
        for model in dict.fromkeys(models(Document))
        for name in model.model_fields
        if not descriptions(model).get(name)
    ]

    assert silent == []


def test_every_option_and_argument_says_what_it_does() -> None:
    rows = re.findall(
        r"^\| (`.*?`) \|(?:.*\|)? *(.*?) \|$", generate.page("options.md"), re.MULTILINE
    )
    rows += re.findall(r"^\| (`.*?`) \| *(.*?) \|$", generate.page("commands.md"), re.MULTILINE)

    assert len(rows) > 30
    assert [name for name, text in rows if not text or text == "None"] == []


def test_every_signal_says_what_raises_it() -> None:
    assert set(RAISED_BY) == set(DEFAULT_RULES)


def test_every_code_of_a_variable_has_its_meaning() -> None:
    assert set(codes()) == set(REASONS)


def codes() -> Iterator[str]:
    """Yield the codes that the room of the environment gives: of faults, and of what makes them."""
    folder = ROOT / "plugins" / "gonogo" / "environment"
    for file in folder.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="Fault"), args=[ast.Constant(value=str(word)), *_]):
                    yield word
                case ast.Tuple(elts=[ast.Constant(value=str(word)), _, *_]) if file.name in {
                    "checks.py",
                    "scalars.py",
                    "shapes.py",
                }:
                    yield word


def test_every_key_of_a_record_is_told(project: Project) -> None:
    record = project.write(quick("http://127.0.0.1:9")).run("suites/health").record

    assert record["reasons"], record
    assert set(keys(record)) == set(KEYS)


def keys(value: Any, place: str = "") -> Iterator[str]:
    """Yield the place of each value in a record."""
    if isinstance(value, dict) and value:
        for name, each in value.items():
            yield from keys(each, f"{place}.{name}".removeprefix("."))
    elif isinstance(value, list) and value:
        yield from keys(value[0], f"{place}[]")
    else:
        yield place


def test_an_editor_is_told_the_same() -> None:
    schema = document_schema()
    target = schema["$defs"]["TargetModel"]["properties"]

    assert schema["properties"]["watch"]["description"] == descriptions(Document)["watch"]
    assert "with --gonogo-confirm" in target["confirm"]["description"]
