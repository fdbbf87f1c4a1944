"""Corrections of loaded data: one row each, never deleted; the trail holds every state it was in."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_TEXTS = (
    *("action", "contract", "keys", "queue", "team", "agent", "to_agent", "to_team", "column", "value"),
    *("reason", "evidence", "asked_by", "approved_by", "withdrawn_by", "withdrawn_because"),
)
_TIMES = ("starts_at", "ends_at", "approved_at", "withdrawn_at")


def upgrade() -> None:
    """Create the table, and the trigger that keeps its rows."""
    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in _TEXTS),
        *(sa.Column(name, sa.DateTime) for name in _TIMES),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("saved_at", sa.DateTime, nullable=False),
        sa.Column("saved_by", sa.String, nullable=False),
    )
    if op.get_context().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER corrections_no_delete BEFORE DELETE ON corrections"
            " BEGIN SELECT RAISE(ABORT, 'a correction is withdrawn, never deleted'); END"
        )
