"""The checklist of closing a month as HTML. Pure."""

from __future__ import annotations

from collections.abc import Callable

import htpy as h

from dashboard.words.closing import ITEMS, state_lines, taken_text
from dashboard.words.translate import words
from kpi.sheets.closing import Closing


def closing_html(found: Closing, address: Callable[[str], str], lang: str) -> h.Renderable:
    """Whether the month is closed, then every item with its count and the way to it, then the steps taken.

    `address` is that of a page by its name.
    """
    t = words(lang)
    lead, *more = state_lines(found, lang)
    rows = [
        h.tr(data_item=one.key)[
            h.th(scope="row")[t(ITEMS[one.key][0])],
            h.td(".kpi-right", class_={"kpi-hot": one.count and not found.closed})[str(one.count)],
            h.td[
                h.a(href=address(ITEMS[one.key][1]), target="_self")[t(ITEMS[one.key][2])]
                if one.count
                else "✓"
            ],
        ]
        for one in found.open
    ]
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
