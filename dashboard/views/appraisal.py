"""The appraisal: seven parameters of one person in one month; for a team or everyone, the list of people."""

from dashboard.html import appraisal as appraisal_form
from dashboard.html import lists
from dashboard.parts import common as widgets
from dashboard.parts.session import current
from dashboard.parts.sidebar import open_person
from dashboard.words.numbers import as_of_text, grades_text
from dashboard.words.translate import in_words
from kpi.records import SheetKey
from kpi.sheets.appraisal import appraisal_sheet, appraisal_sheets

frame = current()
t, scope = frame.t, frame.monthly
widgets.heading(frame, t("Performance appraisal"), widgets.scope_line(frame, scope), "appraisal", scope)
if not widgets.empty_home(frame):
    if frame.scope != scope:
        widgets.note(t("This form is monthly: it shows the month in which the chosen period ends."))
    if scope.subject.is_person:
        sheet = appraisal_sheet(frame.view, scope)
        key = SheetKey("appraisal", scope.period.month, "person", scope.subject.key)
        widgets.sheet(
            frame,
            appraisal_form.appraisal_html(sheet, frame.lang),
            key="appraisal",
            sheet_key=key,
            fields=appraisal_form.appraisal_fields(sheet),
            rerun=True,
        )
        widgets.note(
            t(
                "This sheet is computed by the published appraisal rules; "
                "it takes effect once a person has reviewed and confirmed it."
            )
        )
        widgets.note(f"{grades_text(sheet.scheme, frame.lang)} {in_words(sheet.scheme.note, frame.lang)}")
        widgets.corrections(sheet, frame.lang)
        widgets.note(as_of_text(sheet.heading.as_of, frame.lang))
    else:
        sheets = appraisal_sheets(frame.view, scope)
        asked = widgets.sheet(frame, lists.people_html(sheets, frame.lang), key="people")
        if asked.person:
            open_person(frame.choice, asked.person)
