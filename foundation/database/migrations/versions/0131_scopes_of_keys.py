"""Keys for programs: scopes, a last day, the day of the last use, and a second secret while one is rotated.

Keys of before keep all that their role may, and have no last day. The downgrade ends the secrets of before, and
the keys that were limited: without scopes they would do more.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0131"
down_revision = "0129"
branch_labels = None
depends_on = None

SCOPES = (
    *("charges:read", "charges:send", "settlements:read", "offerings:read", "offerings:write", "visits:read"),
    *("visits:write", "cards:read", "messages:read", "messages:write", "disputes:read", "disputes:write"),
    *("feedback:read", "feedback:write", "questions:read", "questions:write", "people:manage"),
    *("webhooks:manage", "own:read", "own:write", "cases:read", "cases:write", "providers:read"),
    *("approvals:write", "payments:read", "payments:write"),
)
TABLE = "api_key"
COLUMNS: dict[str, Any] = {
    "scopes": sa.ARRAY(sa.Text()),
    "last_day": sa.Date(),
    "used_on": sa.Date(),
    "rotated_at": sa.DateTime(timezone=True),
    "previous_sha256": sa.Text(),
    "previous_hint": sa.Text(),
    "previous_until": sa.Date(),
}
CHECKS = {
    "scopes": f"scopes <@ ARRAY[{', '.join(map(repr, SCOPES))}] AND cardinality(scopes) > 0",
    "previous": "(previous_sha256 IS NULL) = (previous_until IS NULL)"
    " AND (previous_sha256 IS NULL) = (previous_hint IS NULL)",
    "rotated": "previous_sha256 <> key_sha256",
}


def upgrade() -> None:
    """Add the columns."""
    for name, kind in COLUMNS.items():
        op.add_column(TABLE, sa.Column(name, kind, nullable=True))
    for name, condition in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_{TABLE}_{name}"), TABLE, condition)
    op.create_unique_constraint(op.f(f"uq_{TABLE}_previous_sha256"), TABLE, ["previous_sha256"])


def downgrade() -> None:
    """Drop them; limited keys and those whose last day is over end."""
    op.execute(
        f"UPDATE {TABLE} SET revoked_at = now()"  # noqa: S608
        " WHERE revoked_at IS NULL AND (scopes IS NOT NULL OR last_day < current_date)"
    )
    op.drop_constraint(op.f(f"uq_{TABLE}_previous_sha256"), TABLE)
    for name in CHECKS:
        op.drop_constraint(op.f(f"ck_{TABLE}_{name}"), TABLE)
    for name in reversed(COLUMNS):
        op.drop_column(TABLE, name)
