"""What each key is for: the texts below the fields of the models, for editors and the reference."""

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise

from pydantic import BaseModel


def descriptions(model: type[BaseModel]) -> dict[str, str]:
    """Return the text below each field by the field's name; without a source there is none."""
    found: dict[str, str] = {}
    for owner in reversed(model.__mro__):
        found |= _texts(owner.__module__).get(owner.__name__, {})
    return found


@cache
def _texts(module: str) -> Mapping[str, Mapping[str, str]]:
    """Read a module anew: models keep none of it, so that a run that asks nobody pays nothing."""
    if not module.startswith("gonogo."):
        return {}
    try:
        source = inspect.getsource(sys.modules[module])
    except OSError:
        return {}
    classes = (node for node in ast.parse(source).body if isinstance(node, ast.ClassDef))
    return {each.name: dict(_below_fields(each)) for each in classes}


def _below_fields(model: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, below in pairwise(model.body):
        match field, below:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                yield name, " ".join(text.split())
