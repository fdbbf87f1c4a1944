"""Unknown files: what they could be loaded as, every doubtful choice in it, and the source map made of it."""

from etl.propose.answer import answer, propose
from etl.propose.compose import compose
from etl.propose.draft import IGNORE, NOTHING, Decision, Draft, Field, Table
from etl.propose.layout import Layout, layouts
from etl.propose.written import check_name, doubtful, map_text, save, undecided

__all__ = [
    "IGNORE",
    "NOTHING",
    "Decision",
    "Draft",
    "Field",
    "Layout",
    "Table",
    "answer",
    "check_name",
    "compose",
    "doubtful",
    "layouts",
    "map_text",
    "propose",
    "save",
    "undecided",
]
