"""What is wrong with a field of an entry, or with a file of them, as sentences that can be translated."""

from __future__ import annotations

import difflib
import re

from etl.errors import N_, Problem
from kpi.catalog.entries import Entry

# By pydantic's name of a fault: what was expected instead.
_EXPECTED = {
    "string_type": N_("a text"),
    "string_too_short": N_("a text that is not empty"),
    "string_pattern_mismatch": N_("a month such as 2026-10"),
    "float_type": N_("a number"),
    "int_type": N_("a whole number"),
    "int_from_float": N_("a whole number"),
    "finite_number": N_("a finite number"),
    "list_type": N_("a list"),
    "too_short": N_("at least one"),
    "dict_type": N_("a table"),
    "model_type": N_("a table"),
}
_BOUNDS = {"greater_than_equal": ("≥", "ge"), "greater_than": (">", "gt"), "less_than_equal": ("≤", "le")}


def no_toml(where: str, reason: str) -> Problem:
    """The fault of a file that is no TOML, by what its reader says."""
    if at := re.search(r"at line (\d+), column (\d+)", reason):
        what = N_("This is not TOML: look at line {line}, column {column}.")
        return Problem(where, what, N_("Correct it."), line=int(at[1]), column=int(at[2]))
    return Problem(where, N_("This is not TOML: it breaks off, or is no text in UTF-8."), N_("Correct it."))


def field_faults(where: str, model: type[Entry], faults: list[dict]) -> list[Problem]:
    """The faults that pydantic found in the fields of an entry, one for each field."""
    by_field: dict[str, dict] = {}
    for fault in faults:
        # Of a field that may be a number or a table, the kind that was tried stands among the names.
        names = [str(part) for part in fault["loc"] if not re.search(r"float|dict\[|^\[key\]$", str(part))]
        by_field.setdefault(".".join(names), fault)
    return [
        _field_fault(where, model, field, fault)
        for field, fault in by_field.items()
        if not any(other.startswith(f"{field}.") for other in by_field)
    ]


def _field_fault(where: str, model: type[Entry], field: str, fault: dict) -> Problem:
    if fault["type"] == "missing":
        return Problem(where, N_("“{field}” is missing."), N_("Add it."), field=field)
    if fault["type"] == "extra_forbidden":
        known = list(model.model_fields) if len(fault["loc"]) == 1 else ["zh", "en"]
        near = difflib.get_close_matches(str(fault["loc"][-1]), known, n=1)
        return Problem(
            where,
            N_("Unknown field “{field}”."),
            N_("Did you mean “{near}”?") if near else N_("Known are {near}."),
            field=field,
            near=near[0] if near else ", ".join(known),
        )
    what = N_("“{field}” cannot be {value}: expected {expected}.")
    value = repr(fault["input"])
    return Problem(where, what, N_("Correct it."), field=field, value=value, expected=_expected(fault))


def _expected(fault: dict) -> str:
    if fault["type"] == "literal_error":
        return re.sub(r" or |, ", ", ", fault["ctx"]["expected"].replace("'", ""))
    if fault["type"] in _BOUNDS:
        sign, bound = _BOUNDS[fault["type"]]
        return f"{sign} {fault['ctx'][bound]:g}"
    return _EXPECTED.get(fault["type"], N_("something else"))
