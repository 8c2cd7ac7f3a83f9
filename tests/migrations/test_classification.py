"""What pending migrations are said to do: many of them, looked at in one go."""

from collections.abc import Mapping

import pytest

from gonogo.core.migration import Revision
from tests.migrations.conftest import Made
from tests.migrations.directories import Directory, look

HELPER = "from helpers import shrink, tidy\n"
HELPERS = """
import os
from alembic import op
def shrink(table):
    op.drop_column(table, "size")
def tidy(table):
    if os.environ.get("SHOP_TIDY") == "yes":
        op.drop_table(table)
"""
BATCH = "with op.batch_alter_table('users') as batch:\n    batch."

# name -> (upgrade, what is expected to be said, "" where it only adds)
CASES: dict[str, tuple[str, str]] = {
    # only adds
    "new_table": ("op.create_table('t1', sa.Column('id', sa.Integer, primary_key=True))", ""),
    "new_column": ("op.add_column('users', sa.Column('c1', sa.String(20)))", ""),
    "new_default": (
        "op.add_column('users', sa.Column('c2', sa.Integer, nullable=False, server_default='0'))",
        "",
    ),
    "new_index": ("op.create_index('i1', 'users', ['name'])", ""),
    "wider_text": (
        "op.alter_column('users', 'name', type_=sa.Text(), existing_type=sa.String(9))",
        "",
    ),
    "longer": ("op.alter_column('users', 'n', type_=sa.String(9), existing_type=sa.String(5))", ""),
    "bigger": ("op.alter_column('u', 'n', type_=sa.BigInteger(), existing_type=sa.Integer())", ""),
    "nullable": ("op.alter_column('users', 'name', nullable=True)", ""),
    "rows": ("op.bulk_insert(sa.table('users', sa.column('id')), [{'id': 1}])", ""),
    "own_table": (
        "op.create_table('t2', sa.Column('id', sa.Integer))\n"
        "op.create_unique_constraint('u2', 't2', ['id'])\nop.drop_table('t2')",
        "",
    ),
    "plain_sql": ("op.execute('CREATE INDEX i2 ON users (name); COMMENT ON TABLE users IS 1')", ""),
    "batch_add": (BATCH + "add_column(sa.Column('c3', sa.Integer))", ""),
    "enum_value": ("op.execute(\"ALTER TYPE mood ADD VALUE 'drop table'\")", ""),
    "autocommit": (
        "with op.get_context().autocommit_block():\n    op.execute(\"ALTER TYPE m ADD VALUE 'x'\")",
        "",
    ),
    "enum_type": (
        "kind = sa.Enum('a', name='kind')\nkind.create(op.get_bind(), checkfirst=True)\n"
        "op.add_column('users', sa.Column('k', kind, nullable=True))",
        "",
    ),
    "per_dialect": (
        "if op.get_bind().dialect.name == 'oracle':\n    op.create_index('i8', 'users', ['id'])",
        "",
    ),
    "x_argument": (
        "from alembic import context\n"
        "schema = context.get_x_argument(as_dictionary=True).get('schema')\n"
        "op.create_table('t5', sa.Column('at', sa.DateTime(timezone=True),"
        " server_default=sa.func.now(), nullable=False), schema=schema)",
        "",
    ),
    "with_index": (
        "op.create_table('t6', sa.Column('id', sa.Integer), sa.PrimaryKeyConstraint('id'),"
        " sa.ForeignKeyConstraint(['id'], ['users.id'], ondelete='CASCADE'))\n"
        "op.create_index(op.f('ix_t6'), 't6', ['id'], unique=True)",
        "",
    ),
    "of_a_list": ("for n in ('x', 'y'):\n    op.add_column('users', sa.Column(n, sa.Text()))", ""),
    "logs": ("import logging\nlogging.getLogger('x').info('at %s', op.get_context())", ""),
    # destroys
    "drop_table": ("op.drop_table('users')", "drops table users"),
    "drop_index": ("op.drop_index('i1', 'users')", "drops index i1 of users"),
    "drop_constraint": ("op.drop_constraint('k', 'users')", "drops constraint k of users"),
    "rename": ("op.rename_table('users', 'people')", "renames table users to people"),
    "rename_column": ("op.alter_column('u', 'a', new_column_name='b')", "renames u.a to b"),
    "narrow": (
        "op.alter_column('u', 'a', type_=sa.String(5), existing_type=sa.String(9))",
        "changes the type of u.a from String(length=9) to String(length=5)",
    ),
    "unsaid_type": ("op.alter_column('u', 'a', type_=sa.Integer())", "type before is not said"),
    "not_null": ("op.alter_column('users', 'name', nullable=False)", "makes users.name NOT NULL"),
    "not_null_default": (
        "op.alter_column('users', 'name', nullable=False, server_default='x')",
        "makes users.name NOT NULL",
    ),
    "new_not_null": (
        "op.add_column('users', sa.Column('c4', sa.Integer, nullable=False, default=0))",
        "adds users.c4 NOT NULL without a server default",
    ),
    "drop_default": ("op.alter_column('u', 'a', server_default=None)", "drops the default of u.a"),
    "unique": ("op.create_index('i3', 'users', ['name'], unique=True)", "unique index to users"),
    "foreign_key": ("op.create_foreign_key('f', 'users', 'b', ['x'], ['id'])", "a foreign key"),
    # hides it
    "batch_drop": (BATCH + "drop_column('name')", "drops column name of users"),
    "text": ("op.execute(sa.text('DROP TABLE x'))", "DROP TABLE x"),
    "commented": ("op.execute('/* safe */ drop -- really\\n table x')", "drop table x"),
    "second": ("op.execute('SELECT 1; DELETE FROM users')", "DELETE FROM users"),
    "sql_rename": ("op.execute('ALTER TABLE u RENAME COLUMN a TO b')", "RENAME COLUMN a TO b"),
    "block": ("op.execute('DO $$ BEGIN DROP TABLE x; END $$')", "runs a block"),
    "dynamic": ("op.execute('DR' + 'OP TABLE ' + 'users')", "DROP TABLE users"),
    "formatted": ("for n in ('a', 'b'):\n    op.execute(f'ALTER TABLE {n} DROP COLUMN c')", "DROP"),
    "getattr": ("getattr(op, 'drop_' + 'table')('users')", "drops table users"),
    "exec": ("exec(\"op.drop_table('users')\")", "drops table users"),
    "helper": ("shrink('users')", "drops column size of users"),
    "quiet_helper": ("tidy('users')", "calls drop_table() (helpers.py:8, not run here)"),
    "core": ("op.execute(sa.table('users', sa.column('id')).delete())", "DELETE FROM users"),
    "ddl": ("op.execute(sa.DDL('DROP TABLE users'))", "DROP TABLE users"),
    "bind": ("op.get_bind().execute(sa.text('TRUNCATE users'))", "TRUNCATE users"),
    "metadata": (
        "sa.MetaData().drop_all(op.get_bind())\nsa.Table('x', sa.MetaData()).drop(op.get_bind())",
        "DROP TABLE x",
    ),
    "offline": (
        "from alembic import context\n"
        "if context.is_offline_mode():\n    return\nop.drop_table('u')",
        "calls drop_table()",
    ),
    "as_sql": ("if not op.get_context().as_sql:\n    op.drop_table('users')", "calls drop_table()"),
    "production": (
        "import os\nif os.environ.get('SHOP') == 'live':\n    op.execute('DROP TABLE users')",
        "DROP TABLE users",
    ),
    "short": ("import os\nos.environ.get('SHOP') and op.drop_table('users')", "calls drop_table()"),
    "one_line": (
        "import os\nwork(op) if os.environ.get('SHOP') else None",
        "calls work()",
    ),
    "short_unknown": ("import os\nos.environ.get('SHOP') and work(op)", "calls work()"),
    "comprehension": ("[op.drop_table(name) for name in ()]", "calls drop_table()"),
    "later": ("run = lambda: work(op)", "calls work()"),
    "swallowed": ("try:\n    shrink('users')\nexcept Exception:\n    pass", "drops column size"),
    "disguised": (
        "op.create_table('users', sa.Column('id', sa.Integer), if_not_exists=True)\n"
        "op.drop_table('users')",
        "drops table users",
    ),
    "disguised_elsewhere": (
        "op.create_table('a', sa.Column('id', sa.Integer), schema='s', if_not_exists=True)\n"
        "op.drop_table('a', schema='s')",
        "drops table a",
    ),
    "existing": (
        "op.create_table('orders', sa.Column('id', sa.Integer))\nop.drop_table('orders')",
        "drops table orders",
    ),
    "event": (
        "t = sa.Table('t9', sa.MetaData(), sa.Column('id', sa.Integer))\n"
        "sa.event.listen(t, 'after_create', sa.DDL('DROP TABLE users'))\nt.create(op.get_bind())",
        "DROP TABLE users",
    ),
    "reads": (
        "for row in op.get_bind().execute(sa.text('SELECT id FROM users')).fetchall():\n"
        "    op.execute(f'DELETE FROM users WHERE id = {row.id}')",
        "upgrade() reads from the database at reads_x.py:10",
    ),
    "inspects": (
        "if 'x' in sa.inspect(op.get_bind()).get_table_names():\n    op.drop_table('x')",
        "calls drop_table()",
    ),
    "updates": ("op.execute(\"UPDATE users SET name = 'x'\")", "changes rows: UPDATE users"),
    "function": ("op.execute('SELECT tidy_up()')", "not known to only add: SELECT tidy_up()"),
    "custom": ("op.invoke(__import__('alembic').operations.ops.UpgradeOps())", "UpgradeOps"),
    "connects": (
        "sa.create_engine('sqlite:///made.db').connect()",
        "upgrade() wants a connection to a database",
    ),
    "starts": ("import os\nos.system('touch made')", "upgrade() wants os.system"),
    "writes": ("open('made', 'w').write('x')", "upgrade() wants writing a file"),
    "writes_low": ("import os\nos.open('made', os.O_CREAT)", "upgrade() wants writing a file"),
    "imports": ("import pymysql", "upgrade() wants import pymysql"),
    "driver": ("psycopg.connect('postgresql://127.0.0.1:1/x')", "wants a connection to a database"),
    "class": ("psycopg.Connection.connect('host=127.0.0.1 port=1')", "wants a connection"),
    "socket": (
        "import socket\nsocket.create_connection(('127.0.0.1', 1))",
        "upgrade() wants socket.connect",
    ),
    "environment": ("import os\nop.execute('SELECT 1 -- ' + os.environ['SHOP_DB'])", ""),
    "removes": (
        "import pathlib\ntry:\n    pathlib.Path('kept').unlink()\nexcept Exception:\n    pass",
        "upgrade() wants os.remove",
    ),
    "unknown_branch": ("import os\nif os.environ.get('SHOP'):\n    work(op)", "calls work()"),
    "alias": ("from alembic import op as o\no.drop_table('users')", "drops table users"),
    "by_context": ("op.get_context().execute('DROP TABLE users')", "DROP TABLE users"),
    "by_impl": ("op.get_context().impl.drop_table(sa.Table('x', sa.MetaData()))", "DROP TABLE x"),
    "by_driver": ("op.get_bind().exec_driver_sql('DROP TABLE users')", "DROP TABLE users"),
    "rebuilt": (
        "t = sa.Table('users', sa.MetaData(), sa.Column('id', sa.Integer))\n"
        "with op.batch_alter_table('users', recreate='always', copy_from=t):\n    pass",
        "makes a table anew",
    ),
    "decorated": ("op.drop_table('users')", "calls drop_table()"),
    "one_of_two": ("pass", "calls drop_table()"),
    "generator": ("yield op.drop_table('users')", "calls drop_table()"),
    "called": ("pass", "drops table users"),
    "smaller_enum": (
        "op.alter_column('u', 'a', type_=sa.Enum('x', name='e'), "
        "existing_type=sa.Enum('x', 'y', name='e'))",
        "changes the type of u.a",
    ),
    "argument": ("pass", "rollback_compatible is neither True nor False"),
}
TOPS = {"argument": "rollback_compatible = 'yes'", "helper": HELPER, "quiet_helper": HELPER}
TOPS |= {
    "driver": "import psycopg",
    "class": "import psycopg",
    "swallowed": HELPER,
    "one_of_two": "import os\nif os.environ.get('SHOP'):\n"
    "    def upgrade():\n        op.drop_table('users')\n",
}
BOTTOMS = {
    "decorated": "import functools\nupgrade = functools.partial(len, ())",
    "called": "class Up:\n    def __call__(self):\n        op.drop_table('users')\nupgrade = Up()",
}


