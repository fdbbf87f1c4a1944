"""Empty files in the product's own format, one a contract, for people to fill."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import xlsxwriter

from etl.contracts.contract import Contract
from etl.contracts.facts import CONTRACTS
from etl.errors import N_, Problem
from etl.maps.plain_format import ITEM_HEADER


def write_templates(
    folder: Path, lang: str, qa_points: Sequence[tuple[str, float]], month: date
) -> list[Path]:
    """Write one workbook and one CSV a contract into `folder`, headed in `lang` ("zh" or "en").

    The QA form gets one column for each of `qa_points` (point, maximum); the roster has names down
    and the days of `month` across. Returns the paths; Problem when the folder cannot be written.
    """
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for contract in CONTRACTS.values():
            header = _header(contract, lang, qa_points, month)
            for suffix in ("xlsx", "csv"):
                path = folder / f"{contract.name}.{suffix}"
                _write(path, contract, header, lang)
                written.append(path)
    except OSError as error:
        raise Problem(
            str(folder),
            N_("It cannot be written ({reason})."),
            N_("Name another folder."),
            reason=error.strerror or error,
        ) from None
    return written


def _header(contract: Contract, lang: str, points: Sequence[tuple[str, float]], month: date) -> list[str]:
    if contract.name == "schedule":
        first = month.replace(day=1)
        days = [
            first + timedelta(days=n) for n in range(31) if (first + timedelta(days=n)).month == first.month
        ]
        names = ("工号", "姓名") if lang == "zh" else ("Agent ID", "Name")
        return [*names, *(day.isoformat() for day in days)]
    header = [column.zh if lang == "zh" else column.en for column in contract.columns]
    if contract.name == "qa_reviews":
        header += [f"{point}[{maximum:g}]" for point, maximum in points]
    return header


def _write(path: Path, contract: Contract, header: list[str], lang: str) -> None:
    if path.suffix == ".csv":
        # Excel takes a CSV without a byte-order mark for the local code page and garbles Chinese.
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerow(header)
        return
    workbook = xlsxwriter.Workbook(path)
    sheet = workbook.add_worksheet(contract.zh if lang == "zh" else contract.en)
    bold = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    text = workbook.add_format({"num_format": "@"})
    choices = {
        name: [words[0] if lang == "zh" else value for value, words in column.choices.items()]
        for column in contract.columns
        if column.choices
        for name in (column.zh, column.en)
    }
    for place, word in enumerate(header):
        wide = ITEM_HEADER.match(word) or word[:2] == "20"
        # Cells are text, so that Excel neither drops leading zeros nor reorders a date.
        sheet.set_column(place, place, 12 if wide else max(10, 2 * len(word)), text)
        sheet.write_string(0, place, word, bold)
        if word in choices:
            sheet.data_validation(1, place, 5000, place, {"validate": "list", "source": choices[word]})
    sheet.freeze_panes(1, 0)
    workbook.close()
