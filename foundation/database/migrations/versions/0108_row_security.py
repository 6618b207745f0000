"""Row-level security: a request sees the rows of its county, provider or clients, and without a context none.

The policies are for the role of requests. Jobs, commands and the views that decide for several parties act in a
role that they do not hold back. Both roles belong to the server, so the downgrade leaves them there.
"""

from __future__ import annotations

from alembic import op

revision = "0108"
down_revision = "0093"
branch_labels = None
depends_on = None

ROLE, SYSTEM = "omatori_app", "omatori_system"
COUNTY = "(SELECT nullif(current_setting('omatori.county', true), '')::smallint)"
PROVIDER = "(SELECT nullif(current_setting('omatori.provider', true), '')::bigint)"
CLIENTS = "((SELECT nullif(current_setting('omatori.clients', true), '')::bigint[])::bigint[])"
PERSON = "(SELECT nullif(current_setting('omatori.person', true), '')::bigint)"

BY_COUNTY = f"county_id = {COUNTY}"
BY_PROVIDER = f"provider_id = {PROVIDER}"
BY_CLIENT = f"client_id = ANY ({CLIENTS})"


def own(column: str = "funding_id") -> str:
    """Return the condition that a funding is one of the clients'."""
    return f"{column} IN (SELECT o.id FROM funding o WHERE o.client_id = ANY ({CLIENTS}))"  # noqa: S608


def seen(parent: str, table: str) -> str:
    """Return the condition that the row of `parent` to which a row of the table belongs is seen."""
    return f"EXISTS (SELECT FROM {parent} p WHERE p.id = {table}.{parent}_id)"


SERVED_CLIENT = f"({PROVIDER} IS NOT NULL AND provider_serves_client({PROVIDER}, %s))"
SERVED_FUNDING = f"({PROVIDER} IS NOT NULL AND provider_serves_funding({PROVIDER}, %s))"
SETTLED_IN_RUN = (
    f"EXISTS (SELECT FROM settlement s WHERE s.run_id = payment_run.id AND s.provider_id = {PROVIDER})"
)
PAID_IN_RUN = f"EXISTS (SELECT FROM payment s WHERE s.run_id = payment_run.id AND s.provider_id = {PROVIDER})"
APPROVED_HERE = (
    f"({COUNTY} IS NOT NULL AND EXISTS (SELECT FROM approval a WHERE a.county_id = {COUNTY}"
    " AND a.provider_id = %s.provider_id))"
)
OF_CHOICE = f"EXISTS (SELECT FROM choice h WHERE h.id = %s.choice_id AND h.provider_id = {PROVIDER})"
OF_APPLICATION = "EXISTS (SELECT FROM provider_application a WHERE a.id = %s.application_id)"
CHARGED_HERE = (
    f"({COUNTY} IS NOT NULL AND EXISTS (SELECT FROM charge c WHERE c.charge_file_id = charge_file.id"
    f" AND c.county_id = {COUNTY}))"
)
DECIDED = (
    "EXISTS (SELECT FROM funding f WHERE f.county_id = decision_state.county_id"
    " AND f.decision_number = decision_state.number)"
)
REPRESENTED_HERE = (
    f"({COUNTY} IS NOT NULL AND EXISTS (SELECT FROM client c WHERE c.id = mandate.client_id"
    f" AND c.county_id = {COUNTY}))"
)

