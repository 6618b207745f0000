"""Visit plans: patterns of choices, days away, and changes of single visits.

The choices that there are get the plan that they were made with: so much a week, in the daytime, or so much
until their last day.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_KINDS = (
    "CASE kind WHEN 'timed' THEN num_nulls(weekdays, start_minute, length_minutes, every_weeks) = 0"
    " AND num_nonnulls(per, part_of_week) = 0"
    " WHEN 'loose' THEN num_nulls(quantity_hundredths, per) = 0 AND number = 1"
    " AND num_nonnulls(weekdays, start_minute, length_minutes, every_weeks) = 0"
    " ELSE num_nulls(quantity_hundredths, last_day) = 0 AND number = 1"
    " AND num_nonnulls(weekdays, start_minute, length_minutes, every_weeks, per, part_of_week) = 0 END"
)
_EXTRA = (
    "number < 1000 OR num_nulls(start_minute, length_minutes) = 0"
    " OR (num_nulls(start_minute, length_minutes) = 2 AND quantity_hundredths IS NOT NULL)"
)
_PLANS = """
INSERT INTO plan_pattern (choice_id, number, funding_id, county_id, kind, quantity_hundredths, per,
  part_of_week, first_day, last_day)
SELECT c.id, 1, c.funding_id, c.county_id,
  CASE WHEN c.quantity_hundredths IS NULL THEN 'loose' ELSE 'total' END,
  coalesce(c.quantity_hundredths, c.quantity_per_week_hundredths),
  CASE WHEN c.quantity_hundredths IS NULL THEN 'week' END,
  CASE WHEN c.quantity_hundredths IS NULL THEN 'daytime' END,
  c.starts_on,
  CASE WHEN c.quantity_hundredths IS NOT NULL THEN greatest(c.starts_on, coalesce(
    CASE WHEN later.id IS NOT NULL THEN later.replaced_ends_on WHEN c.ended_at IS NULL THEN c.ends_on END,
    upper(f.valid) - 1)) END
