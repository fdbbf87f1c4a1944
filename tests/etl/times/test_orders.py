"""Day, month or year first: told apart by evidence, or asked."""

from datetime import date, datetime, timedelta

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.maps.conversions import prepare
from etl.times import read_times
from tests.etl.read_values import keys, values


@pytest.fixture(scope="module")
def con():
    connection = duckdb.connect()
    prepare(connection)
    return connection


AMBIGUOUS = [f"{day}/9/2017 16:33:0{day}" for day in (1, 2, 3, 4)]


@pytest.mark.parametrize(
    ("texts", "beside", "order"),
    [
        (["13/9/2017 1:00", "1/9/2017 1:00"], {}, "dmy"),
        (["9/13/2017 1:00", "1/9/2017 1:00"], {}, "mdy"),
        (AMBIGUOUS, {"id": [str(1504279981 + 86_400 * n) + ".1" for n in range(4)]}, "dmy"),
        (
            AMBIGUOUS,
            {
                "id": [str(1483979581 + 31 * 86_400 * n) for n in range(1)]
                + ["1486657981", "1489077181", "1491755581"]
            },
            "mdy",
        ),
        (AMBIGUOUS, {"day": ["Fri", "Sat", "Sun", "Mon"]}, "dmy"),
        (AMBIGUOUS, {"星期": ["星期一", "星期四", "星期四", "星期日"]}, "mdy"),
        (AMBIGUOUS, {"made": [f"2017-09-0{n} 16:33:00" for n in (1, 2, 3, 4)]}, "dmy"),
        (AMBIGUOUS, {"made": ["Jan 9, 2017", "Feb 9, 2017", "Mar 9, 2017", "Apr 9, 2017"]}, "mdy"),
        (AMBIGUOUS, {"closed": ["30/9/2018 1:00", "2/3/2018 1:00", "", "4/5/2019 2:00"]}, "dmy"),
        (["Fri 1/9/2017 8:00", "Sat 2/9/2017 8:00", "Sun. 3/9/2017 8:00"], {}, "dmy"),
        (["9/1/2017（星期五）", "10/1/2017（星期日）"], {}, "mdy"),
        (["Wed 1/9/2017 8:00", "Tue 2/9/2017 8:00"], {}, None),  # neither agrees
        (AMBIGUOUS, {}, None),
        (AMBIGUOUS, {"closed": ["30.9.2018 1:00"] * 4}, None),  # another hand
        (AMBIGUOUS, {"id": ["1", "2", "3", "4"], "name": ["a", None, "b", "c"]}, None),
        (AMBIGUOUS, {"day": ["Fri", "Sun", "Fri", "Wed"]}, None),
    ],
)
def test_day_and_month_are_told_apart_by_evidence_or_asked(texts, beside, order):
    reading = read_times(texts, beside)
    assert reading.order == order
    assert keys(reading) == ([] if order else ["order n/n/yyyy"])
    if order:
        assert reading.evidence
    else:
        assert reading.formats == ()
        assert "2017-09-0" in str(reading.doubts[0].question)
        assert read_times(texts, beside, answers={"order n/n/yyyy": "mdy"}).order == "mdy"


def test_an_epoch_column_proves_the_offset():
    epochs = [str(1504279981 + 86_400 * n) + ".1" for n in range(4)]
    assert read_times(AMBIGUOUS, {"id": epochs}).offset == 60
    assert read_times(AMBIGUOUS).offset is None


def calls(first, days, form, step=1):
    """Texts of 50 calls a day."""
    begin = datetime.fromisoformat(first)
    moments = [begin + timedelta(days=step * day, minutes=17 * n) for day in range(days) for n in range(50)]
    return [moment.strftime(form) for moment in moments]


def test_the_order_of_the_rows_tells():
    texts = calls("2026-09-09", 4, "%d/%m/%Y") + calls("2026-10-01", 4, "%d/%m/%Y")
    reading = read_times(texts)
    assert reading.order == "dmy"
    assert "order of time" in str(reading.evidence[0])
    assert read_times(texts[::-1]).order == "dmy"
    shuffled = [texts[(37 * n) % len(texts)] for n in range(len(texts))]
    assert keys(read_times(shuffled)) == ["order n/n/yyyy"]


def test_how_close_together_the_days_lie_tells():
    within = calls("2017-09-01", 8, "%d/%m/%Y %H:%M")
    reading = read_times([within[(37 * n) % len(within)] for n in range(len(within))])
    assert reading.order == "dmy"
    assert "8 days lie within 8" in str(reading.evidence[0])
    assert keys(read_times(within[:100])) == ["order n/n/yyyy"]  # two days


