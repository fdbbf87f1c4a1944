"""Causes as a fishbone 鱼骨图: a bone for each, on it what it was chosen for; no people. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import htpy as h

from dashboard.words.translate import in_words, words
from kpi.sheets.causes_chosen import Bone


def fishbone(bones: Sequence[Bone], lang: str) -> h.Renderable:
    """The bones above and below a spine in turn, the first of them at the head."""
    drawn = [_bone(bone, lang) for bone in bones]
    return h.div(".kpi-fishbone")[
        h.div[drawn[::2]],
        h.div[drawn[1::2]],
        h.b[words(lang)("Gaps of the month")],
    ]


def _bone(bone: Bone, lang: str) -> h.Renderable:
    told = [(in_words(one.name, lang), f" · {count}" if count > 1 else "") for one, count in bone.indicators]
    name = f"{in_words(bone.name, lang)} · {bone.count}"
    return h.div[h.b[name], [h.span[of, often] for of, often in told]]
