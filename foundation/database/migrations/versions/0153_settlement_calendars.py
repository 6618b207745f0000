"""A county says on which days it pays the charges that come in from a day on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0153"
down_revision = "0157"
branch_labels = None
depends_on = None

CHECKS = {
    "one_kind": "(weekday IS NULL) <> (month_day IS NULL)",
    "weekday": "weekday BETWEEN 0 AND 4",
    "month_day": "month_day BETWEEN 1 AND 31",
    "second_month_day": "second_month_day IS NULL"
    " OR (month_day IS NOT NULL AND second_month_day > month_day AND second_month_day <= 31)",
    "cut_off_days": "cut_off_days BETWEEN 2 AND 20",
}
TRIGGER = """CREATE TRIGGER judged BEFORE INSERT OR UPDATE OR DELETE ON settlement_calendar
FOR EACH ROW EXECUTE FUNCTION keep_judged_settings()"""


def upgrade() -> None:
    """Create the calendars, and guard those by which the day of an accepted charge was told."""
    op.create_table(
        "settlement_calendar",
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("weekday", sa.SmallInteger(), nullable=True),
        sa.Column("month_day", sa.SmallInteger(), nullable=True),
        sa.Column("second_month_day", sa.SmallInteger(), nullable=True),
        sa.Column("cut_off_days", sa.SmallInteger(), nullable=False),
        *[
            sa.CheckConstraint(text, name=op.f(f"ck_settlement_calendar_{name}"))
            for name, text in CHECKS.items()
        ],
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_settlement_calendar_county_id")),
        sa.PrimaryKeyConstraint("county_id", "from_day", name=op.f("pk_settlement_calendar")),
    )
    op.execute(TRIGGER)


def downgrade() -> None:
    """No county says when it pays."""
    op.drop_table("settlement_calendar")
