"""What helpers propose to clients: up to three offerings for a funding, the answer, and comments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0050"
branch_labels = None
depends_on = None

_OPEN = "accepted_at IS NULL AND declined_at IS NULL AND withdrawn_at IS NULL"


def upgrade() -> None:
    """Create the three tables."""
    _create_proposals()
    op.create_table(
        "proposed_offering",
        sa.Column("proposal_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("offering_id", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("quantity_hundredths", sa.BigInteger()),
        sa.Column("quantity_per_week_hundredths", sa.BigInteger()),
        sa.PrimaryKeyConstraint("proposal_id", "position", name=op.f("pk_proposed_offering")),
        sa.UniqueConstraint(
            "proposal_id", "offering_id", name=op.f("uq_proposed_offering_proposal_id_offering_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_proposed_offering_proposal_id_proposal")
        ),
        sa.ForeignKeyConstraint(
            ["offering_id"], ["offering.id"], name=op.f("fk_proposed_offering_offering_id_offering")
        ),
        sa.CheckConstraint("position BETWEEN 1 AND 3", name=op.f("ck_proposed_offering_position")),
        sa.CheckConstraint(
            "(quantity_hundredths IS NULL) <> (quantity_per_week_hundredths IS NULL)",
            name=op.f("ck_proposed_offering_plan"),
        ),
        sa.CheckConstraint(
            "coalesce(quantity_hundredths, quantity_per_week_hundredths) > 0",
            name=op.f("ck_proposed_offering_quantity"),
        ),
    )
    op.create_table(
        "proposal_comment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("proposal_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True)),
        sa.Column("removed_by", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_comment")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_proposal_comment_proposal_id_proposal")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_proposal_comment_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["removed_by"], ["person.id"], name=op.f("fk_proposal_comment_removed_by_person")
        ),
        sa.CheckConstraint("length(words) <= 1000", name=op.f("ck_proposal_comment_length")),
        sa.CheckConstraint("(removed_at IS NULL) = (words <> '')", name=op.f("ck_proposal_comment_removed")),
        sa.CheckConstraint(
            "(removed_at IS NULL) = (removed_by IS NULL)", name=op.f("ck_proposal_comment_remover")
        ),
    )
    op.create_index("ix_proposal_comment_proposal_id", "proposal_comment", ["proposal_id"])


def _create_proposals() -> None:
    checks = {
        "one_end": "num_nonnulls(accepted_at, declined_at, withdrawn_at) <= 1",
        "accepted": "(accepted_at IS NULL) = (choice_id IS NULL)",
        "declined": "decline_why = '' OR declined_at IS NOT NULL",
        "why": "length(why) BETWEEN 1 AND 1000",
    }
    people = {"made_by": "person", "answered_by": "person", "county_id": "county", "client_id": "client"}
    op.create_table(
        "proposal",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("client_id", sa.BigInteger(), nullable=False),
        sa.Column("funding_id", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True)),
        sa.Column("choice_id", sa.BigInteger()),
        sa.Column("declined_at", sa.DateTime(timezone=True)),
        sa.Column("decline_why", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.Column("answered_by", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        *[
            sa.ForeignKeyConstraint([key], [f"{table}.id"], name=op.f(f"fk_proposal_{key}_{table}"))
            for key, table in people.items()
        ],
        sa.ForeignKeyConstraint(
            ["funding_id", "client_id"], ["funding.id", "funding.client_id"], name="fk_proposal_funding"
        ),
        sa.ForeignKeyConstraint(
            ["choice_id", "funding_id", "county_id"],
            ["choice.id", "choice.funding_id", "choice.county_id"],
            name="fk_proposal_choice_id",
        ),
        *[sa.CheckConstraint(text, name=op.f(f"ck_proposal_{name}")) for name, text in checks.items()],
    )
    op.create_index("ix_proposal_open", "proposal", ["client_id"], postgresql_where=sa.text(_OPEN))
    op.create_index("ix_proposal_client_id", "proposal", ["client_id"])


def downgrade() -> None:
    """Drop them."""
    for table in ("proposal_comment", "proposed_offering", "proposal"):
        op.drop_table(table)
