"""A4: a request's session has its actor's context, and no connection brings one into another transaction."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from flask import g
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, sessionmaker

from foundation.database.row_context import RowContext, context_of, set_context
from foundation.database.rows import COPY_FROM_ROWS, store_rows
from foundation.database.session import APPLICATION_ROLE, SYSTEM_ROLE, make_engine, make_sessions
from foundation.database.tables.clients import Client
from foundation.vocabulary.roles import (
    CLIENT_ROLES,
    COUNTY_ROLES,
    PROVIDER_ROLES,
    PROVIDER_WORKERS,
    Actor,
    Role,
)
from foundation.web.transaction import SYSTEM_VIEW, db
from tests.security.conftest import SmallWorld

SYSTEM_VIEWS = {
    "audit_desk.verify": "verifies the books of all counties",
    "county_role_invitations.accept": "finds an invitation by its code",
    "county_role_invitations.accept_verified": "finds an invitation by its code",
    "county_role_invitations.show": "finds an invitation by its code",
    "identity_openid.come_back": "finds a client by the code of a log-in",
    "marketplace_client_invitations.accept": "finds an invitation by its code",
    "marketplace_client_invitations.accept_verified": "finds an invitation by its code",
    "marketplace_client_invitations.choose_password": "finds an invitation by its code",
    "marketplace_client_invitations.open_link": "finds an invitation by its code",
    "marketplace_invitations.accept": "finds an invitation by its code",
    "marketplace_invitations.accept_verified": "finds an invitation by its code",
    "marketplace_invitations.make_account": "finds an invitation by its code",
    "marketplace_invitations.show": "finds an invitation by its code",
    "marketplace_co_payments.come_back": "reads a payment on the account of a provider",
    "marketplace_co_payments.pay": "begins a payment on the account of a provider",
    "provider_applying.do": "finds an application by its link",
    "provider_applying.download": "finds an application by its link",
    "provider_applying.send": "finds an application by its link",
    "provider_applying.send_link": "finds the applications of an address",
    "provider_applying.show": "finds an application by its link",
    "provider_applying.start": "begins an application of nobody yet",
    "provider_applying.take_back": "finds an application by its link",
    "provider_cards.look_up_card": "finds a card by its code",
    "provider_charge_files.post_file": "decides charges",
    "provider_charge_one.send": "decides a charge",
    "provider_charge_one.show": "finds a voucher by its code",
    "provider_charges.post_charge": "decides charges of several providers together",
    "provider_charges.post_withdraw": "decides a charge",
    "provider_charges_list.withdraw": "decides a charge",
    "provider_corrections.post_correction": "decides a charge",
    "provider_corrections_pages.correct": "decides a charge",
    "provider_invitations.accept": "finds an invitation by its code",
    "provider_invitations.accept_verified": "finds an invitation by its code",
    "provider_invitations.show": "finds an invitation by its code",
    "provider_own_visits.charge_as_planned": "decides a charge",
    "provider_own_visits.charge_queued": "decides a charge",
    "provider_given_visits.record": "decides a charge",
    "provider_given_visits.send_queued": "decides a charge",
    "provider_own_visits.not_given": "plans the holds of a voucher again",
    "provider_settlements.check_statement": "finds a statement by its code",
    "provider_statements.check": "finds a statement by its code",
    "provider_queue.send": "decides a charge",
    "provider_uploads.send": "decides charges",
    "provider_uploads.try_out": "judges charges",
    "provider_visits.post_done": "decides a charge",
    "provider_visits.post_not_given": "plans the holds of a voucher again",
    "provider_visits_pages.charge_as_planned": "decides a charge",
    "provider_visits_pages.charge_queued": "decides a charge",
    "provider_visits_pages.not_given": "plans the holds of a voucher again",
    "stripe_events.take": "keeps what Stripe signed for a county",
}
"""The views with the system's context, each with its reason (docs/decisions/0184)."""


@pytest.fixture
def one_connection(small_world: SmallWorld) -> Iterator[sessionmaker[Session]]:
    """Sessions of requests that all use the same connection."""
    engine = make_engine(small_world.world.database_url, pool_size=1, role=APPLICATION_ROLE)
    yield make_sessions(engine, limited=True)
    engine.dispose()


def clients(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Client)) or 0


def a_county_with_clients(small_world: SmallWorld) -> int:
    with small_world.sessions() as session:
        return session.execute(select(Client.county_id).order_by(Client.id)).scalars().first() or 0


