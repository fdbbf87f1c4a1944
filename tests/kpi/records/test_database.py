"""Opening records: missing, new, old, newer, damaged, locked, full, not writable."""

import os
import shutil
import sqlite3
from contextlib import closing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from etl.errors import Problem
from kpi.records import database, open_records
from kpi.records.tables import metadata

HEAD = max(path.name for path in database.MIGRATIONS.glob("versions/0*.py"))[:4]
NEXT_MIGRATION = f"""
import sqlalchemy as sa
from alembic import op
revision, down_revision = "9999", "{HEAD}"
def upgrade():
    op.add_column("cells", sa.Column("note", sa.Text))
"""


def revision_of(file):
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]


def test_reading_missing_records_makes_nothing(tmp_path):
    assert open_records(f"sqlite:///{tmp_path}/records.db", create=False) is None
    assert open_records(f"sqlite:///{tmp_path}/no/home/records.db", create=False) is None
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_counts_as_missing_until_it_is_created(file, url, sheet):
    file.touch()
    assert open_records(url, create=False) is None
    records = open_records(url, create=True)
    assert records.save(sheet, "csat", "cause", "x", version=0, who="a") == 1
    records.close()


def test_the_migrations_make_the_tables_that_the_code_expects(records):
    with records.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_the_settings_that_keep_a_save_safe_are_on(records):
    with records.engine.connect() as connection:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]
    assert found == ["wal", 2, 1, 10_000]


def test_a_path_with_spaces_signs_and_chinese_works(tmp_path, sheet):
    folder = tmp_path / "客服 一部 100% #1"
    folder.mkdir()
    records = open_records(f"sqlite:///{folder}/records.db", create=True)
    records.save(sheet, "csat", "cause", "x", version=0, who="a")
    records.close()
    assert (folder / "records.db").exists()


def test_an_older_database_is_migrated_and_a_newer_one_refused(
    records, file, url, sheet, tmp_path, monkeypatch
):
    records.save(sheet, "csat", "cause", "kept", version=0, who="a")
    before = records.cells(sheet)
    records.close()
    newer = tmp_path / "100% newer"
    shutil.copytree(database.MIGRATIONS, newer)
    (newer / "versions" / "9999_note.py").write_text(NEXT_MIGRATION, encoding="utf-8")
    with monkeypatch.context() as patched:
        patched.setattr(database, "MIGRATIONS", newer)
        migrated = open_records(url, create=False)
        assert migrated.cells(sheet) == before
        migrated.close()
    assert revision_of(file) == "9999"
    for create in (False, True):
        with pytest.raises(Problem, match="written by a newer version of this program") as refused:
            open_records(url, create=create)
        assert refused.value.where == str(file)
    assert revision_of(file) == "9999"


def test_a_migration_that_fails_leaves_the_database_as_it_was(
    records, file, url, sheet, tmp_path, monkeypatch
):
    records.save(sheet, "csat", "cause", "kept", version=0, who="a")
    records.close()
    broken = tmp_path / "broken"
    shutil.copytree(database.MIGRATIONS, broken)
    (broken / "versions" / "9999_note.py").write_text(
        NEXT_MIGRATION + '    op.execute("DELETE FROM trail")\n', encoding="utf-8"
    )
    with monkeypatch.context() as patched:
        patched.setattr(database, "MIGRATIONS", broken)
        with pytest.raises(Problem, match="append-only"):
            open_records(url, create=True)
    assert revision_of(file) == HEAD
    again = open_records(url, create=False)
    assert again.verify_trail() == 1
    again.close()


def test_two_processes_may_create_the_same_records(beside, url):
    code = """
print("ready", flush=True)
sys.stdin.readline()
records = open_records(url, create=True)
print(records.save(sheet, sys.argv[2], "cause", "x", version=0, who="a"))
"""
    pair = [beside(code, name) for name in ("left", "right")]
    for process in pair:
        assert process.stdout.readline() == "ready\n"
    for process in pair:
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [process.communicate(timeout=600)[0] for process in pair] == ["1\n", "1\n"]
    records = open_records(url, create=False)
    assert records.verify_trail() == 2
    records.close()


