"""A bank account is confirmed by a second person, or not at all.

A confirmation is a moment and a person together, and that person is not the one who entered the account (rulebook:
Payee safety). An account confirmed otherwise loses its confirmation here: its payee waits (`bank_account_unverified`)
until a second person confirms the account. The downgrade does not bring such confirmations back.
"""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_CONFIRMED = (
    "(confirmed_at IS NULL) = (confirmed_by IS NULL) AND (confirmed_by IS NULL OR entered_by IS NULL OR "
    "confirmed_by <> entered_by)"
)


def upgrade() -> None:
    """Remove the confirmations that no second person gave, and allow no others."""
    op.execute(
        f"UPDATE bank_account SET confirmed_at = NULL, confirmed_by = NULL WHERE NOT ({_CONFIRMED})"  # noqa: S608
    )
    op.create_check_constraint(op.f("ck_bank_account_confirmed_by_another"), "bank_account", _CONFIRMED)


def downgrade() -> None:
    """Allow them again."""
    op.drop_constraint(op.f("ck_bank_account_confirmed_by_another"), "bank_account")
