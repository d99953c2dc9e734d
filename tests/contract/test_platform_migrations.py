"""The schema moves up and down with data in it, alike on both stores."""

import shutil
from datetime import date

import pytest
from alembic.script import ScriptDirectory
from platform_client import side_by_side
from platform_process import run_platform
from postgres_server import database_url, new_database
from sqlalchemy import Table, func, inspect, select, text
from store_under_test import on_postgresql, on_sqlite, opened, settings_of

from hall_platform import migrations
from hall_platform.database import StoreUnusable, migrate_store, open_store
from hall_platform.engines import postgres_engine, sqlite_engine
from hall_platform.metadata import whole_metadata
from hall_platform.modules import NAMES, parts
from hall_platform.seed import invent
from hall_platform.settings import Settings

SERVER = on_postgresql()

LATER = '''"""As a revision after the first release: a column that is filled, and can go again."""

import sqlalchemy as sa
from alembic import op

revision = "9999_note"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("operators") as table:
        table.add_column(sa.Column("note", sa.Text(), nullable=False, server_default=""))
    op.execute("UPDATE operators SET note = 'of ' || name")


def downgrade() -> None:
    with op.batch_alter_table("operators") as table:
        table.drop_column("note")
'''


@pytest.fixture(scope="module")
def invented():
    return invent(number=1, today=date(2026, 11, 24))


@pytest.fixture(params=[on_sqlite(), SERVER])
def settings(request, tmp_path):
    """Two empty stores of one kind."""
    if request.param == "sqlite":
        return [Settings(tmp_path / name) for name in ("one", "two")]
    return [Settings(tmp_path, database_url(new_database())) for _ in range(2)]


def engine_of(one):
    if one.db:
        return postgres_engine(one.db)
    one.data_dir.mkdir(exist_ok=True)
    return sqlite_engine(one.database_path, "BEGIN")


def described(one):
    """All that a schema is, by table."""
    engine = engine_of(one)
    found = {}
    with engine.connect() as connection:
        schema = inspect(connection)
        for table in set(schema.get_table_names()) - {"alembic_version"}:
            found[table] = {
                "columns": [
                    (column["name"], str(column["type"]), column["nullable"], column["default"])
                    for column in schema.get_columns(table)
                ],
                "key": schema.get_pk_constraint(table),
                "references": sorted(schema.get_foreign_keys(table), key=str),
                "unique": sorted(schema.get_unique_constraints(table), key=str),
                "indexes": sorted(schema.get_indexes(table), key=str),
            }
    engine.dispose()
    return found


def counts(one):
    engine = engine_of(one)
    with engine.connect() as connection:
        there = set(inspect(connection).get_table_names())
        found = {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in whole_metadata().sorted_tables
            if table.name in there
        }
    engine.dispose()
    return found


def filled(one, invented):
    store = open_store(one)
    store.write(invented.write)
    store.close()
    return counts(one)


def tables_upto(module):
    modules = parts("tables")
    wanted = NAMES[: NAMES.index(module) + 1]
    return {
        value.name
        for name in wanted
        if name in modules
        for value in vars(modules[name]).values()
        if isinstance(value, Table)
    }


def test_migrating_makes_exactly_the_tables(settings):
    migrated, made = settings
    open_store(migrated).close()
    engine = engine_of(made)
    with engine.begin() as connection:
        whole_metadata().create_all(connection)
    engine.dispose()
    assert described(migrated) == described(made), "run: make revisions"


def test_one_chain_in_the_order_of_the_files():
    scripts = ScriptDirectory(str(migrations.FOLDER))
    assert len(scripts.get_heads()) == 1, "run: make revisions"
    chain = [script.revision for script in scripts.walk_revisions()]
    assert chain[::-1] == migrations.revisions()


def test_down_takes_away_the_later_modules_and_up_makes_them_again(settings, invented):
    one = settings[0]
    before = filled(one, invented)
    known = migrations.revisions()
    for revision in reversed(known[:-1]):
        assert migrate_store(one, revision)[1] == revision
        kept = counts(one)
        assert set(kept) == tables_upto(revision.split("_")[1])
        assert kept == {table: before[table] for table in kept}
    assert migrate_store(one) == (known[0], known[-1])
    after = counts(one)
    assert after["operators"] == before["operators"]
    assert after["licences"] == 0
    assert migrate_store(one, "base") == (known[-1], "base")
    assert counts(one) == {}
    assert filled(one, invented) == before


