"""Steps in the cycle of a goal sheet: one row each, never changed and never deleted."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_SHEET = ("kind", "month", "subject_kind", "subject_key")
_TEXTS = ("action", "indicator", "target", "by", "because", "form_number", "scan", "content")


def upgrade() -> None:
    """Create the table, and the triggers that keep its rows."""
    op.create_table(
        "steps",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.String, nullable=False) for name in _SHEET),
        *(sa.Column(name, sa.Text, nullable=False) for name in _TEXTS),
        sa.Column("from_day", sa.Date),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("saved_at", sa.DateTime, nullable=False),
        sa.Column("saved_by", sa.String, nullable=False),
    )
    op.create_index("steps_sheet", "steps", _SHEET)
    if op.get_context().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER steps_no_update BEFORE UPDATE ON steps"
            " BEGIN SELECT RAISE(ABORT, 'a step stays as it was taken'); END"
        )
        op.execute(
            "CREATE TRIGGER steps_no_delete BEFORE DELETE ON steps"
            " BEGIN SELECT RAISE(ABORT, 'a step stays as it was taken'); END"
        )