@pytest.fixture(scope="module")
def looked(tmp_path_factory: pytest.TempPathFactory, made: Made) -> Mapping[str, Revision]:
    root = tmp_path_factory.mktemp("project")
    (root / "helpers.py").write_text(HELPERS)
    (root / "kept").write_text("kept")
    directory = Directory(root)
    for name, (upgrade, _) in CASES.items():
        directory.put(name, upgrade, top=TOPS.get(name, ""), bottom=BOTTOMS.get(name, ""))
    url = made("looked", "CREATE TABLE users (id int)", "CREATE TABLE orders (id int)")
    values = {"SHOP_DB": url}
    found = look(root, url.replace("postgresql:", "postgresql+asyncpg:"), values)

    assert found.pending == tuple(CASES), found
    assert sorted(each.name for each in root.iterdir()) == ["helpers.py", "kept", "migrations"]
    return found.revisions


@pytest.mark.parametrize("name", CASES)
def test_what_a_migration_does(looked: Mapping[str, Revision], name: str) -> None:
    revision = looked[name]
    said = [effect.text for effect in revision.effects]
    expected = CASES[name][1]

    if expected:
        assert any(expected in text for text in said), revision
    else:
        assert said == [], revision


def test_a_migration_is_not_told_the_database(looked: Mapping[str, Revision]) -> None:
    assert "SELECT 1 -- postgresql://nobody:none@127.0.0.1:1/none" in looked["environment"].sql
