"""A4: the role of requests sees no row of another county, provider or client, and without a context none.

The statements are planted mistakes: none of them has a WHERE clause of the application.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import Connection, Engine, text

from foundation.database.row_context import SETTINGS, RowContext
from foundation.database.session import APPLICATION_ROLE, SYSTEM_ROLE, make_engine
from foundation.database.tables import Base
from tests.security.conftest import SmallWorld

PUBLIC = {
    "approval": "a search shows who is approved",
    "approval_state": "a search shows who is approved",
    "calendar_range": "prices of a county",
    "cost_centre": "accounts of a county, without people",
    "late_days_change": "rules of a county, which its providers read",
    "county_address": "addresses of counties on invoices, which their providers read",
    "settlement_calendar": "days on which a county pays, which its providers read",
    "county": "the list of counties",
    "county_service": "services of a county",
    "municipality": "the list of municipalities",
    "offering": "the marketplace",
    "photo": "the marketplace: what providers show",
    "price": "the marketplace",
    "provider": "the marketplace",
    "free_hours": "the marketplace: hours of providers, without people",
    "free_hours_offering": "the marketplace",
    "closed_days": "the marketplace: days on which providers are closed",
    "free_times": "the marketplace: what is free, without people",
    "listed_offering": "what a search reads of the marketplace",
    "provider_paper": "days on which a provider may be chosen",
    "provider_unit": "the marketplace",
    "search_word": "words of a search",
    "service": "the catalogue",
    "service_value": "values and price caps of a county, which are published",
    "time_class": "the catalogue",
}
BEFORE_THE_CONTEXT = {
    "api_key": "tells who acts",
    "calendar_feed": "tells who reads a calendar",
    "external_identity": "read before a log-in",
    "idempotency_key": "read by owner and key together with the API key",
    "open_id_attempt": "read before a log-in",
    "passkey": "read before a log-in",
    "password_reset": "read before a log-in",
    "person": "tells who acts",
    "recovery_code": "read before a log-in",
    "role_grant": "tells who acts",
    "second_factor": "read before a log-in",
    "verified_subject": "read before a log-in",
    "web_session": "tells who acts",
}
WITHOUT_PEOPLE = {
    "audit_seal": "digests of the log, read by its verification",
    "books_check": "results of verifications",
    "facts_version": "versions of cached facts",
    "funding_to_replan": "numbers of fundings for a job",
    "job_run": "times of jobs",
    "retention_count": "counts of what jobs removed",
    "limited_act": "digests of addresses that tried to log in",
    "threshold_change": "limits of a county's warnings, which clients' pages read too",
}
EXEMPT = PUBLIC | BEFORE_THE_CONTEXT | WITHOUT_PEOPLE
"""Tables without a policy, each with its reason. A new table needs a policy (docs/decisions/0184)."""

PROTECTED = sorted(set(Base.metadata.tables) - EXEMPT.keys())
NOBODY = 32_000
STRANGERS = {
    "no context": RowContext(),
    "another county": RowContext(county_id=NOBODY),
    "another provider": RowContext(provider_id=NOBODY),
    "another client": RowContext(client_ids=frozenset({NOBODY})),
    "another worker": RowContext(choice_ids=frozenset({NOBODY})),
}
READABLE_BY_ALL = {"feedback": "state <> 'published'", "complaint_path": "false"}
"""Tables of which everybody sees some rows, and the condition of the others."""

OF_CHARGE = "SELECT c.{} FROM {} t JOIN charge c ON c.id = t.charge_id"
COUNTY = "SELECT county_id FROM {}"
PROVIDER = "SELECT provider_id FROM {}"
CLIENT = "SELECT client_id FROM {}"
OF_FUNDING = "SELECT f.{} FROM {} t JOIN funding f ON f.id = t.funding_id"
OF_INVOICE = "SELECT i.{} FROM {} t JOIN co_payment_invoice i ON i.id = t.invoice_id"
OF_PAYMENT = (
    "SELECT i.{} FROM {} t JOIN co_payment_checkout c ON c.intent = t.intent "
    "JOIN co_payment_invoice i ON i.id = c.invoice_id"
)
OF_CHOICE = "SELECT h.{} FROM {} t JOIN choice h ON h.id = t.choice_id"

PAUSED = (
    "SELECT coalesce(t.client_id, f.client_id) FROM plan_pause t LEFT JOIN funding f ON f.id = t.funding_id"
)


def whose(kind: str, template: str, *tables: str) -> list[tuple[str, str]]:
    """Return the statements that read whose each row of the tables is, as a kind of party."""
    column = f"{kind}_id"
    places = template.count("{}")
    return [(kind, template.format(*((column, table) if places == 2 else (table,)))) for table in tables]


STATEMENTS = [
    *whose("county", "SELECT county_id FROM {}", "audit_event", "card", "charge", "choice", "client"),
    *whose("county", COUNTY, "conversation", "decision_state", "dispute", "dispute_entry", "feedback"),
    *whose("county", COUNTY, "funding", "grant_decision", "help_request", "look_question", "message"),
    *whose("county", COUNTY, "offered_time", "own_goal", "payment", "payment_run", "personal_budget"),
    *whose("county", COUNTY, "plan_change", "plan_pattern", "plan_pause", "posting"),
    *whose("county", COUNTY, "recovery", "settlement", "shortlist_entry", "support_plan", "time_request"),
    *whose("county", COUNTY, "alert", "bank_answer", "left_out", "mandate_invitation", "opening"),
    *whose("county", COUNTY, "factor_reset"),
    *whose("provider", PROVIDER, "co_payment_invoice", "co_payment_book"),
    *whose("client", CLIENT, "co_payment_invoice"),
    *whose("provider", OF_INVOICE, "co_payment_line", "co_payment_receipt"),
    *whose("provider", OF_INVOICE, "co_payment_checkout"),
    *whose("client", OF_INVOICE, "co_payment_checkout"),
    *whose("provider", OF_INVOICE, "co_payment_return_choice", "co_payment_notice"),
    *whose("client", OF_INVOICE, "co_payment_return_choice", "co_payment_notice"),
    *whose("provider", OF_PAYMENT, "co_payment_return"),
    *whose("client", OF_PAYMENT, "co_payment_return"),
    *whose("client", OF_INVOICE, "co_payment_line", "co_payment_receipt"),
    *whose("county", COUNTY, "payer_account_change"),
    *whose("provider", OF_CHOICE, "visit_worker"),
    *whose("provider", PROVIDER, "factor_reset", "closed_refusal"),
    *whose("county", COUNTY, "client_invitation"),
    *whose("client", CLIENT, "client_invitation"),
    *whose("county", COUNTY, "proposal", "role_invitation", "settlement_home", "support_plan_answer"),
    *whose("county", OF_FUNDING, "balance", "funding_document", "funding_service", "funding_state"),
    *whose("county", OF_FUNDING, "funding_terms"),
    *whose("county", OF_CHARGE, "charge_reason", "charge_answer"),
    *whose("county", COUNTY, "client_wish"),
    *whose("client", CLIENT, "client_wish"),
    ("county", "SELECT c.county_id FROM mandate t JOIN client c ON c.id = t.client_id"),
    *whose("provider", PROVIDER, "bank_account", "charge", "charge_file", "choice", "conversation"),
    *whose("provider", PROVIDER, "dispute", "payment", "posting", "recovery", "saved_mapping"),
    *whose("provider", PROVIDER, "self_billing", "paper_renewal"),
    *whose("provider", PROVIDER, "settlement", "time_request", "waiting_file", "look_question"),
    *whose("provider", PROVIDER, "charge_file_turn", "left_out", "feedback"),
    *whose("provider", PROVIDER, "webhook", "webhook_delivery"),
    *whose("provider", OF_CHARGE, "charge_reason", "dispute"),
    *whose("provider", OF_CHOICE, "plan_change", "plan_pattern"),
    ("provider", "SELECT f.provider_id FROM file_trial t JOIN waiting_file f ON f.id = t.waiting_file_id"),
    ("provider", "SELECT c.provider_id FROM message t JOIN conversation c ON c.id = t.conversation_id"),
    ("provider", "SELECT c.provider_id FROM offered_time t JOIN time_request c ON c.id = t.time_request_id"),
    *whose("client", CLIENT, "card", "conversation", "funding", "grant_decision", "help_request"),
    *whose("client", CLIENT, "look_question", "mandate", "mandate_invitation", "own_goal"),
    *whose("client", CLIENT, "personal_budget", "proposal", "shortlist_entry", "support_plan", "alert"),
    *whose("client", CLIENT, "time_request", "client_absence", "mandate_funding"),
    *whose("client", OF_FUNDING, "balance", "charge", "choice", "funding_document", "funding_service"),
    *whose("client", OF_FUNDING, "funding_state", "funding_terms", "plan_change", "plan_pattern", "posting"),
    *whose("client", OF_FUNDING, "settlement_charge"),
    ("client", "SELECT id FROM client"),
    ("client", PAUSED),
    ("client", "SELECT client_id FROM funding_facts t JOIN funding f ON f.id = t.funding_id"),
]
OWNERS = {
    "county": "SELECT county_id FROM funding GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1",
    "provider": "SELECT provider_id FROM choice GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1",
    "client": "SELECT f.client_id FROM choice c JOIN funding f ON f.id = c.funding_id"
    " GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1",
}


@dataclass(frozen=True)
class Wall:
    """The database as its owner, and as requests with a context see it."""

    owner: Connection
    request: Connection

    def rows(self, statement: str, context: RowContext) -> list[int | None]:
        """Return the first column of what a request with this context reads."""
        for name, value in zip(SETTINGS, context.values, strict=True):
            self.request.execute(
                text("SELECT set_config(:name, :value, true)"), {"name": name, "value": value}
            )
        found = list(self.request.scalars(text(statement)))
        self.request.rollback()
        return found

    def context(self, kind: str) -> RowContext:
        """Return the context of the county, provider or client that has the most rows."""
        key = self.owner.scalar(text(OWNERS[kind]))
        assert key is not None
        kinds = {
            "county": RowContext(county_id=key),
            "provider": RowContext(provider_id=key),
            "client": RowContext(client_ids=frozenset({key})),
        }
        return kinds[kind]


@pytest.fixture(scope="module")
def engines(small_world: SmallWorld) -> Iterator[tuple[Engine, Engine]]:
    """Engines on the small world: of the owner of the tables, and of requests."""
    url = small_world.world.database_url
    pair = make_engine(url), make_engine(url, role=APPLICATION_ROLE)
    yield pair
    for engine in pair:
        engine.dispose()


@pytest.fixture
def wall(engines: tuple[Engine, Engine]) -> Iterator[Wall]:
    """Connections of both."""
    with engines[0].connect() as owner, engines[1].connect() as request:
        yield Wall(owner, request)


def test_every_table_has_a_policy_or_a_reason_to_have_none(wall: Wall) -> None:
    query = "SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace"
    assert sorted(wall.owner.scalars(text(query))) == PROTECTED
    assert EXEMPT.keys() <= set(Base.metadata.tables)


@pytest.mark.parametrize("stranger", STRANGERS)
def test_a_stranger_sees_no_row_of_any_table(wall: Wall, stranger: str) -> None:
    for table in [*PROTECTED, "funding_facts"]:
        condition = READABLE_BY_ALL.get(table, "true")
        assert wall.rows(f"SELECT 1 FROM {table} WHERE {condition}", STRANGERS[stranger]) == [], table


def test_there_are_a_hundred_statements_and_some_tables_hold_rows_of_others(wall: Wall) -> None:
    assert len(STATEMENTS) >= 100
    others = [len(set(wall.owner.scalars(text(statement)))) > 1 for _, statement in STATEMENTS]
    assert sum(others) >= 14


def test_a_provider_sees_the_clients_that_it_serves_and_no_other(wall: Wall) -> None:
    context = wall.context("provider")
    query = "SELECT DISTINCT f.client_id FROM choice h JOIN funding f ON f.id = h.funding_id"
    served = set(wall.owner.scalars(text(f"{query} WHERE h.provider_id = {context.provider_id}")))
    assert served
    assert set(wall.rows("SELECT id FROM client", context)) == served
    assert set(wall.rows("SELECT client_id FROM funding", context)) == served
    everybody = wall.owner.scalar(text("SELECT count(*) FROM client"))
    assert len(served) < (everybody or 0)


@pytest.mark.parametrize(("kind", "statement"), STATEMENTS)
def test_a_query_without_a_condition_finds_own_rows_alone(wall: Wall, kind: str, statement: str) -> None:
    context = wall.context(kind)
    own = {context.county_id, context.provider_id, *context.client_ids} - {None}
    expected = [key for key in wall.owner.scalars(text(statement)) if key in own]
    found = wall.rows(statement, context)
    if " FROM feedback" in statement:
        found = [key for key in found if key in own]  # what is published is for everybody
    assert sorted(map(str, found)) == sorted(map(str, expected))


@pytest.mark.parametrize("table", ["charge", "client", "conversation", "funding", "outbox"])
def test_a_stranger_changes_no_row(wall: Wall, table: str) -> None:
    for context in STRANGERS.values():
        for name, value in zip(SETTINGS, context.values, strict=True):
            wall.request.execute(
                text("SELECT set_config(:name, :value, true)"), {"name": name, "value": value}
            )
        assert wall.request.execute(text(f"DELETE FROM {table}")).rowcount == 0
        wall.request.rollback()


def test_everybody_reads_the_contacts_of_counties_and_changes_only_own_ones(wall: Wall) -> None:
    change = text("UPDATE complaint_path SET phone = '0' RETURNING county_id")
    county_id = wall.owner.scalar(text("SELECT min(county_id) FROM complaint_path"))
    assert county_id is not None
    for context in (*STRANGERS.values(), RowContext(county_id=county_id)):
        assert wall.rows("SELECT 1 FROM complaint_path", context)
        own = {county_id} if context.county_id == county_id else set()
        assert set(wall.rows(change.text, context)) == own


def test_a_context_ends_with_its_transaction(wall: Wall) -> None:
    context = wall.context("county")
    assert wall.rows("SELECT 1 FROM client", context)
    assert list(wall.request.scalars(text("SELECT 1 FROM client"))) == []
    wall.request.rollback()


def test_the_system_role_sees_everything(engines: tuple[Engine, Engine], small_world: SmallWorld) -> None:
    system = make_engine(small_world.world.database_url, role=SYSTEM_ROLE)
    with engines[0].connect() as owner, system.connect() as connection:
        for table in PROTECTED:
            count = text(f"SELECT count(*) FROM {table}")
            assert connection.scalar(count) == owner.scalar(count), table
    system.dispose()
