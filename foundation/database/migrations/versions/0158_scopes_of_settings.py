"""A key may have the scopes `settings:read` and `settings:write`: the settings of a county."""

from __future__ import annotations

from alembic import op

revision = "0158"
down_revision = "0160"
branch_labels = None
depends_on = None

TABLE, NAME = "api_key", "ck_api_key_scopes"
NEW = ("settings:read", "settings:write")
SCOPES = (
    *(
        "charges:read",
        "charges:send",
        "settlements:read",
        "invoices:read",
        "invoices:write",
        "offerings:read",
    ),
    *("offerings:write", "visits:read", "visits:write", "cards:read", "messages:read", "messages:write"),
    *("disputes:read", "disputes:write", "feedback:read", "feedback:write", "questions:read"),
    *("questions:write", "people:manage", "staff:manage", "webhooks:manage", "own:read", "own:write"),
    *("cases:read", "cases:write", "providers:read", "approvals:write", "payments:read", "payments:write"),
)


def _let(*scopes: str) -> None:
    op.drop_constraint(op.f(NAME), TABLE)
    allowed = ", ".join(map(repr, scopes))
    op.create_check_constraint(op.f(NAME), TABLE, f"scopes <@ ARRAY[{allowed}] AND cardinality(scopes) > 0")


def upgrade() -> None:
    """Let keys have them."""
    _let(*SCOPES, *NEW)


def downgrade() -> None:
    """End the keys that have one, and take it from them."""
    for scope in NEW:
        op.execute(
            f"UPDATE {TABLE} SET revoked_at = coalesce(revoked_at, now()),"  # noqa: S608
            f" scopes = nullif(array_remove(scopes, '{scope}'), '{{}}') WHERE '{scope}' = ANY(scopes)"
        )
    _let(*SCOPES)
