"""Disputes of charges, with their entries. Earlier disputes keep the client's words as their first entries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0040"
branch_labels = None
depends_on = None

ANSWERS = """
INSERT INTO dispute (county_id, charge_id, provider_id, turn, answer_by, claimed_at, entries)
SELECT a.county_id, a.charge_id, c.provider_id,
       CASE WHEN (array_agg(a.answer ORDER BY a.id DESC))[1] = 'disputed' THEN 'county' ELSE 'closed' END,
       NULL, max(a.answered_at) FILTER (WHERE a.answer = 'disputed'), count(*)
FROM charge_answer a JOIN charge c ON c.id = a.charge_id
WHERE a.id >= (SELECT min(d.id) FROM charge_answer d
               WHERE d.charge_id = a.charge_id AND d.answer = 'disputed')
GROUP BY a.county_id, a.charge_id, c.provider_id
"""
"""A dispute from before this migration waits for the county: its clock was not kept."""

ENTRIES = """
INSERT INTO dispute_entry (county_id, dispute_id, number, party, act, claim, words, written_at, written_by)
SELECT a.county_id, d.id, row_number() OVER (PARTITION BY d.id ORDER BY a.id), 'client',
       CASE a.answer WHEN 'disputed' THEN 'claim' ELSE 'take_back' END,
       CASE a.answer WHEN 'disputed' THEN 'other' END, a.why, a.answered_at, a.answered_by
FROM charge_answer a JOIN dispute d ON d.charge_id = a.charge_id
WHERE a.id >= (SELECT min(f.id) FROM charge_answer f
               WHERE f.charge_id = a.charge_id AND f.answer = 'disputed')
"""

ENDED = """
UPDATE dispute d SET turn = 'closed'
FROM charge c
WHERE c.id = d.charge_id AND d.turn <> 'closed' AND (
    c.state NOT IN ('accepted', 'on_hold')
    OR EXISTS (SELECT 1 FROM audit_event e
               WHERE e.act = 'charge.admit' AND e.subject_kind = 'charge' AND e.subject_id = c.id::text
                 AND e.at >= d.claimed_at)
    OR EXISTS (SELECT 1 FROM charge k
               WHERE k.corrects_id = c.id AND k.state = 'accepted' AND k.received_at >= d.claimed_at))
"""


def upgrade() -> None:
    """Add the tables, and the entries of what clients have said before."""
    op.create_table(
        "dispute",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("charge_id", sa.BigInteger(), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("turn", sa.Text(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entries", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint(
            "turn IN ('provider', 'client', 'county', 'closed')", name=op.f("ck_dispute_turn")
        ),
        sa.CheckConstraint(
            "(turn IN ('provider', 'client')) = (answer_by IS NOT NULL)", name=op.f("ck_dispute_clock")
        ),
        sa.CheckConstraint("entries > 0", name=op.f("ck_dispute_entries")),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_dispute_county_id")),
        sa.ForeignKeyConstraint(["charge_id"], ["charge.id"], name=op.f("fk_dispute_charge_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
        sa.UniqueConstraint("charge_id", name=op.f("uq_dispute_charge_id")),
    )
    for of in ("county", "provider"):
        op.create_index(
            f"ix_dispute_open_of_{of}",
            "dispute",
            [f"{of}_id", "claimed_at"],
            postgresql_where="turn <> 'closed'",
        )
    _create_entries()
    op.execute(ANSWERS)
    op.execute(ENTRIES)
    op.execute(ENDED)


def _create_entries() -> None:
    op.create_table(
        "dispute_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("dispute_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("claim", sa.Text(), nullable=True),
        sa.Column("quantity_hundredths", sa.BigInteger(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.BigInteger(), nullable=True),
        sa.Column("correction_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("number > 0", name=op.f("ck_dispute_entry_number")),
        sa.CheckConstraint(
            "CASE party WHEN 'client' THEN act IN ('claim', 'take_back', 'accept', 'not_accept') "
            "WHEN 'provider' THEN act IN ('agree', 'partly', 'stand') "
            "WHEN 'county' THEN act = 'decide' ELSE false END",
            name=op.f("ck_dispute_entry_act"),
        ),
        sa.CheckConstraint("(act = 'claim') = (claim IS NOT NULL)", name=op.f("ck_dispute_entry_claim_kind")),
        sa.CheckConstraint(
            "claim IN ('quantity', 'not_done', 'wrong_time', 'other')", name=op.f("ck_dispute_entry_claim")
        ),
        sa.CheckConstraint("quantity_hundredths >= 0", name=op.f("ck_dispute_entry_quantity")),
        sa.CheckConstraint(
            "(act <> 'partly' AND claim IS DISTINCT FROM 'quantity') OR quantity_hundredths > 0",
            name=op.f("ck_dispute_entry_figure"),
        ),
        sa.CheckConstraint(
            "words <> '' OR act IN ('take_back', 'agree', 'accept', 'not_accept', 'partly')",
            name=op.f("ck_dispute_entry_words"),
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_dispute_entry_county_id")),
        sa.ForeignKeyConstraint(["dispute_id"], ["dispute.id"], name=op.f("fk_dispute_entry_dispute_id")),
        sa.ForeignKeyConstraint(["written_by"], ["person.id"], name=op.f("fk_dispute_entry_written_by")),
        sa.ForeignKeyConstraint(
            ["correction_id"], ["charge.id"], name=op.f("fk_dispute_entry_correction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_entry")),
        sa.UniqueConstraint("dispute_id", "number", name=op.f("uq_dispute_entry_dispute_id_number")),
    )
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON dispute_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("dispute_entry")
    op.drop_table("dispute")
