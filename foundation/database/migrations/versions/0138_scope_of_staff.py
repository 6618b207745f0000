"""A key may have the scope `staff:manage`: read the people of a county and end their roles."""

from __future__ import annotations

from alembic import op

revision = "0138"
down_revision = "0137"
branch_labels = None
depends_on = None

TABLE, NAME = "api_key", "ck_api_key_scopes"
NEW = "staff:manage"
SCOPES = (
    *("charges:read", "charges:send", "settlements:read", "offerings:read", "offerings:write", "visits:read"),
    *("visits:write", "cards:read", "messages:read", "messages:write", "disputes:read", "disputes:write"),
    *("feedback:read", "feedback:write", "questions:read", "questions:write", "people:manage"),
    *("webhooks:manage", "own:read", "own:write", "cases:read", "cases:write", "providers:read"),
    *("approvals:write", "payments:read", "payments:write"),
)


def _let(*scopes: str) -> None:
    op.drop_constraint(op.f(NAME), TABLE)
    allowed = ", ".join(map(repr, scopes))
    op.create_check_constraint(op.f(NAME), TABLE, f"scopes <@ ARRAY[{allowed}] AND cardinality(scopes) > 0")


def upgrade() -> None:
    """Let keys have it."""
    _let(*SCOPES, NEW)


def downgrade() -> None:
    """End the keys that have it, and take it from them."""
    op.execute(
        f"UPDATE {TABLE} SET revoked_at = coalesce(revoked_at, now()),"  # noqa: S608
        f" scopes = nullif(array_remove(scopes, '{NEW}'), '{{}}') WHERE '{NEW}' = ANY(scopes)"
    )
    _let(*SCOPES)
