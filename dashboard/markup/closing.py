"""The checklist of closing a month as HTML. Pure."""

from __future__ import annotations

import htpy as h

from dashboard.markup.glance import Address
from dashboard.words.closing import ITEMS, state_lines, taken_text
from dashboard.words.translate import words
from kpi.scope import Subject
from kpi.sheets.closing import Closing


def closing_html(found: Closing, address: Address, lang: str) -> h.Renderable:
    """Whether the month is closed, then every item with its count and the way to it, then the steps taken.

    `address` leads to a page about a subject.
    """
    t = words(lang)
    lead, *more = state_lines(found, lang)
    rows = []
    for one in found.open:
        name, page, todo = ITEMS[one.key]
        way = h.a(href=address(page, Subject()), target="_self")[t(todo)]
        late = {"kpi-hot": one.count > 0 and not found.closed}
        rows.append(
            h.tr(data_item=one.key)[
                h.th(scope="row")[t(name)],
                h.td(class_=["kpi-right", late])[str(one.count)],
                h.td[way if one.count else "✓"],
            ]
        )
    heading = t("Open when the month was closed") if found.closed else t("Open now")
    table = h.table(".kpi-plain")[
        h.thead[h.tr[h.th[heading], h.th(".kpi-right")[t("Count")], h.th[t("What to do")]]], h.tbody[rows]
    ]
    taken = [h.p(".kpi-note")[taken_text(one, lang)] for one in found.taken]
    return h.div(".kpi-closing")[
        h.p(".kpi-attention")[lead],
        h.p(".kpi-note")[" · ".join(more)],
        h.div(".kpi-scroll")[table] if rows else h.p(".kpi-note")[t("Nothing was open.")],
        taken,
    ]