FROM choice c JOIN funding f ON f.id = c.funding_id
LEFT JOIN choice later ON later.replaces_id = c.id AND later.withdrawn_at IS NULL
WHERE coalesce(c.quantity_hundredths, c.quantity_per_week_hundredths) > 0
ON CONFLICT DO NOTHING
"""


def upgrade() -> None:
    """Create the tables, and write the plans of choices."""
    _create_patterns()
    _create_pauses()
    _create_changes()
    op.execute(_PLANS)


def _create_patterns() -> None:
    op.create_table(
        "plan_pattern",
        sa.Column("choice_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("funding_id", sa.BigInteger(), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("weekdays", sa.SmallInteger(), nullable=True),
        sa.Column("start_minute", sa.SmallInteger(), nullable=True),
        sa.Column("length_minutes", sa.SmallInteger(), nullable=True),
        sa.Column("every_weeks", sa.SmallInteger(), nullable=True),
        sa.Column("quantity_hundredths", sa.BigInteger(), nullable=True),
        sa.Column("per", sa.Text(), nullable=True),
        sa.Column("part_of_week", sa.Text(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.CheckConstraint(
            _KINDS,
            name=op.f("ck_plan_pattern_columns"),
        ),
        sa.CheckConstraint("kind IN ('timed', 'loose', 'total')", name=op.f("ck_plan_pattern_kind")),
        sa.CheckConstraint(
            "part_of_week IN ('daytime', 'evening', 'night', 'saturday', 'sunday')",
            name=op.f("ck_plan_pattern_part_of_week"),
        ),
        sa.CheckConstraint("per IN ('week', 'month')", name=op.f("ck_plan_pattern_per")),
        sa.CheckConstraint("every_weeks IN (1, 2, 4)", name=op.f("ck_plan_pattern_every_weeks")),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_plan_pattern_days")),
        sa.CheckConstraint("length_minutes BETWEEN 1 AND 2159", name=op.f("ck_plan_pattern_length_minutes")),
        sa.CheckConstraint("number BETWEEN 1 AND 999", name=op.f("ck_plan_pattern_number")),
        sa.CheckConstraint("quantity_hundredths > 0", name=op.f("ck_plan_pattern_quantity")),
        sa.CheckConstraint("start_minute BETWEEN 0 AND 1439", name=op.f("ck_plan_pattern_start_minute")),
        sa.CheckConstraint("weekdays BETWEEN 1 AND 127", name=op.f("ck_plan_pattern_weekdays")),
        sa.ForeignKeyConstraint(
            ["choice_id", "funding_id", "county_id"],
            ["choice.id", "choice.funding_id", "choice.county_id"],
            name="fk_plan_pattern_choice_id",
        ),
        sa.PrimaryKeyConstraint("choice_id", "number", name=op.f("pk_plan_pattern")),
    )


def _create_pauses() -> None:
    op.create_table(
        "plan_pause",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("client_id", sa.BigInteger(), nullable=True),
        sa.Column("choice_id", sa.BigInteger(), nullable=True),
        sa.Column("funding_id", sa.BigInteger(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.BigInteger(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.text("int8range(choice_id, choice_id, '[]')"), "&&"),
            (sa.text("daterange(first_day, last_day + 1)"), "&&"),
            where=sa.text("choice_id IS NOT NULL"),
            using="gist",
            name="ex_plan_pause_of_choice",
        ),
        postgresql.ExcludeConstraint(
            (sa.text("int8range(client_id, client_id, '[]')"), "&&"),
            (sa.text("daterange(first_day, last_day + 1)"), "&&"),
            where=sa.text("client_id IS NOT NULL"),
            using="gist",
            name="ex_plan_pause_of_client",
        ),
        sa.CheckConstraint(
            "last_day >= first_day OR (ended_at IS NOT NULL AND last_day = first_day - 1)",
            name=op.f("ck_plan_pause_days"),
        ),
        sa.CheckConstraint(
            "num_nonnulls(client_id, choice_id) = 1 AND num_nulls(choice_id, funding_id) IN (0, 2)",
            name=op.f("ck_plan_pause_of"),
        ),
        sa.ForeignKeyConstraint(
            ["choice_id", "funding_id", "county_id"],
            ["choice.id", "choice.funding_id", "choice.county_id"],
            name="fk_plan_pause_choice_id",
        ),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_plan_pause_client_id")),
        sa.ForeignKeyConstraint(["ended_by"], ["person.id"], name=op.f("fk_plan_pause_ended_by")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_plan_pause_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_pause")),
    )


def _create_changes() -> None:
    op.create_table(
        "plan_change",
        sa.Column("choice_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("funding_id", sa.BigInteger(), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("is_cancelled", sa.Boolean(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=True),
        sa.Column("start_minute", sa.SmallInteger(), nullable=True),
        sa.Column("length_minutes", sa.SmallInteger(), nullable=True),
        sa.Column("quantity_hundredths", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("length_minutes BETWEEN 1 AND 2159", name=op.f("ck_plan_change_length_minutes")),
        sa.CheckConstraint(
            _EXTRA,
            name=op.f("ck_plan_change_extra"),
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_plan_change_number")),
        sa.CheckConstraint("quantity_hundredths > 0", name=op.f("ck_plan_change_quantity")),
        sa.CheckConstraint("start_minute BETWEEN 0 AND 1439", name=op.f("ck_plan_change_start_minute")),
        sa.ForeignKeyConstraint(
            ["choice_id", "funding_id", "county_id"],
            ["choice.id", "choice.funding_id", "choice.county_id"],
            name="fk_plan_change_choice_id",
        ),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_plan_change_made_by")),
        sa.PrimaryKeyConstraint("choice_id", "day", "number", name=op.f("pk_plan_change")),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("plan_change", "plan_pause", "plan_pattern"):
        op.drop_table(table)
