"""Every known format: recognised by its content, and read into the same facts whatever it is called."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from etl.errors import Problem
from etl.loading.load import load
from etl.loading.report import report_json
from etl.maps.maps import load_sources
from etl.maps.recognise import recognise
from etl.maps.templates import write_templates
from etl.read import first_content
from etl.snapshots.snapshot import current

SAMPLES = Path(__file__).parents[1] / "samples"
DOCUMENTATION = Path(__file__).parents[3] / "docs" / "sources.md"
PHONENOW = (
    ("Call Id", "Agent", "Date", "Time", "Topic", "Answered (Y/N)", "Resolved", "Speed of answer in seconds",
     "AvgTalkDuration", "Satisfaction rating"),
    ("ID0001", "Agent A", "2021-01-01", 0.5, "Streaming", "Y", "Y", 109, 143 / 86400, 3),
    ("ID0002", "Agent B", "2021-01-01", 0.75, "Payment related", "N", "N", None, None, None),
)  # fmt: skip


@pytest.fixture
def phonenow(tmp_path):
    """A workbook of the PhoneNow shape, with the sheet of remarks that must be left alone."""
    path = tmp_path / "phonenow.xlsx"
    write_workbook(path, PHONENOW)
    return path


def write_workbook(path, rows):
    workbook = xlsxwriter.Workbook(path)
    clock = workbook.add_format({"num_format": "h:mm:ss"})
    sheet = workbook.add_worksheet("Call center data")
    for number, row in enumerate(rows):
        for place, value in enumerate(row):
            if value is not None:
                sheet.write(number, place, value, clock if isinstance(value, float) else None)
    workbook.add_worksheet("info to be showed").write(1, 0, "Total number of calls?")
    workbook.close()


def counts(report):
    return [
        (f["source"], f["table"], f["rows_read"], f["loaded"], f["ignored"], f["rejected"])
        for f in report_json(report)["files"]
    ]


def calls(home, columns):
    return current(home).query(f"SELECT {columns} FROM calls ORDER BY call_id").rows()


def test_every_source_has_a_sample_and_a_line_in_the_documentation(phonenow):
    sources, recognised = load_sources(), set()
    for path in (phonenow, *SAMPLES.glob("[!R]*.*")):  # without the README
        with first_content(path) as content:
            recognised.add(recognise(content, sources)[0].source.name)
    documented = re.findall(r"^\| `(\w+)` \|", DOCUMENTATION.read_text("utf-8"), re.MULTILINE)
    assert recognised == set(sources)
    assert [name for name in sources if documented.count(name) != 1] == []


def test_the_bank_log(home):
    report = load(home, [SAMPLES / "bank_calls.txt"])
    assert counts(report) == [("bank_calls", "calls", 5, 4, 1, 0)]
    assert calls(home, "call_id, answered, agent_id, wait_s, talk_s, customer_key IS NULL") == [
        ("XX0101/1/990101", False, None, 153.0, None, True),
        ("XX0101/2/990101", True, "agent_a", 0.0, 166.0, False),
        ("XX0101/3/990102", True, None, 20.0, 9.0, False),
        ("XX0102/3/990102", False, None, 4.0, None, False),
    ]
    audits = current(home).query("SELECT audit, found FROM audits ORDER BY audit").rows()
    assert audits == [("negative_duration", 1), ("service_before_queue_end", 1)]


def test_the_phonenow_workbook_feeds_calls_and_surveys(home, phonenow):
    report = load(home, [phonenow])
    assert counts(report) == [
        ("phonenow_calls", "calls", 2, 2, 0, 0),
        ("phonenow_calls", "surveys", 2, 1, 1, 0),
    ]
    assert calls(home, "strftime(started_at, '%H:%M'), answered, wait_s, talk_s") == [
        ("12:00", True, 109.0, 143.0),
        ("18:00", False, None, None),
    ]
    assert current(home).query("SELECT agent_id, score, invited FROM surveys").rows() == [
        ("agent a", 3.0, None)
    ]


def test_the_telephone_report(home):
    report = load(home, [SAMPLES / "pbx_report.csv"])
    assert counts(report) == [("pbx_report", "calls", 3, 2, 1, 0)]
    assert [str(one) for one in report.files[0].warnings] == ["Read as GB18030."]
    assert calls(home, "call_id, team, wait_s, talk_s, hold_s, wrap_s, customer_shown") == [
        ("P1", "热线一组", 12.0, 153.0, 10.0, 30.0, "199****0001"),
        ("P2", "热线一组", 5.0, None, None, None, "199****0002"),
    ]


def test_the_wide_qa_form(home, write):
    path = write(
        "qa.csv",
        "质检编号,客服工号,质检时间,致命错误,吐字清晰[5],倾听并适当回应[10]",
        "R1,1001,2026-10-01 10:00,否,4,",
        "R2,1002,2026-10-02 10:00,是,5,11",
    )
    assert counts(load(home, [path])) == [
        ("plain_qa_reviews", "qa_reviews", 2, 2, 0, 0),
        ("plain_qa_reviews", "qa_items", 2, 1, 0, 1),
    ]
    assert current(home).query("SELECT review_id, item, earned, applicable FROM qa_items").rows() == [
        ("R1", "吐字清晰", 4.0, 5.0)
    ]
    assert current(home).query('SELECT file_row, "column", raw, rule FROM rejects').rows() == [
        (3, "earned", "11", "off_scale")
    ]


def test_the_wide_roster(home, write):
    path = write("roster.csv", "工号,姓名,2026-10-01,2026-10-02", "1001,客服甲01,夜,休", "1002,客服甲02,Q,早")
    assert counts(load(home, [path])) == [("plain_schedule", "schedule", 2, 1, 0, 1)]
    rows = (
        current(home)
        .query("SELECT agent_id, shift, start_at::VARCHAR, end_at::VARCHAR FROM schedule ORDER BY 1")
        .rows()
    )
    assert rows == [
        ("1001", "夜", "2026-10-01 22:00:00", "2026-10-02 06:00:00"),
        ("1002", "早", "2026-10-02 08:00:00", "2026-10-02 16:00:00"),
    ]
    assert current(home).query("SELECT raw, rule FROM rejects").rows() == [("10-01: Q", "unknown_shift")]


def reversed_text(path, encoding, delimiter):
    rows = list(csv.reader(io.StringIO(path.read_text(encoding)), delimiter=delimiter))
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(row[::-1] for row in rows)
    return text.getvalue()


@pytest.mark.parametrize(
    ("sample", "encoding", "delimiter"),
    [("bank_calls.txt", "utf-8", "\t"), ("pbx_report.csv", "gb18030", ",")],
)
def test_neither_name_nor_order_of_columns_matters(tmp_path, home, sample, encoding, delimiter):
    other = tmp_path / "x.dat"
    other.write_text(reversed_text(SAMPLES / sample, encoding, delimiter), encoding=encoding)
    load(home, [other])
    turned = calls(home, "* EXCLUDE (file_id, customer_key)")
    straight = type(home)(tmp_path / "straight")
    load(straight, [SAMPLES / sample])
    assert turned == calls(straight, "* EXCLUDE (file_id, customer_key)")
    assert turned


def test_neither_name_nor_order_of_columns_matters_in_a_workbook(tmp_path, home):
    path = tmp_path / "x.dat"
    write_workbook(path, [row[::-1] for row in PHONENOW])
    assert [line[:2] for line in counts(load(home, [path]))] == [
        ("phonenow_calls", "calls"),
        ("phonenow_calls", "surveys"),
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<!DOCTYPE html><html><body>Please sign in</body></html>", "an HTML page"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:00", "Git LFS pointer"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Office program"),
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"\x00\x01\x02\x03binary", "neither text nor a workbook"),
        (b"a,b,c\n1,2,3\n", "matches no known source"),
    ],
)
def test_what_is_no_table_is_refused_by_name_and_nothing_changes(
    home, calls_file, tmp_path, content, sentence
):
    load(home, [calls_file])
    before = (home.snapshots / "CURRENT").read_bytes()
    bad = tmp_path / "export.csv"
    bad.write_bytes(content)
    (file,) = load(home, [bad]).files
    assert file.status == "refused"
    assert sentence in str(file.problem)
    assert "export.csv" in str(file.problem)
    assert (home.snapshots / "CURRENT").read_bytes() == before


@pytest.fixture
def calls_file(calls):
    return calls("calls.csv", "C1,2026-10-01 09:00:00,是,1,1,1,")


def test_a_missing_file_is_refused_and_the_others_load(home, calls_file, tmp_path):
    report = load(home, [tmp_path / "missing.csv", calls_file])
    assert [file.status for file in report.files] == ["refused", "loaded"]
    assert report.snapshot == "000001"


def test_an_unknown_source_says_which_are_known(home, calls_file):
    (file,) = load(home, [calls_file], source="no_such_pbx").files
    assert "bank_calls" in str(file.problem)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            'headers = ["a"]\ntitle = {}\n[[table]]\ncontract = "call"\n[table.columns]\n',
            "no contract “call”",
        ),
        (
            'headers = ["a"]\ntitle = {}\n[[table]]\ncontract = "calls"\n[table.columns]\ncall_idd = "a"\n',
            "no such column",
        ),
        (
            'headers = ["a"]\ntitle = {}\n[[table]]\ncontract = "calls"\n[table.columns]\ncall_id = "a"\n',
            "required",
        ),
        (
            'headers = ["a"]\ntitle = {}\n[[table]]\ncontract = "calls"\n[table.columns]\n'
            'call_id = "(SELECT a FROM calls)"\n',
            "subquery is not allowed",
        ),
        (
            'headers = ["a"]\ntitle = {}\n[[table]]\ncontract = "calls"\n[table.columns]\ncall_id = "max(a)"\n',
            "max() is not allowed",
        ),
        ('headers = ["a"]\ntitel = {}\n', "titel"),
    ],
)
def test_a_faulty_map_of_ones_own_is_named_with_its_fault(home, text, fault):
    (home.config / "sources").mkdir(parents=True)
    (home.config / "sources" / "ours.toml").write_text(text)
    with pytest.raises(Problem) as caught:
        load_sources(home.config)
    assert "ours.toml" in str(caught.value)
    assert fault in str(caught.value)


def test_a_map_of_ones_own_is_used(home, write):
    (home.config / "sources").mkdir(parents=True)
    (home.config / "sources" / "ours.toml").write_text(
        'headers = ["Nr", "Zeit", "ok"]\ntitle = { en = "ours" }\n[[table]]\ncontract = "calls"\n[table.columns]\n'
        'call_id = "nr"\nstarted_at = { expression = "zeit", formats = ["%d.%m.%Y %H:%M"] }\n'
        'answered = { expression = "ok", values = { ja = "true", nein = "false" } }\n'
    )
    load(home, [write("x.csv", "Nr;Zeit;ok", "1;02.10.2026 09:00;ja")])
    assert calls(home, "call_id, started_at::VARCHAR, answered") == [("1", "2026-10-02 09:00:00", True)]


def test_templates_load_and_are_wide_where_people_fill_them_by_hand(home, tmp_path):
    paths = write_templates(tmp_path / "t", "zh", [("吐字清晰", 5)], date(2026, 10, 1))
    assert len(paths) == 32
    qa = openpyxl.load_workbook(tmp_path / "t" / "qa_reviews.xlsx").active
    assert qa.cell(1, qa.max_column).value == "吐字清晰[5]"
    roster = openpyxl.load_workbook(tmp_path / "t" / "schedule.xlsx").active
    assert [roster.cell(1, place).value for place in (1, 3, roster.max_column)] == [
        "工号",
        "2026-10-01",
        "2026-10-31",
    ]
    report = load(home, paths)
    assert {file.status for file in report.files} == {"loaded"}
    assert {str(file.warnings[0]) for file in report.files} == {"There are no rows under the header."}
    expected = {path.stem for path in paths}
    assert {file.table for file in report.files} == expected


def test_english_templates_are_recognised_too(home, tmp_path):
    paths = write_templates(tmp_path / "t", "en", [("Clear voice", 5)], date(2026, 10, 1))
    report = load(home, paths)
    assert {file.table for file in report.files} == {path.stem for path in paths}


def test_a_file_of_which_hardly_a_word_is_known_is_not_taken_for_a_plain_one(home, write) -> None:
    """An attendance export has ids and names of people, and is no roster."""
    lines = ["工号,姓名,日期,上班时间,下班时间,请假类型,备注", "8001,客服一,2026/10/1,08:55,18:03,,"]
    path = write("attendance.csv", *lines)
    (file,) = load(home, [path]).files
    assert file.status == "refused"
    assert "Of its 7 columns only 工号, 姓名 are known; not 日期" in str(file.problem)
    (file,) = load(home, [path], table="agents").files
    assert file.status == "loaded"


def test_nameless_and_own_columns_beside_known_ones_do_not_matter(home, write) -> None:
    head = "通话编号,来电时间,是否接通" + "," * 11 + ",制表人"
    path = write("calls.csv", head, "C1,2026-10-01 09:00:00,是" + "," * 11 + ",某某")
    assert load(home, [path]).files[0].status == "loaded"
    own = ",".join(f"自定义{n}" for n in range(12))
    path = write("roster.csv", f"工号,姓名,班组,生效日期,{own}", "8001,客服一,一组,2026-01-01" + "," * 12)
    assert load(home, [path]).files[0].status == "loaded"
