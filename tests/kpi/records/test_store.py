"""Saving and reading fields: versions, refusals, and what survives."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from etl.errors import Problem
from kpi.records import MAX_CHARACTERS, Saved, SheetKey, StaleSave, open_records


def test_a_sheet_without_saves_is_empty(records, sheet):
    assert records.cells(sheet) == {}
    assert records.history(sheet) == []
    assert records.verify_trail() == 0


def test_a_saved_field_is_read_back_with_version_time_and_name(records, sheet):
    before = datetime.now(UTC)
    assert records.save(sheet, "csat", "cause", "新人较多", version=0, who="Test Lead") == 1
    saved = records.cells(sheet)["csat", "cause"]
    assert (saved.value, saved.version, saved.saved_by) == ("新人较多", 1, "Test Lead")
    assert before <= saved.saved_at <= datetime.now(UTC)


def test_each_change_grows_the_version_by_one(records, sheet):
    versions = [records.save(sheet, "csat", "cause", f"cause {n}", version=n, who="a") for n in range(4)]
    assert versions == [1, 2, 3, 4]
    assert records.cells(sheet)["csat", "cause"].value == "cause 3"


def test_a_field_can_be_emptied_and_keeps_its_version(records, sheet):
    records.save(sheet, "csat", "cause", "wrong", version=0, who="a")
    assert records.save(sheet, "csat", "cause", "", version=1, who="a") == 2
    assert records.cells(sheet)["csat", "cause"].value == ""
    assert records.save(sheet, "csat", "cause", "right", version=2, who="a") == 3


@pytest.mark.parametrize(("value", "version"), [("same", 1), ("same", 0), ("same", 9)])
def test_saving_the_same_value_again_changes_nothing(records, sheet, value, version):
    records.save(sheet, "csat", "cause", "same", version=0, who="a")
    before = records.cells(sheet)
    assert records.save(sheet, "csat", "cause", value, version=version, who="b") == 1
    assert records.cells(sheet) == before
    assert len(records.history(sheet)) == 1


def test_saving_nothing_into_a_field_never_saved_stores_nothing(records, sheet):
    assert records.save(sheet, "csat", "cause", "", version=0, who="a") == 0
    assert records.cells(sheet) == {}


@pytest.mark.parametrize("version", [-1, 0, 1, 3])
def test_a_save_from_another_version_is_refused_with_the_current_one(records, sheet, version):
    records.save(sheet, "csat", "cause", "first", version=0, who="a")
    records.save(sheet, "csat", "cause", "second", version=1, who="b")
    with pytest.raises(StaleSave) as refused:
        records.save(sheet, "csat", "cause", "mine", version=version, who="c")
    assert (refused.value.indicator, refused.value.field) == ("csat", "cause")
    assert refused.value.current == records.cells(sheet)["csat", "cause"]
    assert (refused.value.current.value, refused.value.current.saved_by) == ("second", "b")
    assert len(records.history(sheet)) == 2


def test_a_version_of_a_field_that_was_never_saved_is_refused(records, sheet):
    with pytest.raises(StaleSave) as refused:
        records.save(sheet, "csat", "cause", "mine", version=1, who="c")
    assert refused.value.current == Saved()
    assert records.cells(sheet) == {}


def test_sheets_are_kept_apart_by_every_part_of_their_key(records):
    keys = [
        SheetKey("goals", "2026-10", "person", "1024"),
        SheetKey("appraisal", "2026-10", "person", "1024"),
        SheetKey("goals", "2026-11", "person", "1024"),
        SheetKey("goals", "2026-10", "team", "1024"),
        SheetKey("goals", "2026-10", "person", "1025"),
        SheetKey("goals", "2026-10", "all", ""),
    ]
    for number, key in enumerate(keys):
        records.save(key, "csat", "cause", f"of sheet {number}", version=0, who="a")
    assert [records.cells(key)["csat", "cause"].value for key in keys] == [f"of sheet {n}" for n in range(6)]
    assert [len(records.history(key)) for key in keys] == [1] * 6


def test_many_fields_are_saved_together(records, sheet):
    fields = [("csat", "cause", "a", 0), ("csat", "measures", "", 0), ("", "meeting_date", "2026-11-03", 0)]
    assert records.save_many(sheet, fields, "a") == [1, 0, 1]
    assert {key: saved.value for key, saved in records.cells(sheet).items()} == {
        ("csat", "cause"): "a",
        ("", "meeting_date"): "2026-11-03",
    }


@pytest.mark.parametrize(
    ("last", "fault"),
    [
        (("csat", "cause", "mine", 0), StaleSave),
        (("transfer", "cause", "twice in one save", 0), StaleSave),
        (("csat", "measures", "\x00", 0), Problem),
    ],
)
def test_many_fields_are_saved_all_or_none(records, sheet, last, fault):
    records.save(sheet, "csat", "cause", "theirs", version=0, who="a")
    before = records.cells(sheet)
    with pytest.raises(fault):
        records.save_many(sheet, [("transfer", "cause", "new", 0), last], "b")
    assert records.cells(sheet) == before
    assert len(records.history(sheet)) == 1
    assert records.verify_trail() == 1


@pytest.mark.parametrize(
    "text",
    [
        "原因:排班不足",
        "👩‍💻🇨🇳",
        "𠮷野家",
        "e\u0301 is not \u00e9",
        "a\nb\tc\r\n",
        "  spaces  ",
        "'; DROP TABLE cells; --",
        "=1+1",
        "{name}",
    ],
)
def test_any_text_is_kept_as_typed(records, sheet, text):
    records.save(sheet, "csat", "cause", text, version=0, who="张三(示例)")
    assert records.cells(sheet)["csat", "cause"].value == text
    assert records.verify_trail() == 1


def test_the_longest_text_is_kept_and_a_longer_one_refused_with_the_limit(records, sheet):
    assert MAX_CHARACTERS == 20_000
    records.save(sheet, "csat", "cause", "长" * 20_000, version=0, who="a")
    with pytest.raises(Problem) as refused:
        records.save(sheet, "csat", "cause", "长" * 20_001, version=1, who="a")
    assert str(refused.value) == (
        "csat cause: The text has 20001 characters; at most 20000 can be saved. Shorten it and save again."
    )
    assert records.cells(sheet)["csat", "cause"].value == "长" * 20_000


@pytest.mark.parametrize(("text", "code"), [("a\x00b", "U+0000"), ("\ud83d", "U+D83D")])
def test_what_is_no_text_is_refused(records, sheet, text, code):
    with pytest.raises(Problem, match=rf"cannot be saved \({code.replace('+', '[+]')}\)"):
        records.save(sheet, "csat", "cause", text, version=0, who="a")
    with pytest.raises(Problem, match="cannot be saved"):
        records.save(sheet, "csat", "cause", "fine", version=0, who=text)
    with pytest.raises(Problem, match="cannot be saved"):
        records.save(SheetKey("goals", "2026-10", "team", text), "csat", "cause", "fine", version=0, who="a")
    assert records.verify_trail() == 0


def test_history_is_newest_first(records, sheet):
    records.save(sheet, "csat", "cause", "one", version=0, who="a")
    records.save(sheet, "transfer", "measures", "two", version=0, who="b")
    records.save(sheet, "csat", "cause", "three", version=1, who="c")
    told = [
        (
            change.seq,
            change.who,
            change.indicator,
            change.field,
            change.old_value,
            change.new_value,
            change.version,
        )
        for change in records.history(sheet)
    ]
    assert told == [
        (3, "c", "csat", "cause", "one", "three", 2),
        (2, "b", "transfer", "measures", "", "two", 1),
        (1, "a", "csat", "cause", "", "one", 1),
    ]
    assert records.history(sheet)[0].at == records.cells(sheet)["csat", "cause"].saved_at


def test_saved_text_survives_a_restart(records, url, sheet):
    records.save(sheet, "csat", "cause", "stays", version=0, who="a")
    before = records.cells(sheet)
    records.close()
    again = open_records(url, create=False)
    assert again.cells(sheet) == before
    again.close()


def test_saved_text_survives_a_kill(beside, url, sheet):
    process = beside("""
