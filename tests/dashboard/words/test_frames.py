"""Frames in words: every column under its own contract's name, every rule as a sentence."""

from __future__ import annotations

import polars as pl
import pytest

from dashboard.words.frames import RULES, contract_name, label, rejects_shown, rows_shown
from etl.books.book_lists import reject_rows
from etl.contracts.contract import SQL_TYPE
from etl.contracts.facts import CONTRACTS, fact_columns
from kpi.catalog.relations import RELATIONS
from kpi.figures.figures import rows_behind
from kpi.figures.view import open_view
from kpi.scope import Scope, parse_month
from tests.dashboard.conftest import DAYS, full, make_home

OCTOBER = Scope(parse_month("2026-10"))


def in_chinese(text: str) -> bool:
    return any("\u3400" <= character <= "\u9fff" for character in text)


@pytest.mark.parametrize("contract", CONTRACTS)
def test_columns_are_called_as_their_contract_calls_them(contract: str) -> None:
    for column in CONTRACTS[contract].columns:
        assert label(column.name, (contract,), "zh") == column.zh
        assert label(column.name, (contract,), "en") == column.en


def test_the_same_column_has_another_name_in_another_contract() -> None:
    assert label("agent_id", ("calls",), "zh") == "接听工号"
    assert label("agent_id", ("tickets",), "zh") == "责任工号"
    assert label("item", ("tickets",), "zh") == "服务细项"
    assert label("item", ("qa_items",), "zh") == "质检要点"
    assert label("passes", ("calls",), "zh") == "计入分子"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_rows_behind_every_figure_have_headings_in_words(lang: str, tmp_path) -> None:
    tables = full()
    tables["promises"] = [{"created_at": f"{day} 09:00", "agent_id": "1001"} for day in DAYS]
    tables["observations"] = [
        {"observed_at": f"{day} 09:00", "standard": "uniform", "passed": True, "agent_id": "1001"}
        for day in DAYS
    ]
    view = open_view(make_home(tmp_path / "home", **tables))
    seen = set()
    for key, indicator in view.catalog.indicators.items():
        columns = rows_behind(view, key, OCTOBER).columns
        rows = pl.DataFrame({name: ["x"] for name in columns})  # filled, as an empty column is left out
        headings = rows_shown(rows, indicator, lang).columns
        assert len(headings) == len(columns)
        assert not [name for name in headings if "_" in name or name in columns], key
        assert all(in_chinese(name) for name in headings) == (lang == "zh"), (key, headings)
        seen.add(indicator.per if indicator.kind == "rate" else indicator.relation)
    assert seen == set(RELATIONS)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_rule_is_a_sentence(lang: str, tmp_path) -> None:
    rules = {"missing", "unknown_value", "wrong_number_of_cells"}
    rules |= {rule.name for contract in CONTRACTS.values() for rule in contract.rules}
    kinds = {"time", "date", "month", "seconds", "number", "whole", "flag"}
    assert kinds == set(SQL_TYPE) - {"key", "text", "choice", "agent", "customer"}
    rules |= {f"unreadable_{kind}" for kind in kinds}
    assert rules <= set(RULES)
    rejects = [
        {"file_id": 1, "contract": "tickets", "file_row": n, "column": "item", "raw": "x", "rule": rule}
        for n, rule in enumerate(sorted(rules))
    ]
    home = make_home(tmp_path / "home", **full() | {"rejects": rejects})
    shown = rejects_shown(reject_rows(open_view(home).snapshot), lang)
    assert set(shown.to_series(1)) == {contract_name("tickets", lang)}
    assert set(shown.to_series(3)) == {"服务细项" if lang == "zh" else "Service item"}
    for said in shown.to_series(5):
        assert "_" not in said
        assert in_chinese(said) == (lang == "zh")


def test_facts_have_no_column_without_words() -> None:
    for name, contract in CONTRACTS.items():
        for column, _ in fact_columns(contract):
            if column not in ("customer_key", "business_date", "file_id"):  # never shown
                assert "_" not in label(column, (name,), "en")
                assert in_chinese(label(column, (name,), "zh"))