POLICIES: dict[str, tuple[str, ...]] = {
    "application_paper": (OF_APPLICATION % "application_paper",),
    "application_service": (OF_APPLICATION % "application_service",),
    "alert": (BY_COUNTY, BY_PROVIDER, BY_CLIENT),
    "audit_event": (BY_COUNTY, BY_CLIENT, f"actor_id = {PERSON}"),
    "balance": (seen("funding", "balance"),),
    "bank_account": (BY_PROVIDER, APPROVED_HERE % "bank_account"),
    "bank_answer": (BY_COUNTY,),
    "card": (BY_COUNTY, BY_CLIENT),
    "charge": (BY_COUNTY, BY_PROVIDER, own(), own("unchosen_funding_id")),
    "charge_answer": (BY_COUNTY, seen("charge", "charge_answer")),
    "charge_file": (BY_PROVIDER, CHARGED_HERE),
    "charge_file_part": (seen("charge_file", "charge_file_part"),),
    "charge_file_turn": (BY_PROVIDER,),
    "charge_file_work": (seen("charge_file", "charge_file_work"),),
    "charge_reason": (seen("charge", "charge_reason"),),
    "choice": (BY_COUNTY, BY_PROVIDER, own()),
    "client": (f"county_id = {COUNTY}", f"id = ANY ({CLIENTS})", SERVED_CLIENT % "id"),
    "client_absence": (seen("client", "client_absence"),),
    "client_wish": (BY_COUNTY, BY_CLIENT),
    "conversation": (BY_COUNTY, BY_PROVIDER, BY_CLIENT),
    "decision_state": (BY_COUNTY, DECIDED),
    "dispute": (BY_COUNTY, BY_PROVIDER, seen("charge", "dispute")),
    "dispute_entry": (BY_COUNTY, seen("dispute", "dispute_entry")),
    "feedback": (BY_COUNTY, BY_PROVIDER, BY_CLIENT, "state = 'published'"),
    "funding": (BY_COUNTY, BY_CLIENT, SERVED_FUNDING % "id"),
    "funding_document": (seen("funding", "funding_document"),),
    "funding_service": (seen("funding", "funding_service"),),
    "funding_state": (seen("funding", "funding_state"),),
    "funding_terms": (seen("funding", "funding_terms"),),
    "grant_decision": (BY_COUNTY, BY_CLIENT),
    "help_request": (BY_COUNTY, BY_CLIENT),
    "invitation_funding": (seen("client", "invitation_funding"),),
    "judged_course": (BY_COUNTY, BY_CLIENT),
    "left_out": (BY_COUNTY, BY_PROVIDER),
    "look_question": (BY_COUNTY, BY_PROVIDER, BY_CLIENT),
    "mandate": (
        BY_CLIENT,
        f"person_id = {PERSON}",
        REPRESENTED_HERE,
    ),
    "mandate_funding": (seen("mandate", "mandate_funding"),),
    "mandate_invitation": (BY_COUNTY, BY_CLIENT),
    "message": (BY_COUNTY, seen("conversation", "message")),
    "offered_time": (BY_COUNTY, seen("time_request", "offered_time")),
    "opening": (BY_COUNTY,),
    "own_goal": (BY_COUNTY, BY_CLIENT),
    "payment": (BY_COUNTY, BY_PROVIDER),
    "payment_run": (BY_COUNTY, SETTLED_IN_RUN, PAID_IN_RUN),
    "personal_budget": (BY_COUNTY, BY_CLIENT),
    "plan_change": (BY_COUNTY, own(), OF_CHOICE % "plan_change"),
    "plan_pattern": (BY_COUNTY, own(), OF_CHOICE % "plan_pattern"),
    "plan_pause": (BY_COUNTY, BY_CLIENT, own(), OF_CHOICE % "plan_pause", SERVED_CLIENT % "client_id"),
    "posting": (BY_COUNTY, BY_PROVIDER, own(), own("unchosen_funding_id")),
    "proposal": (BY_COUNTY, BY_CLIENT),
    "proposal_comment": (seen("proposal", "proposal_comment"),),
    "proposed_offering": (seen("proposal", "proposed_offering"),),
    "provider_application": (BY_COUNTY, BY_PROVIDER),
    "provider_invitation": (BY_PROVIDER, APPROVED_HERE % "provider_invitation"),
    "recovery": (BY_COUNTY, BY_PROVIDER),
    "role_invitation": (BY_COUNTY,),
    "saved_mapping": (BY_PROVIDER,),
    "settlement": (BY_COUNTY, BY_PROVIDER),
    "settlement_charge": (seen("settlement", "settlement_charge"), own()),
    "settlement_home": (BY_COUNTY,),
    "shortlist_entry": (BY_COUNTY, BY_CLIENT),
    "support_plan": (BY_COUNTY, BY_CLIENT),
    "support_plan_answer": (BY_COUNTY, seen("support_plan", "support_plan_answer")),
    "time_request": (BY_COUNTY, BY_PROVIDER, BY_CLIENT),
    "visit_link": (BY_COUNTY, own(), OF_CHOICE % "visit_link"),
    "waiting_file": (BY_PROVIDER,),
}
ADDED_BY_ANYONE = ("audit_event",)
"""A row may be added about any county and client; none of another party is read."""

