"""Seals of the audit log are made with a key; a seal says with which version of it.

Seals that exist have no key. They stay as they are, and the first seal with a key binds them.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the version; NULL for the seals that exist, unless a downgrade has kept theirs."""
    op.add_column("audit_seal", sa.Column("key_version", sa.SmallInteger()), if_not_exists=True)


def downgrade() -> None:
    """Leave the version: without it, another upgrade could not prove the seals that 0015 keeps.

    The earlier program reports the seals that were made with a key as broken.
    """
