"""Unknown files: what they could be loaded as, every doubtful choice in it, and the source map made of it."""

from etl.propose.compose import compose
from etl.propose.draft import ELSEWHERE, IGNORE, NOTHING, Decision, Decisions, Draft, Field, Question, Table
from etl.propose.file_table import Layout, layouts
from etl.propose.proposal_document import (
    answer,
    asked_of,
    known_people,
    looks,
    propose,
    read_layouts,
    said_doubts,
    value_name,
)
from etl.propose.roster import can_mean
from etl.propose.tables import ranked
from etl.propose.who import with_people
from etl.propose.written import doubtful, left_out, map_text, save, undecided

__all__ = [
    "ELSEWHERE",
    "IGNORE",
    "NOTHING",
    "Decision",
    "Decisions",
    "Draft",
    "Field",
    "Layout",
    "Question",
    "Table",
    "answer",
    "asked_of",
    "can_mean",
    "compose",
    "doubtful",
    "known_people",
    "layouts",
    "left_out",
    "looks",
    "map_text",
    "propose",
    "ranked",
    "read_layouts",
    "said_doubts",
    "save",
    "undecided",
    "value_name",
    "with_people",
]
