"""What a page sends when somebody typed: checked, turned into what is stored, and saved with its version."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date

from dashboard.markup.fields import field_id, target_shown
from dashboard.server.access import Person
from dashboard.words.translate import problem_text, words
from dashboard.words.typed import parse_target
from etl.errors import N_, Problem
from etl.home import Home
from etl.personal import mask_numbers
from kpi.catalog.definitions import Catalog
from kpi.catalog.load import load_catalog
from kpi.figures.view import records_of
from kpi.records import Records, SheetKey, StaleSave, Unwritten
from kpi.records.cycle_kept import steps_of
from kpi.records.steps import state_of
from kpi.scope import parse_month
from kpi.sheets.goals import RECORD
from kpi.sheets.measures import ENDED, SUPPORT
from kpi.units import UnitKey

ABOUT_ALL = {"meeting_date", *RECORD, *SUPPORT.values()}  # fields of a goal sheet that belong to no indicator
SAID = ("cause", "measures", "owner", SUPPORT["text"], SUPPORT["owner"], *RECORD)
TEXTS = {("goals", name) for name in SAID} | {("appraisal", "example")}
DATES = {("goals", "meeting_date"), ("goals", "due"), ("appraisal", "example_on")}
CHOICES = {("goals", "category"), ("goals", "status"), ("goals", SUPPORT["status"])}
LONGEST_KEY = 1000  # characters of what a subject is known by
MOST_VERSIONS = 1_000_000_000
NUMBERS = {("goals", "next_target"), ("appraisal", "score")}


def save_field(home: Home, sent: Mapping[str, object], person: Person) -> tuple[int, dict]:
    """Save one field of a sheet; the HTTP status and the answer for the page.

    200 {"version", "shown"}; 409 {"message", "version", "shown"} with what the field holds now, when
    it was saved elsewhere in between; 422 {"message"} for text that cannot be read; 503 {"message"} while
    the records cannot be written. Nothing but 200 changes anything, and the page keeps what was typed:
    after 503 it tries again by itself.
    """
    lang = str(sent.get("lang", "en"))
    try:
        catalog = load_catalog(home.config)
        sheet, indicator, field = _place(sent, catalog)
        unit = catalog.indicators[indicator].unit if field == "next_target" else "count"
        stored = stored_text(sheet.kind, field, _text(sent, "value"), unit)
        if (sheet.kind, field) in CHOICES and stored not in _choices(catalog)[field]:
            raise _no_field()
        records = _records(home)
        try:
            version = records.save(sheet, indicator, field, stored, version=_version(sent), who=person.name)
        except StaleSave as stale:
            if stale.current.value == stored:
                version = stale.current.version  # the same words from another window are no conflict
            else:
                now = stale.current
                return 409, {
                    "message": words(lang)(
                        "Changed elsewhere in the meantime. Both texts are kept: choose one."
                    ),
                    "version": now.version,
                    "shown": target_shown(now.value, unit) if field == "next_target" else now.value,
                }
    except Problem as problem:
        _, what, do = problem_text(problem, lang)
        return 503 if isinstance(problem, Unwritten) else 422, {"message": f"{what} {do}".strip()}
    return 200, {
        "version": version,
        "shown": target_shown(stored, unit) if field == "next_target" else stored,
    }


def read_sheet(home: Home, sent: Mapping[str, object]) -> dict:
    """What a sheet holds now, for a page that shows it: {"state", "fields": {name: {"value", "version"}}}.

    `sent` holds the parts of a SheetKey as texts; Problem when there is no such sheet.
    """
    sheet, catalog, records = _sheet(sent), load_catalog(home.config), records_of(home)
    saved = records.cells(sheet) if records else {}
    units = {key: indicator.unit for key, indicator in catalog.indicators.items()}
    return {
        "state": state_of(steps_of(records, sheet)),
        "fields": {
            field_id(indicator, field): {
                "value": target_shown(cell.value, units[indicator]) if field == "next_target" else cell.value,
                "version": cell.version,
            }
            for (indicator, field), cell in saved.items()
            if field != "next_target" or indicator in units
        },
    }


def stored_text(kind: str, field: str, text: str, unit: UnitKey) -> str:
    """`text` as it is stored: numbers plain (a share as a fraction), dates as 2026-10-05, "" for nothing.

    What is personal in a text is masked.
    """
    if (kind, field) in TEXTS | CHOICES:
        return mask_numbers(text)
    text = unicodedata.normalize("NFKC", text).strip()
    if not text:
        return ""
    if (kind, field) in DATES:
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            raise Problem(
                field, N_("“{text}” is not a date."), N_("Write it as 2026-10-05."), text=text
            ) from None
    if field == "score":
        if text not in {"1", "2", "3", "4", "5"}:
            raise Problem(field, N_("“{text}” is not a rating."), N_("Choose 1 to 5."), text=text)
        return text
    return f"{parse_target(text, unit):.12g}"


def _place(sent: Mapping[str, object], catalog: Catalog) -> tuple[SheetKey, str, str]:
    """The sheet, indicator and field to save; Problem for one that does not exist."""
    key = _sheet(sent.get("sheet"))
    indicator, field = _text(sent, "indicator"), _text(sent, "field")
    known = {
        "goals": set(catalog.indicators),
        "appraisal": {parameter.key for parameter in catalog.parameters},
    }[key.kind]
    if (
        (key.kind, field) not in TEXTS | DATES | NUMBERS | CHOICES
        or (indicator not in known and indicator != "")
        or (field in ABOUT_ALL) != (indicator == "")
    ):
        raise _no_field()
    return key, indicator, field


def _sheet(sent: object) -> SheetKey:
    """The key of the sheet that was sent; Problem for one that cannot be."""
    said = sent if isinstance(sent, Mapping) else {}
    if (
        said.get("kind") not in ("goals", "appraisal")
        or said.get("subject_kind") not in ("all", "team", "person")
        or (said["subject_kind"] == "all") != (not _text(said, "subject_key"))
        or len(_text(said, "subject_key")) > LONGEST_KEY
    ):
        raise _no_field()
    month = parse_month(_text(said, "month")).month
    return SheetKey(said["kind"], month, said["subject_kind"], _text(said, "subject_key"))


def _text(sent: Mapping[str, object], name: str) -> str:
    """A text that was sent, "" for none; Problem for a number, a list or the like."""
    text = sent.get(name, "")
    if not isinstance(text, str):
        raise _no_field()
    return text


def _choices(catalog: Catalog) -> dict[str, set[str]]:
    """The keys that may be chosen in a field, by the field's name."""
    ended = {"", *ENDED}
    causes = {"", *(cause.key for cause in catalog.causes)}
    return {"category": causes, "status": ended, SUPPORT["status"]: ended}


def _version(sent: Mapping[str, object]) -> int:
    version = sent.get("version")
    if type(version) is not int or not 0 <= version <= MOST_VERSIONS:  # true is an int, and no version
        raise _no_field()
    return version


def _no_field() -> Problem:
    return Problem("save", N_("This field does not exist."), N_("Reload the page and type it again."))


def _records(home: Home) -> Records:
    if not home.exists:
        raise Problem(str(home.path), N_("Nothing has been loaded yet."), N_("Load your files first."))
    return records_of(home, create=True)