def test_a_change_of_a_table_keeps_its_rows_both_ways(settings, invented, tmp_path, monkeypatch):
    one = settings[0]
    before = filled(one, invented)
    newest = migrations.revisions()[-1]
    folder = tmp_path / "migrations"
    shutil.copytree(migrations.FOLDER, folder)
    (folder / "versions" / "9999_note.py").write_text(LATER.format(before=newest))
    with monkeypatch.context() as patched:
        patched.setattr(migrations, "FOLDER", folder)
        patched.setattr(migrations, "VERSIONS", folder / "versions")
        with pytest.raises(StoreUnusable, match="hall-platform migrate"):
            open_store(one)
        assert migrate_store(one) == (newest, "9999_note")
        assert counts(one) == before
        engine = engine_of(one)
        with engine.connect() as connection:
            note = "SELECT note FROM operators WHERE username = 'clerk03'"
            assert connection.execute(text(note)).scalar_one() == "of 测小兰"
        engine.dispose()
        assert migrate_store(one, newest) == ("9999_note", newest)
    assert counts(one) == before
    open_store(one).close()


def test_what_fails_leaves_the_store_as_it_was(settings, invented, tmp_path, monkeypatch):
    one = settings[0]
    before = filled(one, invented)
    newest = migrations.revisions()[-1]
    folder = tmp_path / "migrations"
    shutil.copytree(migrations.FOLDER, folder)
    broken = LATER.format(before=newest).replace("'of ' || name", "nothing_like_it")
    (folder / "versions" / "9999_note.py").write_text(broken)
    with monkeypatch.context() as patched:
        patched.setattr(migrations, "FOLDER", folder)
        patched.setattr(migrations, "VERSIONS", folder / "versions")
        with pytest.raises(StoreUnusable, match="cannot be opened"):
            migrate_store(one)
    assert counts(one) == before
    open_store(one).close()


@pytest.mark.parametrize("settings", [SERVER], indirect=True)
def test_first_starts_at_once_make_one_schema(settings):
    one = settings[0]
    stores = side_by_side([lambda: open_store(one) for _ in range(4)])
    for store in stores:
        store.close()
    assert set(described(one)) == set(whole_metadata().tables)


@pytest.mark.parametrize("down", ["nonsense", "9999_note"])
def test_down_to_what_is_not_below_is_a_sentence(settings, down):
    open_store(settings[0]).close()
    with pytest.raises(StoreUnusable, match=f"no revision {down}"):
        migrate_store(settings[0], down)


def served(data_dir):
    done = run_platform("serve", "--data-dir", data_dir, "--port", "0")
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    return done.stderr


def test_serving_an_older_or_newer_store_is_a_sentence(tmp_path):
    first = migrations.revisions()[0]
    open_store(settings_of(tmp_path)).close()
    down = run_platform("migrate", "--data-dir", tmp_path, "--down", first)
    assert (down.returncode, down.stdout) == (
        0,
        f"schema {migrations.revisions()[-1]} -> {first}\n",
    )
    assert "bring it up with: hall-platform migrate" in served(tmp_path)
    assert run_platform("migrate", "--data-dir", tmp_path).returncode == 0
    with opened(tmp_path) as store:
        store.execute("UPDATE alembic_version SET version_num = '9999_of_tomorrow'")
    assert "belongs to a newer program" in served(tmp_path)
    refused = run_platform("migrate", "--data-dir", tmp_path)
    assert refused.returncode == 1
    assert "belongs to a newer program" in refused.stderr


def test_a_store_from_before_the_first_release_is_a_sentence(tmp_path):
    with opened(tmp_path) as store:
        store.execute("CREATE TABLE windows (code TEXT)")
    assert "from before the first release" in served(tmp_path)


@pytest.mark.sqlite
def test_a_store_in_use_is_not_migrated(tmp_path):
    store = open_store(Settings(tmp_path))
    done = run_platform("migrate", "--data-dir", tmp_path)
    store.close()
    assert done.returncode == 1
    assert "another platform process" in done.stderr
