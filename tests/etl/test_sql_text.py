"""Blanks in SQL are filled by the type of what goes into them: nothing has to be remembered to be quoted."""

from __future__ import annotations

import duckdb
import pytest

from etl.sql_text import FALSE, Sql, any_of, defined, filled, literal, literals, same

ODD = 'a"; DROP TABLE t; --'


def test_a_text_becomes_a_name_whatever_it_is() -> None:
    assert filled("SELECT {name} FROM {t}", name=ODD, t="t") == 'SELECT "a""; DROP TABLE t; --" FROM "t"'
    with duckdb.connect() as con:
        con.execute(filled("CREATE TABLE {t} ({columns})", t="t", columns=defined([(ODD, "INTEGER")])))
        con.execute(filled("INSERT INTO {t} ({name}) VALUES (1)", t="t", name=ODD))
        assert con.execute(filled("SELECT {t.name} FROM {t}", t="t", name=ODD)).fetchall() == [(1,)]


def test_a_word_becomes_a_literal_whatever_it_is() -> None:
    words = ("it's", "'; DROP TABLE t; --", "{name}")
    text = filled("SELECT {one} IN ({all})", one=literal(words[1]), all=literals(words))
    assert duckdb.sql(text).fetchone() == (True,)


def test_several_names_numbers_and_values_with_names() -> None:
    assert filled("{key}", key=("a", "b")) == '"a", "b"'
    assert filled("{fact.key}", key=("a", "b")) == 'fact."a", fact."b"'
    assert filled("{n} {m} {flag}", n=-2, m=1e12, flag=True) == "-2 1000000000000.0 true"
    assert filled("{all}", all={"sum": Sql("x + 1"), "own": "x"}) == '(x + 1) AS "sum", ("x") AS "own"'
    assert filled("{now}", now=("a", Sql("count(*)"))) == '"a", count(*)'


def test_what_fills_a_blank_is_not_filled_itself_and_no_struct_is_a_blank() -> None:
    assert filled("{a}, {b}", a=Sql("{b}"), b=1) == "{b}, 1"
    assert filled("{'agent': {a}}", a=1) == "{'agent': 1}"
    with pytest.raises(KeyError, match="b"):
        filled("{a} {b}", a=1)


def test_conditions() -> None:
    assert any_of([Sql("a OR b"), Sql("c")]) == "(a OR b) OR (c)"
    assert any_of([]) == FALSE
    assert same(("a", "b"), "old", "new") == '"old"."a" = "new"."a" AND "old"."b" = "new"."b"'
