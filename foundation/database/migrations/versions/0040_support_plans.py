"""The client's support plan and own goals.

The downgrade drops what clients wrote.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "support_plan",
        _key(),
        _county("support_plan"),
        sa.Column("client_id", sa.BigInteger(), nullable=False),
        _moment("begun_at", nullable=False),
        _moment("shared_with_worker_at"),
        _moment("shared_with_helpers_at"),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_support_plan_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_plan")),
        sa.UniqueConstraint("client_id", name=op.f("uq_support_plan_client_id")),
    )
    _create_answers()
    _create_goals()


def _create_answers() -> None:
    table, plan = "support_plan_answer", "support_plan_id"
    op.create_table(
        table,
        _key(),
        _county(table),
        sa.Column(plan, sa.BigInteger(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("pictures", sa.ARRAY(sa.Text()), nullable=False),
        _moment("answered_at", nullable=False),
        sa.CheckConstraint(
            "question IN ('matters', 'works', 'change', 'deciding')", name=op.f(f"ck_{table}_question")
        ),
        sa.CheckConstraint("length(words) <= 2000", name=op.f(f"ck_{table}_words")),
        sa.ForeignKeyConstraint([plan], ["support_plan.id"], name=op.f(f"fk_{table}_{plan}")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(plan, "question", name=op.f(f"uq_{table}_{plan}_question")),
    )


def _create_goals() -> None:
    op.create_table(
        "own_goal",
        _key(),
        _county("own_goal"),
        sa.Column("client_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("look_back_on", sa.Date(), nullable=False),
        _moment("set_at", nullable=False),
        sa.Column("face", sa.Text(), nullable=True),
        sa.Column("said", sa.Text(), nullable=False),
        _moment("answered_at"),
        _moment("removed_at"),
        sa.CheckConstraint("place BETWEEN 1 AND 3", name=op.f("ck_own_goal_place")),
        sa.CheckConstraint("length(words) BETWEEN 1 AND 300", name=op.f("ck_own_goal_words")),
        sa.CheckConstraint("face IN ('helped', 'a_little', 'not')", name=op.f("ck_own_goal_face")),
        sa.CheckConstraint(
            "(face IS NULL) = (answered_at IS NULL) AND length(said) <= 300", name=op.f("ck_own_goal_answer")
        ),
        sa.CheckConstraint(
            "look_back_on > (set_at AT TIME ZONE 'Europe/Helsinki')::date",
            name=op.f("ck_own_goal_look_back_on"),
        ),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_own_goal_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_goal")),
    )
    still_open = "answered_at IS NULL AND removed_at IS NULL"
    op.create_index("ix_own_goal_client_id", "own_goal", ["client_id"])
    op.create_index(
        "ux_own_goal_open", "own_goal", ["client_id", "place"], unique=True, postgresql_where=still_open
    )
    op.create_index(
        "ix_own_goal_answered", "own_goal", ["county_id", "face"], postgresql_where="answered_at IS NOT NULL"
    )


def _key() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _county(table: str) -> sa.Column[int]:
    name = op.f(f"fk_{table}_county_id")
    return sa.Column("county_id", sa.SmallInteger(), sa.ForeignKey("county.id", name=name), nullable=False)


def _moment(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def downgrade() -> None:
    """Drop them."""
    for table in ("own_goal", "support_plan_answer", "support_plan"):
        op.drop_table(table)
