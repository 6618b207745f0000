"""A mandate may have several rows of a person and a client, one for each day: its terms change from a day on.

A downgrade ends all but the newest of a person and a client.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0098"
down_revision = "0092"
branch_labels = None
depends_on = None

_OLDER = """
UPDATE mandate SET revoked_at = now() WHERE revoked_at IS NULL AND EXISTS (
  SELECT FROM mandate newer WHERE newer.client_id = mandate.client_id AND newer.person_id = mandate.person_id
  AND newer.revoked_at IS NULL AND newer.id > mandate.id)
"""


def upgrade() -> None:
    """Let rows follow each other; the database refuses two for one day."""
    op.drop_index("uq_mandate_in_force", "mandate")
    op.execute("""
        ALTER TABLE mandate ADD CONSTRAINT ex_mandate_in_force EXCLUDE USING gist (
          int8range(client_id, client_id, '[]') WITH &&, int8range(person_id, person_id, '[]') WITH &&,
          valid WITH &&
        ) WHERE (revoked_at IS NULL)
    """)


def downgrade() -> None:
    """Keep one row of a person and a client."""
    op.execute(_OLDER)
    op.drop_constraint("ex_mandate_in_force", "mandate")
    op.create_index(
        "uq_mandate_in_force",
        "mandate",
        ["client_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
