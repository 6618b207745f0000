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
    """Add the version; NULL for the seals that exist."""
    op.add_column("audit_seal", sa.Column("key_version", sa.SmallInteger()))


def downgrade() -> None:
    """Remove the version. The earlier program reports the seals that were made with a key as broken."""
    op.drop_column("audit_seal", "key_version")