def test_a_monthly_list_is_not_taken_for_the_days_of_one_month():
    firsts = [f"{month:02}/01/2026" for month in range(1, 9)] * 10
    assert keys(read_times(firsts)) == ["order n/n/yyyy"]


def test_no_row_lies_after_a_day_that_is_said():
    texts = ["03/04/2026 10:00", "03/05/2026 11:00"]
    assert keys(read_times(texts)) == ["order n/n/yyyy"]
    assert keys(read_times(texts, latest=date(2026, 12, 31))) == ["order n/n/yyyy"]
    assert read_times(texts, latest=date(2026, 4, 1)).order == "mdy"


def test_a_year_of_two_digits():
    texts = calls("2015-01-04", 40, "%d-%m-%y", step=8)
    assert read_times(texts).order == "dmy"
    assert keys(read_times(["22-04-15", "04-08-15"])) == ["order n-n-n"]
    assert read_times(["4-8-15", "5-8-15", "30-8-15"]).order == "dmy"  # a year has two digits


def test_several_formats_in_one_column_are_each_decided_by_their_own(con):
    texts = ["2026-02-13 04:05:00"] * 20 + [
        "09-20-2026 17:56:00",
        "03-04-2026 01:02:00",
        "2026-03-04 01:02:00",
    ]
    reading = read_times(texts)
    assert reading.certain
    assert set(reading.formats) == {"%Y-%m-%d %H:%M:%S", "%m-%d-%Y %H:%M:%S"}
    assert values(con, reading, texts)[-3:] == [
        datetime(2026, 9, 20, 17, 56),
        datetime(2026, 3, 4, 1, 2),
        datetime(2026, 3, 4, 1, 2),
    ]
    open_ = read_times([*texts[:20], "03-04-2026 01:02:00"])  # nothing but the others' order speaks for it
    assert keys(open_) == ["order n-n-yyyy"]


def test_both_orders_in_one_way_of_writing_are_asked(con):
    texts = ["13/9/2017", "9/14/2017", "1/9/2017"]
    reading = read_times(texts)
    assert keys(reading) == ["order n/n/yyyy"]
    settled = read_times(texts, answers={"order n/n/yyyy": "mdy"})
    assert values(con, settled, texts) == [datetime(2017, 9, 13), datetime(2017, 9, 14), datetime(2017, 1, 9)]


def test_two_hands_are_told_apart_by_their_clocks(con):
    texts = ["13/9/2017 16:00", "1/9/2017 16:00", "9/13/2017 4:00 PM", "9/1/2017 4:00 PM"]
    reading = read_times(texts)
    assert reading.certain
    assert values(con, reading, texts) == [datetime(2017, 9, 13, 16), datetime(2017, 9, 1, 16)] * 2


def test_days_that_a_spreadsheet_swapped_are_asked():
    texts = [f"{day}/9/2017 8:00" for day in range(13, 20)] + [
        f"2017-{day:02}-09 08:00:00" for day in range(1, 9)
    ]
    assert keys(read_times(texts)) == ["swapped"]
    assert read_times(texts, answers={"swapped": "time"}).certain


FORMS = (
    *(
        "%Y-%m-%d %H:%M:%S",
        "%Y/%m/%d %H:%M:%S",
        "%d/%m/%Y %H:%M:%S",
        "%m/%d/%Y %I:%M:%S %p",
        "%m-%d-%Y %H:%M:%S",
    ),
    *(
        "%d.%m.%y %H:%M:%S",
        "%d-%b-%Y %H:%M:%S",
        "%Y年%m月%d日 %H:%M:%S",
        "%Y%m%d%H%M%S",
        "%b %d, %Y %I:%M:%S %p",
    ),
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(FORMS), min_size=1, max_size=3, unique=True),
    st.lists(
        st.tuples(
            st.integers(0, 2),
            st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 31)).map(
                lambda m: m.replace(microsecond=0)
            ),
        ),
        min_size=1,
        max_size=40,
    ),
    st.booleans(),
)
def test_what_is_certain_is_right(con, forms, rows, ordered):
    truth = [(forms[which % len(forms)], moment) for which, moment in rows]
    if ordered:
        truth.sort(key=lambda row: row[1])
    texts = [moment.strftime(form) for form, moment in truth]
    reading = read_times(texts)
    if reading.certain and not reading.unread:
        assert values(con, reading, texts) == [moment for _, moment in truth], reading
