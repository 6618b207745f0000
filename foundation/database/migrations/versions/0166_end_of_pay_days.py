"""A settlement calendar may say that from a day on the county has no pay days: a row without days.

The downgrade deletes those rows: the pay days before them go on.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0166"
down_revision = "0165"
branch_labels = None
depends_on = None

TABLE, ONE_KIND = "settlement_calendar", "ck_settlement_calendar_one_kind"
OR_NONE = "num_nonnulls(weekday, month_day) = num_nonnulls(cut_off_days)"


def upgrade() -> None:
    """Let a row have no days and no cut-off."""
    op.alter_column(TABLE, "cut_off_days", existing_type=sa.SmallInteger(), nullable=True)
    op.drop_constraint(op.f(ONE_KIND), TABLE, type_="check")
    op.create_check_constraint(op.f(ONE_KIND), TABLE, OR_NONE)


def downgrade() -> None:
    """Every row has days."""
    op.execute("ALTER TABLE settlement_calendar DISABLE TRIGGER judged")
    op.execute("DELETE FROM settlement_calendar WHERE cut_off_days IS NULL")
    op.execute("ALTER TABLE settlement_calendar ENABLE TRIGGER judged")
    op.drop_constraint(op.f(ONE_KIND), TABLE, type_="check")
    op.create_check_constraint(op.f(ONE_KIND), TABLE, "(weekday IS NULL) <> (month_day IS NULL)")
    op.alter_column(TABLE, "cut_off_days", existing_type=sa.SmallInteger(), nullable=False)