def test_only_these_views_have_the_context_of_the_system(small_world: SmallWorld) -> None:
    views = small_world.app.view_functions
    assert {name for name, view in views.items() if hasattr(view, SYSTEM_VIEW)} == SYSTEM_VIEWS.keys()


def test_a_forgotten_condition_in_a_view_shows_nobody_else(small_world: SmallWorld) -> None:
    with small_world.sessions() as session:
        own = session.scalars(select(Client.id).order_by(Client.id)).first()
    assert own is not None
    with small_world.app.test_request_context("/oma"):
        assert list(db().scalars(select(Client.id))) == []
        g.row_context = context_of(Actor(1, Role.CLIENT, "Aino", client_ids=frozenset({own})))
        assert list(db().scalars(select(Client.id))) == [own]
        db().rollback()


@pytest.mark.parametrize("role", Role)
def test_the_role_alone_says_whose_rows_an_actor_sees(role: Role) -> None:
    """A helper whose mandates have ended acts for nobody, also if the row of the role names a county."""
    actor = Actor(1, role, "Eero", county_id=12, provider_id=7, client_ids=frozenset())
    found = context_of(actor)
    assert (found.county_id, found.provider_id) == {
        **dict.fromkeys(COUNTY_ROLES, (12, None)),
        **dict.fromkeys(PROVIDER_ROLES, (None, 7)),
        **dict.fromkeys(CLIENT_ROLES, (None, None)),
        **dict.fromkeys(PROVIDER_WORKERS, (None, None)),
    }[role]


def test_a_connection_forgets_the_context(
    small_world: SmallWorld, one_connection: sessionmaker[Session]
) -> None:
    county_id = a_county_with_clients(small_world)
    for end in (Session.commit, Session.rollback, Session.close):
        with one_connection() as session:
            set_context(session, RowContext(county_id=county_id))
            assert clients(session) > 0
            end(session)
        with one_connection() as other:
            assert clients(other) == 0


def test_a_session_keeps_its_context(small_world: SmallWorld, one_connection: sessionmaker[Session]) -> None:
    with one_connection() as session:
        set_context(session, RowContext(county_id=a_county_with_clients(small_world)))
        count = clients(session)
        session.commit()
        assert clients(session) == count
        with session.begin_nested() as savepoint:
            savepoint.rollback()
        assert clients(session) == count
        session.rollback()
        assert clients(session) == count > 0


def test_many_rows_are_stored_without_copy(
    small_world: SmallWorld, one_connection: sessionmaker[Session]
) -> None:
    with small_world.sessions() as session:
        row = session.scalars(select(Client).order_by(Client.id)).first()
        assert row is not None
        values = {
            column.key: getattr(row, column.key)
            for column in Client.__table__.columns
            if column.key not in ("id", "number", "identity_hash")
        }
    rows = [values | {"number": f"X-{number}"} for number in range(COPY_FROM_ROWS + 1)]
    with one_connection() as session:
        set_context(session, RowContext(county_id=row.county_id))
        before = clients(session)
        store_rows(session, Client, rows)
        assert clients(session) == before + len(rows)
        session.rollback()


@pytest.fixture
def members(fresh_database: str) -> Iterator[str]:
    """The address of the database for a user who is a member of both roles and owns nothing."""
    owner, member = make_engine(fresh_database), "a4_both"
    with owner.begin() as connection:
        connection.execute(text(f"CREATE ROLE {member} LOGIN IN ROLE {APPLICATION_ROLE}, {SYSTEM_ROLE}"))
    address = owner.url.set(username=member)
    yield address.render_as_string(hide_password=False).replace("+psycopg", "")
    with owner.begin() as connection:
        connection.execute(text(f"DROP ROLE {member}"))
    owner.dispose()


def test_the_program_serves_as_a_member_of_both_roles(members: str, server: Any) -> None:
    answer = requests.get(f"{server(members).url}/health/ready", timeout=30)
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")


def test_a_member_of_both_roles_has_both(members: str) -> None:
    for role, expected in ((APPLICATION_ROLE, False), (SYSTEM_ROLE, True)):
        engine = make_engine(members, role=role)
        with engine.connect() as connection:
            bypasses = "SELECT rolbypassrls FROM pg_roles WHERE rolname = current_user"
            assert connection.scalar(text(bypasses)) is expected
            assert connection.scalar(text("SELECT count(*) FROM client")) == 0
        engine.dispose()
