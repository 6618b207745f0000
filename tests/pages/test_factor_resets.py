"""An owner has lost the second factor: two people of the county, and 72 hours for any owner to stop."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.factor_resets import FactorReset
from foundation.database.tables.outbox import OutboxMessage
from foundation.database.tables.people import Person, WebSession
from foundation.database.tables.providers import Offering, Provider
from foundation.database.tables.second_factors import RecoveryCode, SecondFactor
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor, Role
from marketplace.actions.reset_owner_factor import ask_for_reset, confirm_reset
from tests.builders import NOW, a_person
from tests.builders.client_api import ClientApi
from tests.builders.second_factor import an_app
from tests.pages.logged_in import logged_in
from tests.pages.strict import StrictClient

WHY = "Soitettu rekisterin numeroon"
LATER = NOW + timedelta(hours=72)


class Company:
    """A provider with two owners, one of whom uses an app, and two people of its county."""

    def __init__(self, api: ClientApi) -> None:
        """Store the people."""
        self.api, session = api, api.session
        offering = session.get_one(Offering, api.near)
        self.provider = session.get_one(Provider, offering.provider_id)
        self.lost, self.other = (
            a_person(session, Role.PROVIDER_OWNER, provider_id=self.provider.id) for _ in range(2)
        )
        for number, owner in enumerate((self.lost, self.other)):
            session.get_one(Person, owner.person_id).email = f"owner{number}@example.fi"
        an_app(api.web.application, session, self.lost, NOW)
        county_id = offering.county_id
        self.worker, self.coordinator = (
            a_person(session, role, county_id=county_id) for role in (Role.WORKER, Role.COORDINATOR)
        )
        session.commit()
        self.path = f"/tt/tunnistus/{self.provider.business_id}"

    def browser(self, person: Actor) -> StrictClient:
        """Return a person's browser."""
        return logged_in(self.api.web.application.test_client(), self.api.session, person)

    def ask(self, actor: Actor | None = None) -> Refusal | None:
        """Ask for it now."""
        key = (self.provider.id, self.lost.person_id or 0)
        outcome = ask_for_reset(self.api.session, *key, why=WHY, actor=actor or self.worker, now=NOW)
        self.api.session.commit()
        return outcome

    def confirm(self, actor: Actor, now: datetime) -> str:
        """Confirm it; return the code of the refusal, or an empty text."""
        reset_id = self.api.session.scalars(select(FactorReset.id)).one()
        outcome = confirm_reset(self.api.session, reset_id, actor=actor, now=now)
        self.api.session.commit()
        return "" if outcome is None else outcome.code

    def has_factor(self) -> bool:
        """Return whether the owner still has the app."""
        self.api.session.expire_all()
        return bool(self.api.session.scalar(select(func.count()).select_from(SecondFactor)))


@pytest.fixture
def company(client_api: ClientApi) -> Company:
    return Company(client_api)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_pages_are_right_in_every_language(company: Company, language: str) -> None:
    worker = company.browser(company.worker)
    worker.send(worker.page(company.path, lang=language), {"why": ""}, status=422)
    company.ask()
    worker.page(company.path, lang=language)
    worker.page(f"/tt/tuottaja/{company.provider.business_id}", lang=language)
    company.browser(company.other).page("/t/yritys/ihmiset", lang=language)


def test_a_second_person_takes_the_factor_off_after_the_wait(company: Company) -> None:
    worker = company.browser(company.worker)
    page = worker.page(company.path, lang="en")
    assert worker.send(page, {"owner": str(company.lost.person_id), "why": WHY}).path == company.path
    keys = company.api.session.scalars(select(OutboxMessage.key).order_by(OutboxMessage.id)).all()
    assert [key.rpartition(":")[2] for key in keys] == ["owner0@example.fi", "owner1@example.fi"]
    company.browser(company.lost)
    assert company.confirm(company.coordinator, LATER - timedelta(seconds=1)) == "too_early"
    assert company.confirm(company.worker, LATER) == "same_person"
    assert company.confirm(company.lost, LATER) == "same_person"
    assert company.has_factor()
    assert company.confirm(company.coordinator, LATER) == ""
    assert not company.has_factor()
    assert company.api.session.scalars(select(RecoveryCode)).all() == []
    own = WebSession.person_id == company.lost.person_id
    still_open = select(WebSession.id).where(own, WebSession.ended_at.is_(None))
    assert company.api.session.scalars(still_open).all() == []
    acts = company.api.session.scalars(
        select(AuditEvent.act).where(AuditEvent.act.like("second_factor.%")).order_by(AuditEvent.id)
    ).all()
    assert acts == ["second_factor.enrol", "second_factor.ask_reset", "second_factor.reset"]
    assert company.confirm(company.coordinator, LATER) == "reset_unknown"


def test_any_owner_stops_it(company: Company) -> None:
    company.ask()
    owner = company.browser(company.other)
    page = owner.page("/t/yritys/ihmiset", lang="en")
    assert "take off the second factor" in page.texts("main")
    owner.send(page)
    assert company.confirm(company.coordinator, LATER) == "reset_unknown"
    assert company.has_factor()
    assert "take off the second factor" not in owner.page("/t/yritys/ihmiset", lang="en").texts("main")
    assert company.ask() is None, "it can be asked for again"


def test_it_is_asked_for_once_and_only_for_owners_with_a_factor(company: Company) -> None:
    assert company.ask() is None
    again = company.ask()
    assert again is not None
    assert again.code == "already_asked"
    unknown = ask_for_reset(
        company.api.session,
        company.provider.id,
        company.other.person_id or 0,
        why=WHY,
        actor=company.worker,
        now=NOW,
    )
    assert unknown is not None
    assert unknown.code == "owner_unknown"


def test_the_page_confirms_for_nobody_too_early_or_alone(company: Company) -> None:
    company.ask()
    reset_id = company.api.session.scalars(select(FactorReset.id)).one()
    for person in (company.worker, company.coordinator):
        browser = company.browser(person)
        token = dict(browser.page(company.path).form(0).form_values())["csrf_token"]
        browser.web.post(f"{company.path}/{reset_id}/vahvista", data={"csrf_token": token})
        assert company.has_factor()
    assert company.browser(company.coordinator).web.get("/tt/tunnistus/0000000-0").status_code == 404


@pytest.mark.parametrize(
    "values",
    [
        {"confirmed_by": "asked_by", "confirmed_at": LATER},
        {"confirmed_by": "other", "confirmed_at": LATER - timedelta(hours=1)},
        {"ripe_at": NOW + timedelta(hours=71)},
    ],
)
def test_the_database_holds_two_people_and_the_wait(company: Company, values: dict[str, object]) -> None:
    company.ask()
    row = company.api.session.scalars(select(FactorReset)).one()
    people = {"asked_by": row.asked_by, "other": company.coordinator.person_id}
    changed = {name: people.get(str(value), value) for name, value in values.items()}
    with pytest.raises(IntegrityError):
        company.api.session.execute(update(FactorReset).values(changed))
    company.api.session.rollback()
