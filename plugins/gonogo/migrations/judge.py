"""What was found of a schema against what a release needs: one observation a fact."""

from collections.abc import Iterable
from typing import Any

from gonogo.core.migration import Migrations, Revision
from gonogo.core.migration_guard import FACT
from gonogo.core.observation import Attachment, Observation, Reading
from gonogo.core.outcome import Outcome
from gonogo.migrations.script import script
from gonogo.migrations.survey import Surveyed

MOST = 6
_ACTIONS = {"warn": Outcome.WARN, "block": Outcome.FAIL, "allow": Outcome.PASS}


def history(about: Migrations, found: Surveyed) -> Observation:
    """The history can be followed, and ends in one head."""
    if found.history_against and found.heads is None:
        return _said(Outcome.FAIL, f"the history is broken: {found.history_against}")
    if found.heads is None:
        return _said(Outcome.UNKNOWN, found.history_silence or "the history is not known")
    wrong = _wrong_ends(about, found)
    heads = _listed(found.heads)
    if wrong is not None:
        return _said(Outcome.FAIL, wrong, heads, "1 head")
    one = "one head" if len(found.heads) == 1 else f"{len(found.heads)} heads, one a branch"
    return _said(Outcome.PASS, f"{one}: {heads}", heads)


def _wrong_ends(about: Migrations, found: Surveyed) -> str | None:
    heads = found.heads or ()
    if not about.branches:
        if len(heads) == 1:
            return None
        merge = "alembic merge heads" if about.tool == "alembic" else "join them"
        return f"{len(heads)} heads: {_listed(heads)}; fix: {merge}"
    for label in about.branches:
        ends = found.branches.get(label, ())
        if len(ends) != 1:
            what = f"{len(ends)} heads: {_listed(ends)}" if ends else "no head"
            return (
                f"branch {label} has {what}; fix: alembic merge {label}@heads, or correct branches"
            )
    foreign = set(heads) - {end for ends in found.branches.values() for end in ends}
    if foreign:
        return f"{_listed(sorted(foreign))} is on none of the branches {_listed(about.branches)}"
    return None


def database(about: Migrations, found: Surveyed) -> Observation:
    """The target's database is on the way to the head. Its facts go into the record."""
    outcome, text = _place(about, found)
    value = None if found.versions is None else _listed(found.versions) or "base"
    threshold = None if found.heads is None else _listed(found.heads)
    reading = Reading(outcome, text, value=value, threshold=threshold)
    return Observation(
        reading, facts={FACT: _facts(about, found, sure=outcome in {Outcome.PASS, Outcome.WARN})}
    )


def _place(about: Migrations, found: Surveyed) -> tuple[Outcome, str]:
    if found.versions is None:
        return Outcome.UNKNOWN, f"the database cannot be asked: {found.database_silence}"
    if found.heads is None or found.known is None:
        return Outcome.UNKNOWN, "the history cannot be followed: see test_history_has_one_head"
    foreign = [each for each in found.versions if each not in found.known]
    if foreign:
        text = f"the database is at {_listed(foreign)}, which is not in this history: a newer or "
        return (
            Outcome.FAIL,
            f"{text}foreign version is deployed; fix: release from a commit with it",
        )
    if found.history_against:
        return Outcome.FAIL, found.history_against
    if found.pending is None:
        return Outcome.UNKNOWN, found.history_silence or "what is pending is not known"
    if not found.versions and (strange := _strange(about, found)) is not None:
        return strange
    at = _listed(found.versions) or "base"
    if not found.pending:
        return Outcome.PASS, f"the database is at the head {at}"
    return Outcome.PASS, f"the database is at {at}, {len(found.pending)} pending to the head"


def _strange(about: Migrations, found: Surveyed) -> tuple[Outcome, str] | None:
    """A database without a revision is empty, or was made by something else."""
    clash = sorted(set(found.unmanaged) & set(found.creates))
    table, count = about.version_table, len(found.unmanaged)
    if clash:
        text = f"no revision in the database, but it has {_listed(clash)} already: the first "
        return Outcome.FAIL, f"{text}migration cannot create it; fix: alembic stamp REVISION"
    elsewhere = [each for each in found.unmanaged if each.endswith(f".{table}")]
    if elsewhere and not found.has_table:
        schema = elsewhere[0].partition(".")[0]
        text = f"{table} is in another schema: {_listed(elsewhere)}; fix: version-table-schema = "
        return Outcome.UNKNOWN, f'{text}"{schema}"'
    if found.unmanaged and not found.has_table:
        text = (
            f"the database has {count} tables but no {table}; fix: version-table = …, or alembic "
        )
        return Outcome.UNKNOWN, f"{text}stamp REVISION, or ensure_version where nothing was applied"
    if found.unmanaged:
        text = f"no revision in the database, but {count} tables that no pending migration creates"
        return Outcome.WARN, f"{text}; fix: alembic stamp REVISION, unless nothing was applied yet"
    return None


def _facts(about: Migrations, found: Surveyed, *, sure: bool) -> dict[str, Any]:
    """Return what the guard of a rollback reads; null is what is not known."""
    examined = sure and found.pending is not None
    pending = [_entry(about, found, each) for each in found.pending or ()] if examined else None
    compatible = None if pending is None else all(e["rollback_compatible"] for e in pending)
    return {
        "before": None if found.versions is None else list(found.versions),
        "after": None if found.heads is None else list(found.heads),
        "pending": pending,
        "rollback_compatible": compatible,
    }


