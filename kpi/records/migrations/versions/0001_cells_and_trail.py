"""The typed fields, and the append-only trail of their changes.

On SQLite triggers keep the trail append-only. PostgreSQL will get the same in the migration that
brings its support: one plpgsql function that raises, called by a trigger BEFORE UPDATE OR DELETE and
one BEFORE TRUNCATE on trail, and only INSERT and SELECT on trail granted to the program's role.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_SHEET = ("kind", "month", "subject_kind", "subject_key")
_CELL = (*_SHEET, "indicator", "field")

_REFUSALS = (
    "CREATE TRIGGER trail_no_update BEFORE UPDATE ON trail"
    " BEGIN SELECT RAISE(ABORT, 'trail is append-only'); END",
    "CREATE TRIGGER trail_no_delete BEFORE DELETE ON trail"
    " BEGIN SELECT RAISE(ABORT, 'trail is append-only'); END",
    # INSERT OR REPLACE removes a row without calling the trigger on DELETE.
    "CREATE TRIGGER trail_next_only BEFORE INSERT ON trail"
    " WHEN new.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM trail)"
    " BEGIN SELECT RAISE(ABORT, 'trail is append-only'); END",
)


def upgrade() -> None:
    """Create both tables and the triggers."""
    op.create_table(
        "cells",
        *(sa.Column(name, sa.String, primary_key=True) for name in _CELL),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("saved_at", sa.DateTime, nullable=False),
        sa.Column("saved_by", sa.String, nullable=False),
    )
    op.create_table(
        "trail",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("who", sa.String, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in _CELL),
        sa.Column("old_value", sa.Text, nullable=False),
        sa.Column("new_value", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("previous_hash", sa.String, nullable=False),
        sa.Column("hash", sa.String, nullable=False),
    )
    op.create_index("trail_sheet", "trail", _SHEET)
    if op.get_context().dialect.name == "sqlite":
        for refusal in _REFUSALS:
            op.execute(refusal)
