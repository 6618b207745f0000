"""A single charge waits at most 50 ms for a voucher that another transaction has locked.

Charges of other vouchers wait behind it: after this time they are decided without it (docs/decisions/0097).
"""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_FUNCTION = (
    "charge_facts(bigint[], text[], date[], date[], bigint[], text[], bigint[], text[], date[], boolean)"
)


def upgrade() -> None:
    """Limit the wait."""
    op.execute(f"ALTER FUNCTION {_FUNCTION} SET lock_timeout = '50ms'")


def downgrade() -> None:
    """Wait as long as the connection allows."""
    op.execute(f"ALTER FUNCTION {_FUNCTION} RESET lock_timeout")