def _entry(about: Migrations, found: Surveyed, each: str) -> dict[str, Any]:
    revision = found.revisions.get(each)
    if revision is None:
        return {"id": each, "declared": None, "classified": None, "rollback_compatible": False}
    return {
        "id": each,
        "declared": revision.declared,
        "classified": _class(revision),
        "rollback_compatible": revision.compatible(about.compatible),
    }


def _class(revision: Revision) -> str:
    kinds = {effect.kind for effect in revision.effects}
    if "breaks" in kinds:
        return "destructive"
    return "unclassified" if kinds else "expand-only"


def rendered(about: Migrations, found: Surveyed) -> Observation:
    """The SQL of what is pending is known, and attached."""
    gap = _gap(found)
    if gap is not None:
        return gap
    if not found.pending:
        return _said(Outcome.PASS, "nothing is pending")
    if about.tool == "command" and not found.sql:
        return _said(Outcome.WARN, 'the command shows no SQL; fix: print it as "sql"')
    revisions = [found.revisions[each] for each in found.pending]
    attached = (Attachment("pending.sql", script(revisions, found.sql)),)
    gaps = [f"{each.id}: {each.unrendered}" for each in revisions if each.unrendered]
    if gaps:
        text = _lines(f"the SQL of {len(gaps)} of {len(revisions)} pending is not complete", gaps)
        return Observation(Reading(Outcome.WARN, text), attachments=attached)
    text = f"the SQL of {len(revisions)} pending is attached"
    return Observation(Reading(Outcome.PASS, text), attachments=attached)


def survivable(about: Migrations, found: Surveyed) -> Observation:
    """The version of now can run on the schema to come, or somebody has said so."""
    gap = _gap(found)
    if gap is not None:
        return gap
    told: list[tuple[Outcome, str]] = []
    for each in found.pending or ():
        revision = found.revisions[each]
        if revision.declared is None and revision.effects:
            outcome = _ACTIONS[about.destructive]
            unclear = about.destructive == "block" and _class(revision) == "unclassified"
            told.append((Outcome.UNKNOWN if unclear else outcome, _undeclared(revision)))
        elif revision.declared is False:
            text = "declares that the version before cannot run after it"
            told.append((_ACTIONS[about.destructive], f"{each}: {text}"))
    if not told:
        return _said(Outcome.PASS, _well(found, "only adds, or is declared compatible"))
    worst = max((outcome for outcome, _ in told), key=lambda outcome: outcome.rank)
    if worst is Outcome.PASS:
        return _said(worst, _lines("destructive migrations are allowed", [t for _, t in told]))
    head = "a rollback after this meets a schema that the version before may not know"
    fix = "fix: split it into expand and contract, or declare rollback_compatible = True in it"
    return _said(worst, _lines(f"{head}; {fix}", [text for _, text in told]), str(len(told)), "0")


def _undeclared(revision: Revision) -> str:
    texts = [each.text for each in sorted(revision.effects, key=lambda e: e.kind != "breaks")]
    more = f" … and {len(texts) - MOST} more" if len(texts) > MOST else ""
    return f"{revision.id} is {_class(revision)}: {'; '.join(texts[:MOST])}{more}"


def undoable(about: Migrations, found: Surveyed) -> Observation:
    """Each pending migration has a downgrade that does something."""
    gap = _gap(found)
    if gap is not None:
        return gap
    one_way = [
        f"{each}: {found.revisions[each].one_way}"
        for each in found.pending or ()
        if found.revisions[each].one_way
    ]
    if not one_way:
        return _said(Outcome.PASS, _well(found, "can be undone"))
    head = f"{len(one_way)} pending cannot be undone by a downgrade; fix: write downgrade()"
    return _said(_ACTIONS[about.irreversible], _lines(head, one_way), str(len(one_way)), "0")


def _well(found: Surveyed, text: str) -> str:
    return (
        f"each of {len(found.pending or ())} pending {text}" if found.pending else "nothing pending"
    )


def _gap(found: Surveyed) -> Observation | None:
    """Say why what is pending cannot be judged, None where all of it can."""
    if found.pending is None:
        reason = found.history_against or found.history_silence or found.database_silence
        return _said(
            Outcome.UNKNOWN, f"what is pending is not known: {reason or 'see the database'}"
        )
    unknown = found.known is not None and not set(found.versions or ()) <= found.known
    if unknown:
        return _said(Outcome.UNKNOWN, "what is pending is not known: the database is elsewhere")
    missing = [each for each in found.pending if each not in found.revisions]
    if missing or found.unexamined:
        text = f"{_listed(missing) or 'the last one'} could not be examined: {found.unexamined}"
        return _said(Outcome.UNKNOWN, text)
    return None


def _said(
    outcome: Outcome, text: str, value: str | None = None, threshold: str | None = None
) -> Observation:
    return Observation(Reading(outcome, text, value=value, threshold=threshold))


def _lines(head: str, rest: Iterable[str]) -> str:
    return "\n".join([head, *rest])


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
