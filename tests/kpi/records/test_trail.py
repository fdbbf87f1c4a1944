"""The trail of changes: append-only, chained, and in step with the cells."""

import hashlib
import sqlite3
from contextlib import closing

import pytest

from etl.errors import Problem

UNLOCK = "DROP TRIGGER trail_no_update; DROP TRIGGER trail_no_delete; DROP TRIGGER trail_next_only;"


@pytest.fixture
def three_changes(records, sheet):
    """A cell saved twice and another once."""
    records.save(sheet, "csat", "cause", "one", version=0, who="a")
    records.save(sheet, "csat", "cause", "two", version=1, who="b")
    records.save(sheet, "transfer", "cause", "three", version=0, who="a")
    return records


def run_sql(file, script):
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(script)


def test_an_untouched_trail_is_counted(three_changes):
    assert three_changes.verify_trail() == 3


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE trail SET who = 'z' WHERE seq = 1",
        "DELETE FROM trail WHERE seq = 3",
        "DELETE FROM trail",
        "INSERT OR REPLACE INTO trail SELECT * FROM trail WHERE seq = 2",
        "INSERT INTO trail SELECT 9, at, who, kind, month, subject_kind, subject_key, indicator, field,"
        " old_value, new_value, version, previous_hash, hash FROM trail WHERE seq = 3",
    ],
)
def test_the_database_refuses_to_rewrite_the_trail(three_changes, file, change):
    with pytest.raises(sqlite3.IntegrityError, match="trail is append-only"):
        run_sql(file, change)
    assert three_changes.verify_trail() == 3


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("UPDATE trail SET new_value = 'better' WHERE seq = 1", "altered at entry 1"),
        ("UPDATE trail SET who = 'z' WHERE seq = 2", "altered at entry 2"),
        ("UPDATE trail SET at = '2020-01-01 00:00:00.000000' WHERE seq = 3", "altered at entry 3"),
        ("UPDATE trail SET at = 'never' WHERE seq = 3", "damaged"),
        ("UPDATE trail SET new_value = x'ff00' WHERE seq = 2", "altered at entry 2"),
        ("UPDATE trail SET subject_key = '1025' WHERE seq = 2", "altered at entry 2"),
        ("DELETE FROM trail WHERE seq = 1", "altered at entry 1"),
        ("DELETE FROM trail WHERE seq = 2", "altered at entry 2"),
        ("DELETE FROM trail WHERE seq = 2; UPDATE trail SET seq = 2 WHERE seq = 3", "altered at entry 2"),
        ("DELETE FROM trail WHERE seq = 3", "transfer · cause” does not hold"),
        ("DELETE FROM trail", "csat · cause” does not hold"),
        ("UPDATE cells SET value = 'better' WHERE indicator = 'csat'", "csat · cause” does not hold"),
        ("UPDATE cells SET saved_by = 'z' WHERE indicator = 'csat'", "csat · cause” does not hold"),
        ("DELETE FROM cells WHERE indicator = 'csat'", "csat · cause” does not hold"),
    ],
)
def test_a_change_past_the_program_is_found(three_changes, file, change, says):
    run_sql(file, UNLOCK + change)
    with pytest.raises(Problem, match=says) as found:
        three_changes.verify_trail()
    assert found.value.where == str(file)
    assert "backup" in str(found.value)


def test_the_hash_is_sha256_over_canonical_json(records, sheet, file):
    records.save(sheet, "csat", "cause", "é", version=0, who="a")
    with closing(sqlite3.connect(file)) as connection:
        at, previous, stored = connection.execute("SELECT at, previous_hash, hash FROM trail").fetchone()
    text = (
        f'{{"at":"{at.replace(" ", "T")}","field":"cause","indicator":"csat","kind":"goals",'
        '"month":"2026-10","new_value":"\\u00e9","old_value":"",'
        f'"previous_hash":"{"0" * 64}",'
        '"seq":1,"subject_key":"1024","subject_kind":"person","version":1,"who":"a"}'
    )
    assert previous == "0" * 64
    assert stored == hashlib.sha256(text.encode()).hexdigest()