records = open_records(url, create=True)
print(records.save(sheet, "csat", "cause", "断电之前", version=0, who="a"), flush=True)
sys.stdin.read()
""")
    assert process.stdout.readline() == "1\n"
    process.kill()
    process.wait()
    records = open_records(url, create=False)
    assert records.cells(sheet)["csat", "cause"].value == "断电之前"
    assert records.verify_trail() == 1
    assert records.save(sheet, "csat", "cause", "after", version=1, who="b") == 2
    records.close()


def test_of_eight_threads_that_save_one_field_exactly_one_wins(records, sheet):
    def attempt(name):
        try:
            return records.save(sheet, "csat", "cause", name, version=0, who=name)
        except StaleSave as stale:
            return stale.current.value

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(attempt, "abcdefgh"))
    winner = records.cells(sheet)["csat", "cause"].value
    assert sorted(map(str, answers)) == ["1", *[winner] * 7]
    assert records.verify_trail() == 1


def test_of_two_processes_that_save_one_field_exactly_one_wins(beside, records, sheet):
    code = """
records = open_records(url, create=False)
print("ready", flush=True)
sys.stdin.readline()
for number in range(40):
    try:
        records.save(sheet, f"kpi_{number}", "cause", sys.argv[2], version=0, who=sys.argv[2])
        print(number)
    except StaleSave as stale:
        assert stale.current.value != sys.argv[2]
"""
    rivals = {name: beside(code, name) for name in ("left", "right")}
    for process in rivals.values():
        assert process.stdout.readline() == "ready\n"
    for process in rivals.values():
        process.stdin.write("go\n")
        process.stdin.flush()
    wins = {name: process.communicate(timeout=600)[0].split() for name, process in rivals.items()}
    assert [process.returncode for process in rivals.values()] == [0, 0]
    assert sorted(map(int, wins["left"] + wins["right"])) == list(range(40))
    held = {int(key.removeprefix("kpi_")): saved.value for (key, _), saved in records.cells(sheet).items()}
    assert held == {int(number): name for name, numbers in wins.items() for number in numbers}
    assert records.verify_trail() == 40
