"""Every case of the shared corpus, translated to our own configuration."""

import base64
import importlib.util
import json
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from gonogo.environment.catalogue import Catalogue
from gonogo.environment.sources import Value, Values
from gonogo.providers.masked import unveiled

from .conftest import TODAY, catalogue, reasons

CORPUS = Path(__file__).parents[2].parent / "shared" / "corpora" / "env"
CASES = sorted(CORPUS.glob("cases/*.json"))
ABSENT = pytest.param(Path(), marks=pytest.mark.skip(reason="the shared env corpus is not here"))
KINDS = {
    "stripe_secret": "stripe-secret-key",
    "stripe_publishable": "stripe-publishable-key",
    "stripe_webhook": "stripe-webhook-secret",
    "supabase_server": "supabase-secret-key",
    "supabase_public": "supabase-publishable-key",
    "anthropic": "anthropic-key",
    "openai": "openai-key",
    "openrouter": "openrouter-key",
    "slack_webhook": "slack-webhook",
    "codecov": "codecov-token",
    "docker": "docker-token",
    "github": "github-token",
    "aws": "aws-access-key-id",
}
SAME = (
    "required choices equals pattern schemes items localhost min max min_length max_length secret "
    "public distinct example"
).split()


def fill(text: str) -> str:
    spec = importlib.util.spec_from_file_location("fake", CORPUS / "fake.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    filled: str = module.fill(text)
    return filled


def variable(rules: dict[str, Any]) -> dict[str, Any]:
    """Translate one variable of a case."""
    kind = "origin" if rules.get("origin") else rules.get("type", "string")
    ours = {key.replace("_", "-"): rules[key] for key in SAME if key in rules}
    ours["type"] = KINDS[rules["key_kind"]] if "key_kind" in rules else kind
    if ours["type"] == "enum":
        ours["type"] = "string"
    if ours["type"] in KINDS.values():
        ours.pop("schemes", None)
    if "prefixes" in rules:
        ours["prefix"] = rules["prefixes"]
    if "max_age_days" in rules:
        ours["max-age"] = f"{rules['max_age_days']}d"
    if rules.get("require_password"):
        ours["password"] = True
    return ours


def groups(found: dict[str, Any]) -> list[dict[str, Any]]:
    ours: list[dict[str, Any]] = [{"all-or-none": each} for each in found.get("all_or_none", ())]
    ours += [{"any-of": each} for each in found.get("one_of", ())]
    ours += [{"distinct": each} for each in found.get("distinct", ())]
    return ours + [
        {"when": each["when"], "require": [each["var"]]} for each in found.get("required_when", ())
    ]


def judge(case: dict[str, Any]) -> Catalogue:
    metadata = case.get("metadata", {})
    rotated = {key: date.fromisoformat(each) for key, each in metadata.get("rotated", {}).items()}
    env = {
        "vars": {name: variable(rules) for name, rules in case["schema"].items()},
        "rules": groups(case.get("groups", {})),
        "rotated": rotated,
        **case.get("policy", {}),
    }
    text: Any = base64.b64decode(case["env_base64"]) if "env_base64" in case else case["env"]
    if "provider_values" in metadata:
        given = metadata["provider_values"]
        provided = unveiled(given, frozenset(), "provider")
        known = {name: Value(each, "provider") for name, each in provided.values.items()}
        text = Values(known, sealed=provided.sealed)
    today = date.fromisoformat(metadata["now"]) if "now" in metadata else TODAY
    return catalogue(text, env, case["target"], case.get("other_targets"), today)


@pytest.mark.skipif(not CASES, reason="the shared corpus is not beside this repository")
@pytest.mark.parametrize("file", CASES or [ABSENT], ids=[file.stem for file in CASES] or ["absent"])
def test_case(file: Path) -> None:
    case = json.loads(fill(file.read_text(encoding="utf-8")))
    expected = {(each["var"], each["reason"]) for each in case["expect"]}

    assert reasons(judge(case)) == expected


def test_rotation_is_counted_in_days() -> None:
    text = "JWT_SECRET=" + sha256(b"a secret of a test").hexdigest()
    day = TODAY - timedelta(days=91)
    env = {"vars": {"JWT_SECRET": {"max-age": "90d"}}, "rotated": {"JWT_SECRET": day}}

    assert ("JWT_SECRET", "stale") in reasons(catalogue(text, env))
