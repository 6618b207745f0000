"""The provider register and its approvals."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clearing.eligibility.facts.kinds import ApprovalState, PaperKind
from clearing.eligibility.load.approvals import approvals_in_county
from foundation.database.tables.choices import Choice
from foundation.database.tables.counties import County, Municipality
from foundation.database.tables.grants import Balance
from foundation.database.tables.providers import (
    ApprovalState as StateRow,
)
from foundation.database.tables.providers import (
    BankAccount,
    Provider,
    ProviderPaper,
    ProviderUnit,
)
from foundation.vocabulary.dates import state_on
from foundation.vocabulary.refusals import Refusal, not_refused
from foundation.vocabulary.roles import Actor, Role
from marketplace.actions.approve_provider import ApprovalChanged, change_approval
from marketplace.actions.register_provider import Registered, register_provider
from marketplace.rules.approving import ApprovalRefusalCode
from marketplace.rules.registering import RegisterPaper, RegisterUnit, Registration
from tests.builders import (
    NOW,
    TODAY,
    a_choice,
    a_client,
    a_county,
    a_funding,
    a_person,
    a_provider,
    an_offering,
)
from tests.builders.books import check_books

NEW = Registration(
    business_id="1234567-1",
    name="Apu Oy",
    email="apu@example.invalid",
    phone="040 123 4567",
    iban="FI21 1234 5600 0007 85",
    bic="NDEAFIHH",
    papers=(RegisterPaper(PaperKind.INSURANCE, date(2026, 1, 1)),),
    units=(RegisterUnit("Apu", "Kauppakatu 1", "491"),),
)


@pytest.fixture
def county(session: Session) -> County:
    return a_county(session)


@pytest.fixture
def worker(session: Session, county: County) -> Actor:
    return a_person(session, Role.WORKER, county_id=county.id)


def change(
    session: Session,
    worker: Actor,
    state: ApprovalState,
    day: date = TODAY,
    why: str = "Syy",
    service: str = "PERSONAL_ASSISTANCE",
) -> ApprovalChanged | Refusal:
    changed = change_approval(
        session,
        provider_id=session.scalars(select(Provider.id)).one(),
        county_id=12,
        service=service,
        state=state,
        from_day=day,
        why=why,
        actor=worker,
        now=NOW,
    )
    check_books(session)
    return changed


def test_a_provider_is_registered_once(session: Session, worker: Actor) -> None:
    first = register_provider(session, NEW, county_id=worker.county_id or 0, actor=worker, now=NOW)
    again = register_provider(
        session, replace(NEW, phone="050 1"), county_id=worker.county_id or 0, actor=worker, now=NOW
    )
    assert isinstance(first, Registered)
    assert isinstance(again, Registered)
    assert (first.is_new, again.is_new, first.provider_id) == (True, False, again.provider_id)
    for table in (Provider, ProviderPaper, ProviderUnit, BankAccount):
        assert session.scalar(select(func.count()).select_from(table)) == 1
    assert session.scalars(select(Provider.phone)).one() == "050 1"
    assert session.scalars(select(BankAccount.confirmed_at)).one() is None


def test_a_place_that_is_sent_again_elsewhere_moves(session: Session, county: County, worker: Actor) -> None:
    session.add(
        Municipality(code="507", county_id=county.id, name_fi="M", name_sv="M", latitude=61, longitude=27)
    )
    session.flush()

    def sent(unit: RegisterUnit) -> Registered:
        entry = replace(NEW, units=(unit,))
        return not_refused(register_provider(session, entry, county_id=county.id, actor=worker, now=NOW))

    sent(NEW.units[0])
    assert sent(RegisterUnit("Apu", "", "491")).changed is False
    assert sent(RegisterUnit("Apu", "", "507")).changed is True
    unit = session.scalars(select(ProviderUnit)).one()
    assert (unit.municipality_code, unit.street, unit.latitude) == ("507", "Kauppakatu 1", 61)
    assert sent(RegisterUnit("Apu", "Toinen katu 2", "507")).changed is True
    assert session.scalars(select(ProviderUnit.street)).one() == "Toinen katu 2"


def test_every_wrong_field_is_named(session: Session, worker: Actor) -> None:
    wrong = replace(
        NEW, business_id="1234567-2", iban="FI00", email=" ", units=(RegisterUnit("A", "B", "999"),)
    )
    refused = register_provider(session, wrong, county_id=worker.county_id or 0, actor=worker, now=NOW)
    assert isinstance(refused, Refusal)
    assert {(fault.field, fault.code) for fault in refused.reasons} == {
        ("business_id", "business_id_wrong"),
        ("iban", "iban_wrong"),
        ("email", "field_missing"),
        ("municipality", "municipality_unknown"),
    }


def test_an_application_is_approved(session: Session, county: County, worker: Actor) -> None:
    provider = a_provider(session, county, approved_for=())
    change(session, worker, ApprovalState.PENDING, date(2026, 11, 1), why="")
    change(session, worker, ApprovalState.APPROVED, why="")
    history = approvals_in_county(session, provider.id, county.id)["PERSONAL_ASSISTANCE"].history
    assert state_on(history, date(2026, 11, 20)) is ApprovalState.PENDING
    assert state_on(history, TODAY) is ApprovalState.APPROVED
    assert change(session, worker, ApprovalState.APPROVED) == Refusal(ApprovalRefusalCode.SAME)
    assert change(session, worker, ApprovalState.SUSPENDED, why=" ") == Refusal(
        ApprovalRefusalCode.WHY_MISSING, "why"
    )
    nowhere = change(session, worker, ApprovalState.APPROVED, service="NO")
    assert nowhere == Refusal(ApprovalRefusalCode.SERVICE_UNKNOWN, "service")


@pytest.mark.parametrize(
    ("state", "held"), [(ApprovalState.SUSPENDED, 20_000), (ApprovalState.ENDED, 0)], ids=str
)
def test_the_clients_it_touches_are_named(
    session: Session, county: County, worker: Actor, state: ApprovalState, held: int
) -> None:
    provider = a_provider(session, county)
    offering = an_offering(session, county, provider)
    client = a_client(session, county)
    a_choice(session, a_funding(session, county, client, amount_cents=100_000), offering, held_cents=20_000)
    changed = change(session, worker, state)
    assert isinstance(changed, ApprovalChanged)
    assert [touched.client_number for touched in changed.touched] == [client.number]
    assert session.scalars(select(Balance.held_cents)).one() == held
    assert (session.scalars(select(Choice.ended_at)).one() is None) is (held > 0)


def test_a_change_takes_the_place_of_later_ones(session: Session, county: County, worker: Actor) -> None:
    a_provider(session, county)
    change(session, worker, ApprovalState.SUSPENDED, date(2027, 1, 1))
    change(session, worker, ApprovalState.ENDED, date(2026, 12, 1))
    states = session.execute(
        select(StateRow.state).where(StateRow.from_day == date(2027, 1, 1)).order_by(StateRow.id)
    ).scalars()
    assert list(states) == ["suspended", "ended"]
