"""Workers of providers, who see the visits of clients that are theirs and no others.

A worker's context names choices in place of the provider, so the policies of the provider's rows do not open. The
downgrade ends the role: a biller would see more.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0122"
down_revision = "0121"
branch_labels = None
depends_on = None

ROLE = "omatori_app"
OTHERS = (
    *("client", "representative", "provider_biller", "provider_owner", "worker", "coordinator"),
    *("settlement_officer", "settlement_approver", "auditor", "admin"),
)
TABLE = "visit_worker"
PROVIDER = "(SELECT nullif(current_setting('omatori.provider', true), '')::bigint)"
PERSON = "(SELECT nullif(current_setting('omatori.person', true), '')::bigint)"
CHOICES = "((SELECT nullif(current_setting('omatori.choices', true), '')::bigint[])::bigint[])"
OF_PROVIDER = (
    f"EXISTS (SELECT FROM choice h WHERE h.id = visit_worker.choice_id AND h.provider_id = {PROVIDER})"
)
OF_PERSON = (
    f"EXISTS (SELECT FROM role_grant r WHERE r.id = visit_worker.role_grant_id AND r.person_id = {PERSON})"
)
OWN = {
    "choice": f"id = ANY ({CHOICES})",
    "charge": f"choice_id = ANY ({CHOICES})",
    "plan_change": f"choice_id = ANY ({CHOICES})",
    "plan_pattern": f"choice_id = ANY ({CHOICES})",
    "visit_link": f"choice_id = ANY ({CHOICES})",
    "plan_pause": f"choice_id = ANY ({CHOICES}) OR ({CHOICES} IS NOT NULL AND choices_serve_client({CHOICES},"
    " client_id))",
    "funding": f"{CHOICES} IS NOT NULL AND choices_serve_funding({CHOICES}, id)",
    "client": f"{CHOICES} IS NOT NULL AND choices_serve_client({CHOICES}, id)",
}
SERVE = """
CREATE FUNCTION choices_serve_{what}(choices bigint[], {what} bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT FROM choice h JOIN funding f ON f.id = h.funding_id
    WHERE h.id = ANY (choices) AND {condition});
END $$
"""
OF_ROLE = "SELECT id FROM role_grant WHERE role = 'provider_worker'"
CONDITIONS = {"funding": "f.id = choices_serve_funding.funding", "client": "f.client_id = client"}


def _roles(table: str, roles: tuple[str, ...]) -> None:
    name = op.f(f"ck_{table}_role")
    op.drop_constraint(name, table)
    op.create_check_constraint(name, table, f"role IN ({', '.join(map(repr, roles))})")


def upgrade() -> None:
    """Add the role, the table and the policies."""
    _roles("role_grant", (*OTHERS, "provider_worker"))
    _roles("provider_invitation", ("provider_owner", "provider_biller", "provider_worker"))
    big, moment = sa.BigInteger(), sa.DateTime(timezone=True)
    op.create_table(
        TABLE,
        sa.Column("id", big, sa.Identity(always=False), nullable=False),
        *(sa.Column(name, big, nullable=False) for name in ("choice_id", "funding_id")),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("role_grant_id", big, nullable=False),
        sa.Column("made_at", moment, nullable=False),
        sa.Column("made_by", big, nullable=True),
        sa.Column("ended_at", moment, nullable=True),
        sa.Column("ended_by", big, nullable=True),
        sa.CheckConstraint("ended_at >= made_at", name=op.f("ck_visit_worker_in_order")),
        sa.ForeignKeyConstraint(
            ["choice_id", "funding_id", "county_id"],
            ["choice.id", "choice.funding_id", "choice.county_id"],
            name="fk_visit_worker_choice_id",
        ),
        sa.ForeignKeyConstraint(
            ["role_grant_id"], ["role_grant.id"], name=op.f("fk_visit_worker_role_grant_id")
        ),
        *(
            sa.ForeignKeyConstraint([name], ["person.id"], name=op.f(f"fk_visit_worker_{name}"))
            for name in ("made_by", "ended_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_worker")),
    )
    op.create_index("ix_visit_worker_role_grant_id", TABLE, ["role_grant_id"])
    op.create_index(
        "uq_visit_worker_open",
        TABLE,
        ["choice_id", "role_grant_id"],
        unique=True,
        postgresql_where="ended_at IS NULL",
    )
    op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY context ON {TABLE} TO {ROLE} USING ({OF_PROVIDER} OR {OF_PERSON})")
    for what, condition in CONDITIONS.items():
        op.execute(SERVE.format(what=what, condition=condition))
    for table, condition in OWN.items():
        op.execute(f"CREATE POLICY of_worker ON {table} TO {ROLE} USING ({condition})")


def downgrade() -> None:
    """Drop them, and end the role."""
    for table in OWN:
        op.execute(f"DROP POLICY of_worker ON {table}")
    for what in CONDITIONS:
        op.execute(f"DROP FUNCTION choices_serve_{what}(bigint[], bigint)")
    op.drop_table(TABLE)
    op.execute("DELETE FROM provider_invitation WHERE role = 'provider_worker'")
    for table in ("web_session", "api_key"):
        op.execute(f"DELETE FROM {table} WHERE role_grant_id IN ({OF_ROLE})")  # noqa: S608
    op.execute("DELETE FROM role_grant WHERE role = 'provider_worker'")
    _roles("provider_invitation", ("provider_owner", "provider_biller"))
    _roles("role_grant", OTHERS)
