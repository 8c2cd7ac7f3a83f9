"""Every question to Railway is one that its schema knows."""

import json
from pathlib import Path

import pytest
from graphql import build_client_schema, parse, validate

from gonogo.probes.tokens import RAILWAY_QUERIES

SCHEMA = Path(__file__).parents[3] / "shared" / "platforms" / "railway-schema.json"


@pytest.mark.parametrize("query", RAILWAY_QUERIES)
def test_a_query_is_valid(query: str) -> None:
    if not SCHEMA.exists():
        pytest.skip("no copy of Railway's schema here")
    document = json.loads(SCHEMA.read_text(encoding="utf-8"))
    schema = build_client_schema(document.get("data", document), assume_valid=True)

    assert validate(schema, parse(query)) == []
