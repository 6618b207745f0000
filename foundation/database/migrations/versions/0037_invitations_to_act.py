"""Invitations to act for a client, the fundings that a mandate is for, and the papers of a guardian.

Mandates of before are for all fundings, as they were. A person has one mandate in force for a client: where
there were several, the newest stays.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_SEES = "may_see OR NOT (may_propose OR may_choose OR may_move OR may_confirm)"
_GUARDIAN = "kind = 'guardian' OR (guardianship IS NULL AND document_number IS NULL)"
_GUARDIANSHIP = "guardianship IN ('guardian', 'limited_capacity', 'continuing_power')"
_OLDER = """
UPDATE mandate SET revoked_at = now() WHERE revoked_at IS NULL AND EXISTS (
  SELECT FROM mandate newer WHERE newer.client_id = mandate.client_id AND newer.person_id = mandate.person_id
  AND newer.revoked_at IS NULL AND newer.id > mandate.id)
"""


def upgrade() -> None:
    """Add the columns and the three tables."""
    op.create_unique_constraint("uq_funding_id_client", "funding", ["id", "client_id"])
    op.create_unique_constraint("uq_mandate_id_client", "mandate", ["id", "client_id"])
    op.add_column(
        "mandate", sa.Column("all_fundings", sa.Boolean(), nullable=False, server_default=sa.text("true"))
    )
    op.alter_column("mandate", "all_fundings", server_default=None)
    op.add_column("mandate", sa.Column("guardianship", sa.Text()))
    op.add_column("mandate", sa.Column("document_number", sa.Text()))
    op.create_check_constraint(op.f("ck_mandate_guardianship"), "mandate", _GUARDIANSHIP)
    op.create_check_constraint(op.f("ck_mandate_of_a_guardian"), "mandate", _GUARDIAN)
    op.execute(_OLDER)
    op.create_index(
        "uq_mandate_in_force",
        "mandate",
        ["client_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    _create_invitations()
    _create_fundings("mandate_funding", "mandate", "mandate")
    _create_fundings("invitation_funding", "invitation", "mandate_invitation")


def _create_invitations() -> None:
    rights: list[sa.Column[bool]] = [
        sa.Column(name, sa.Boolean(), nullable=False)
        for name in ("may_see", "may_propose", "may_choose", "may_move", "may_confirm", "all_fundings")
    ]
    checks = {
        "kind": "kind IN ('support_person', 'guardian')",
        "guardianship": _GUARDIANSHIP,
        "sees_to_act": _SEES,
        "of_a_guardian": _GUARDIAN,
        "sees": "may_see",
        "name": "name <> ''",
        "digest": "length(code_sha256) = 64",
        "in_order": "made_at < expires_at",
        "accepted": "(accepted_at IS NULL) = (mandate_id IS NULL)",
        "one_end": "accepted_at IS NULL OR withdrawn_at IS NULL",
    }
    op.create_table(
        "mandate_invitation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("client_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("guardianship", sa.Text()),
        sa.Column("document_number", sa.Text()),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text()),
        sa.Column("code_sha256", sa.Text(), nullable=False),
        *rights,
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date()),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.BigInteger()),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True)),
        sa.Column("mandate_id", sa.BigInteger()),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandate_invitation")),
        sa.UniqueConstraint("code_sha256", name=op.f("uq_mandate_invitation_code_sha256")),
        sa.UniqueConstraint("id", "client_id", name="uq_mandate_invitation_id_client"),
        sa.ForeignKeyConstraint(
            ["county_id"], ["county.id"], name=op.f("fk_mandate_invitation_county_id_county")
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_mandate_invitation_client_id_client")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["person.id"], name=op.f("fk_mandate_invitation_made_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["mandate_id", "client_id"],
            ["mandate.id", "mandate.client_id"],
            name="fk_mandate_invitation_mandate",
        ),
        *[
            sa.CheckConstraint(text, name=op.f(f"ck_mandate_invitation_{name}"))
            for name, text in checks.items()
        ],
    )
    op.create_index("ix_mandate_invitation_client_id", "mandate_invitation", ["client_id"])


def _create_fundings(table: str, noun: str, of_table: str) -> None:
    key = f"{noun}_id"
    op.create_table(
        table,
        sa.Column(key, sa.BigInteger(), nullable=False),
        sa.Column("funding_id", sa.BigInteger(), nullable=False),
        sa.Column("client_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(key, "funding_id", name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(
            [key, "client_id"], [f"{of_table}.id", f"{of_table}.client_id"], name=f"fk_{table}_{noun}"
        ),
        sa.ForeignKeyConstraint(
            ["funding_id", "client_id"], ["funding.id", "funding.client_id"], name=f"fk_{table}_funding"
        ),
    )


def downgrade() -> None:
    """Drop them. A mandate for some fundings ends: without the column it would be for all."""
    op.execute("UPDATE mandate SET revoked_at = now() WHERE revoked_at IS NULL AND NOT all_fundings")
    for table in ("invitation_funding", "mandate_funding", "mandate_invitation"):
        op.drop_table(table)
    op.drop_index("uq_mandate_in_force", "mandate")
    op.drop_constraint(op.f("ck_mandate_of_a_guardian"), "mandate")
    op.drop_constraint(op.f("ck_mandate_guardianship"), "mandate")
    for column in ("document_number", "guardianship", "all_fundings"):
        op.drop_column("mandate", column)
    op.drop_constraint("uq_mandate_id_client", "mandate")
    op.drop_constraint("uq_funding_id_client", "funding")
