"""The appraisal: seven parameters of one person in one month; for a team or everyone, the list of people."""

from dashboard.markup import appraisal as form
from dashboard.markup import lists
from dashboard.parts import common as widgets
from dashboard.parts.page import page
from dashboard.parts.session import Frame, open_person
from dashboard.words.numbers import grades_text
from dashboard.words.translate import in_words
from etl.errors import N_
from kpi.records import SheetKey
from kpi.sheets.appraisal import appraisal_sheet, appraisal_sheets
from kpi.sheets.values import AppraisalSheet


def _find(frame: Frame) -> AppraisalSheet | tuple[AppraisalSheet, ...]:
    alone = frame.scope.subject.is_person
    return (appraisal_sheet if alone else appraisal_sheets)(frame.view, frame.scope)


def _draw(frame: Frame, found: AppraisalSheet | tuple[AppraisalSheet, ...]) -> None:
    if isinstance(found, tuple):
        asked = widgets.sheet(frame, lists.people_html(found, frame.lang), key="people")
        if asked.person:
            open_person(frame.choice, asked.person)
        return
    widgets.sheet(
        frame,
        form.appraisal_html(found, frame.lang),
        key="appraisal",
        sheet_key=SheetKey("appraisal", frame.scope.period.month, "person", frame.scope.subject.key),
        fields=form.appraisal_fields(found),
        rerun=True,
    )
    widgets.note(
        frame.t(
            "This sheet is computed by the published appraisal rules; "
            "it takes effect once a person has reviewed and confirmed it."
        )
    )
    widgets.note(f"{grades_text(found.scheme, frame.lang)} {in_words(found.scheme.note, frame.lang)}")


page(N_("Performance appraisal"), _draw, find=_find, about="month", exported="appraisal")
