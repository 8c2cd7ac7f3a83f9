"""The heads as a command reports them, where the history is not Alembic's.

It prints one JSON object: `current` and `head`, each a name, a list of names or (for `current`)
null, and `pending`, a list of `{"id": …, "rollback_compatible": true}` in the order in which they
will be applied. `destructive` in an entry is a list of texts, `irreversible` a text; `sql` in the
object is what will be run. Anything else is no evidence.
"""

import json
import os
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.migration import Effect, Migrations, Revision
from gonogo.migrations.process import Talk
from gonogo.migrations.survey import Surveyed

_SHAPE = 'expected {"current": …, "head": …, "pending": […]}'
NAME = "the migrations command"


def reported(about: Migrations, root: Path, target: str, values: Mapping[str, str]) -> Surveyed:
    """Run the command with the target's values, and read what it prints."""
    environ = {**os.environ, **values, "GONOGO_TARGET": target}
    try:
        command = shlex.split(about.command or "")
        talk = Talk(command, root, {**environ, "PATH": os.environ.get("PATH", "")}, NAME)
        text, trouble = talk.text(about.timeout)
        return _silence(trouble) if trouble else read(text)
    except (EvidenceUnavailable, ValueError) as error:
        return _silence(str(error))


def _silence(text: str) -> Surveyed:
    return Surveyed(history_silence=text, database_silence=text)


def read(text: str) -> Surveyed:
    """Return what a report says; raises EvidenceUnavailable where it says nothing usable."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise EvidenceUnavailable(f"{NAME} printed no JSON; {_SHAPE}") from None
    if not isinstance(said, dict) or not {"current", "head", "pending"} <= said.keys():
        raise EvidenceUnavailable(f"{NAME} printed something else; {_SHAPE}")
    versions, heads = _names(said["current"], "current"), _names(said["head"], "head")
    pending = said["pending"]
    if not heads or not isinstance(pending, list):
        raise EvidenceUnavailable(f"{NAME}: head is empty, or pending no list; {_SHAPE}")
    revisions = [_revision(each) for each in pending]
    ids = [each.id for each in revisions]
    if len(set(ids)) < len(ids):
        raise EvidenceUnavailable(f"{NAME}: pending names a migration twice")
    if (set(versions) == set(heads)) != (not ids) or set(ids) & set(versions):
        text = f"current {_shown(versions)}, head {_shown(heads)}, {len(ids)} pending"
        raise EvidenceUnavailable(f"{NAME} contradicts itself: {text}")
    if ids and len(heads) == 1 and ids[-1] != heads[0]:
        raise EvidenceUnavailable(f"{NAME}: the last pending migration is not the head {heads[0]}")
    sql = said.get("sql", "")
    if not isinstance(sql, str):
        raise EvidenceUnavailable(f"{NAME}: sql is no text")
    return Surveyed(
        heads=heads,
        versions=versions,
        known=frozenset({*versions, *heads, *ids}),
        pending=tuple(ids),
        revisions={each.id: each for each in revisions},
        sql=sql,
    )


def _shown(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "none"


def _names(value: object, key: str) -> tuple[str, ...]:
    listed = [] if value is None and key == "current" else value
    listed = [listed] if isinstance(listed, str) else listed
    if not isinstance(listed, list) or not all(isinstance(e, str) and e.strip() for e in listed):
        raise EvidenceUnavailable(f"{NAME}: {key} is neither a name nor a list of names")
    return tuple(sorted(set(listed)))


def _revision(each: Any) -> Revision:
    if not isinstance(each, dict) or not isinstance(each.get("id"), str) or not each["id"].strip():
        raise EvidenceUnavailable(f'{NAME}: an entry of pending has no "id"')
    declared, harms = each.get("rollback_compatible"), each.get("destructive")
    one_way = each.get("irreversible")
    texts = isinstance(harms, list) and all(isinstance(harm, str) for harm in harms)
    fits = (declared is None or isinstance(declared, bool)) and (harms is None or texts)
    if not fits or not (one_way is None or isinstance(one_way, str)):
        raise EvidenceUnavailable(f"{NAME}: the entry of {each['id']} has a value of a wrong type")
    unclear = (Effect("unclear", "the command does not say what it does"),)
    effects = unclear if harms is None else tuple(Effect("breaks", harm) for harm in harms)
    return Revision(each["id"], effects=effects, declared=declared, one_way=one_way)
