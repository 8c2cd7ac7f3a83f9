"""Texts of SQL: what only adds, what breaks the version before, and what nobody can tell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.migrations.inspector.sql import effects

ADDS = """
CREATE TABLE a (id int NOT NULL, b text REFERENCES c ON DELETE CASCADE)
CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON a (b)
create extension if not exists "uuid-ossp"
ALTER TABLE a ADD COLUMN b int
ALTER TABLE IF EXISTS ONLY "my table" ADD b int NOT NULL DEFAULT 0, ADD COLUMN c text
ALTER TABLE a ADD COLUMN d int REFERENCES c (id) ON DELETE SET NULL
ALTER TABLE a ALTER COLUMN b DROP NOT NULL
ALTER TABLE a ALTER b SET DEFAULT 'drop'
ALTER TABLE a VALIDATE CONSTRAINT k
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'truncate'
INSERT INTO a (b) VALUES ('DROP TABLE x; --'), ('it''s')
INSERT INTO a SELECT 1 ON CONFLICT DO NOTHING
COMMENT ON TABLE a IS 'delete me'
GRANT SELECT, DELETE ON a TO b
SET LOCAL lock_timeout = '5s'
SELECT 1
SELECT setval('a_id_seq', 5)
-- DROP TABLE x
/* DROP TABLE x */ SELECT 1
"""
BREAKS = """
DROP TABLE a
drop index i
ALTER TABLE a ADD b int, DROP COLUMN c
ALTER TABLE a ADD COLUMN b int NOT NULL
ALTER TABLE a ADD COLUMN b int UNIQUE
ALTER TABLE a ADD CONSTRAINT k CHECK (b > 0)
ALTER TABLE a ALTER COLUMN b SET NOT NULL
ALTER TABLE a ALTER b TYPE smallint USING b::smallint
ALTER TABLE a ALTER b SET DATA TYPE text
ALTER TABLE a ALTER b DROP DEFAULT
ALTER TABLE a MODIFY b int
ALTER TABLE a CHANGE b c int
ALTER TABLE a RENAME TO b
ALTER INDEX i RENAME TO j
ALTER TYPE mood RENAME VALUE 'a' TO 'b'
CREATE UNIQUE INDEX i ON a (b)
TRUNCATE a
DELETE FROM a
REVOKE ALL ON a FROM b
WITH gone AS (DELETE FROM a RETURNING id) INSERT INTO b SELECT id FROM gone
DO $$ BEGIN EXECUTE 'drop table a'; END $$
do $body$ begin alter table a add b int; end $body$
SELECT 1 /* ; */ ; DROP TABLE a
INSERT INTO a VALUES ('x'); DROP TABLE b; SELECT 'y'
"""
UNCLEAR = """
UPDATE a SET b = 1
INSERT INTO a VALUES (1) ON CONFLICT (b) DO UPDATE SET c = 1
INSERT INTO a VALUES (1) ON DUPLICATE KEY UPDATE c = 1
SELECT tidy_up()
SELECT * INTO b FROM a
CALL tidy_up()
DO $$ BEGIN PERFORM tidy_up(); END $$
CREATE OR REPLACE VIEW v AS SELECT 1
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$
CREATE TRIGGER t BEFORE INSERT ON a EXECUTE FUNCTION f()
ALTER TABLE a OWNER TO b
ALTER TABLE a ENABLE ROW LEVEL SECURITY
MERGE INTO a USING b ON a.id = b.id WHEN MATCHED THEN DO NOTHING
PRAGMA writable_schema = 1
/*!40000 ALTER TABLE a DISABLE KEYS */
SELECT 'open
INSERT INTO a VALUES ('it\\'s'), ('fine')
EXPLAIN ANALYZE SELECT 1
NONSENSE
"""


def lines(text: str) -> list[str]:
    return text.strip().splitlines()


CASES = [("", line) for line in lines(ADDS)]
CASES += [("breaks", line) for line in lines(BREAKS)]
CASES += [("unclear", line) for line in lines(UNCLEAR)]


@pytest.mark.parametrize(("kind", "statement"), CASES, ids=[case[1][:50] for case in CASES])
def test_a_statement(kind: str, statement: str) -> None:
    found = effects(statement)

    assert {each[0] for each in found} == ({kind} if kind else set()), found


def test_what_is_shown_holds_no_literal() -> None:
    (effect,) = effects("UPDATE users SET token = 'tk-secret', name = $$also$$ || E'x'")

    assert "secret" not in effect[1]
    assert "also" not in effect[1]


@given(st.lists(st.sampled_from(lines(ADDS)[:-2]), max_size=4), st.sampled_from(lines(BREAKS)))
def test_no_company_hides_a_breaking_statement(before: list[str], breaking: str) -> None:
    kinds = {each[0] for each in effects(";\n".join([*before, breaking]))}

    assert "breaks" in kinds


@given(st.text("'\"$;/*-`\\ DROP(ab,)\n", max_size=60))
def test_any_text_is_judged(text: str) -> None:
    assert all(kind in {"breaks", "unclear"} for kind, _ in effects(text))


def test_a_long_text_takes_no_long_time() -> None:
    effects("SELECT '" * 20_000)
    effects('$a$ /* " ' * 20_000)
    assert effects("ALTER TABLE a " + "ADD b int, " * 20_000 + "DROP c")