@pytest.mark.parametrize("create", [False, True])
def test_a_file_that_is_no_database_is_left_alone(file, url, create):
    file.write_text("<html>not records</html>" * 200, encoding="utf-8")
    before = file.read_bytes()
    with pytest.raises(Problem, match="damaged, or is not a records database") as found:
        open_records(url, create=create)
    assert found.value.where == str(file)
    assert file.read_bytes() == before


def test_a_damaged_database_is_said_so(records, file, url, sheet):
    records.save(sheet, "csat", "cause", "x" * 20_000, version=0, who="a")
    records.close()
    size = file.stat().st_size
    with file.open("r+b") as opened:
        opened.seek(4096)
        opened.write(b"\xa5" * (size - 4096))
    with pytest.raises(Problem, match="damaged"):
        open_records(url, create=False)


@pytest.mark.parametrize("create", [False, True])
def test_the_database_of_another_program_is_refused(file, url, create):
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE invoices (id INTEGER)")
    with pytest.raises(Problem, match="database of another program"):
        open_records(url, create=create)
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("invoices",)]


@pytest.mark.parametrize(
    "address",
    [
        "records.db",
        "",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///x.db?mode=ro",
        "postgresql://u:secret@h/d",
        "a://h:p",
    ],
)
def test_an_address_that_is_none_is_refused_without_repeating_it(address):
    with pytest.raises(Problem, match="Write it as sqlite:///folder") as refused:
        open_records(address, create=True)
    assert "secret" not in str(refused.value)


def test_a_folder_in_place_of_the_file_is_refused(file, url):
    file.mkdir()
    with pytest.raises(Problem, match="cannot be opened or written here"):
        open_records(url, create=True)


def test_a_missing_folder_is_not_made(tmp_path):
    with pytest.raises(Problem, match="Make sure that the folder exists"):
        open_records(f"sqlite:///{tmp_path}/none/records.db", create=True)
    assert list(tmp_path.iterdir()) == []


# The superuser may write anywhere, unless that right is laid down first.
AS_A_USER = (
    ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
    if os.name == "posix" and os.geteuid() == 0
    else ()
)


@pytest.mark.parametrize(("folder_mode", "create"), [(0o555, False), (0o555, True), (0o755, False)])
def test_a_file_that_may_not_be_written_is_said_so(records, file, beside, sheet, folder_mode, create):
    records.save(sheet, "csat", "cause", "kept", version=0, who="a")
    records.close()
    file.chmod(0o444)
    file.parent.chmod(folder_mode)
    process = beside(
        f"""
from etl.errors import Problem
try:
    open_records(url, create={create}).save(sheet, "csat", "cause", "new", version=1, who="b")
except Problem as problem:
    print(problem)
""",
        before=AS_A_USER,
    )
    said = process.communicate(timeout=600)[0]
    file.parent.chmod(0o755)
    assert said == (
        f"{file}: The records cannot be opened or written here. "
        "Make sure that the folder exists, and that you may write to it and to the file.\n"
    )


def test_a_save_while_another_program_keeps_writing_is_refused_and_can_be_repeated(records, file, sheet):
    with records.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=50")
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Problem, match="Another program is writing to the records"):
            records.save(sheet, "csat", "cause", "x", version=0, who="a")
        assert records.cells(sheet) == {}  # readers never wait
        other.execute("ROLLBACK")
    assert records.save(sheet, "csat", "cause", "x", version=0, who="a") == 1


def test_a_full_disk_saves_nothing(records, sheet):
    with records.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1")  # SQLite raises it to what is in use
    with pytest.raises(Problem, match="disk is full or failing"):
        records.save(sheet, "csat", "cause", "长" * 20_000, version=0, who="a")
    assert records.cells(sheet) == {}
    assert records.verify_trail() == 0