REFUSED = f"""
  WHEN insufficient_privilege THEN
    RAISE insufficient_privilege USING MESSAGE = format(
      'The database lacks a role. Run as an administrator: CREATE ROLE {SYSTEM} NOLOGIN BYPASSRLS;'
      ' GRANT {ROLE} TO {SYSTEM}; GRANT {SYSTEM} TO %I, and to every other member of {ROLE}', current_user);
"""
CREATE_ROLE = f"""
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{SYSTEM}') THEN
    CREATE ROLE {SYSTEM} NOLOGIN BYPASSRLS;
  END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL;
{REFUSED}END $$
"""
# Whoever serves requests also runs jobs: the members of one role become members of the other.
MEMBERSHIP = f"""
DO $$ DECLARE member name; BEGIN
  FOR member IN
    SELECT r.rolname FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member
    WHERE m.roleid = '{ROLE}'::regrole AND r.rolname <> '{SYSTEM}' AND NOT pg_has_role(r.oid, '{SYSTEM}', 'MEMBER')
  LOOP
    EXECUTE format('GRANT {SYSTEM} TO %I', member);
  END LOOP;
  IF NOT pg_has_role(current_user, '{SYSTEM}', 'MEMBER') THEN
    EXECUTE format('GRANT {SYSTEM} TO %I', current_user);
  END IF;
  IF NOT pg_has_role('{SYSTEM}', '{ROLE}', 'MEMBER') THEN
    GRANT {ROLE} TO {SYSTEM};
  END IF;
EXCEPTION
{REFUSED}END $$
"""  # noqa: S608
SERVES_CLIENT = """
CREATE FUNCTION provider_serves_client(provider bigint, client bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT FROM funding f JOIN choice h ON h.funding_id = f.id
      WHERE f.client_id = client AND h.provider_id = provider)
    OR EXISTS (SELECT FROM funding f JOIN charge c ON c.funding_id = f.id
      WHERE f.client_id = client AND c.provider_id = provider)
    OR EXISTS (SELECT FROM conversation c WHERE c.client_id = client AND c.provider_id = provider)
    OR EXISTS (SELECT FROM time_request r WHERE r.client_id = client AND r.provider_id = provider)
    OR EXISTS (SELECT FROM funding f WHERE f.client_id = client AND f.provider_id = provider);
END $$
"""
SERVES_FUNDING = """
CREATE FUNCTION provider_serves_funding(provider bigint, funding bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT FROM choice h WHERE h.funding_id = funding AND h.provider_id = provider)
    OR EXISTS (SELECT FROM charge c WHERE c.funding_id = funding AND c.provider_id = provider)
    OR EXISTS (SELECT FROM funding f WHERE f.id = funding AND f.provider_id = provider);
END $$
"""
DEFINERS = ("lay_out_fundings(bigint[])", "mark_to_replan()")


def upgrade() -> None:
    """Create the role and the policies."""
    op.execute(CREATE_ROLE)
    op.execute(MEMBERSHIP)
    op.execute(SERVES_CLIENT)
    op.execute(SERVES_FUNDING)
    for table, conditions in POLICIES.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        condition = " OR ".join(conditions)
        op.execute(f"CREATE POLICY context ON {table} TO {ROLE} USING ({condition})")
    for table in ADDED_BY_ANYONE:
        op.execute(f"CREATE POLICY added ON {table} FOR INSERT TO {ROLE} WITH CHECK (true)")
    op.execute("ALTER TABLE outbox ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY added ON outbox FOR INSERT TO {ROLE} WITH CHECK (true)")
    for function in DEFINERS:
        op.execute(f"ALTER FUNCTION {function} SECURITY DEFINER SET search_path = public, pg_temp")
    op.execute("ALTER VIEW funding_facts SET (security_invoker = true)")
    op.execute(f"REVOKE ALL ON funding_laid_out FROM {ROLE}")
    op.execute(f"GRANT SELECT ON funding_laid_out TO {SYSTEM}")


def downgrade() -> None:
    """Let every row be read again."""
    op.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {SYSTEM}")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON funding_laid_out TO {ROLE}")
    op.execute("ALTER VIEW funding_facts RESET (security_invoker)")
    for function in DEFINERS:
        op.execute(f"ALTER FUNCTION {function} SECURITY INVOKER RESET search_path")
    for table in (*ADDED_BY_ANYONE, "outbox"):
        op.execute(f"DROP POLICY added ON {table}")
    for table in POLICIES:
        op.execute(f"DROP POLICY context ON {table}")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE outbox DISABLE ROW LEVEL SECURITY")
    op.execute("DROP FUNCTION provider_serves_funding(bigint, bigint)")
    op.execute("DROP FUNCTION provider_serves_client(bigint, bigint)")
