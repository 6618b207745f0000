"""A worker of a provider sees the visits of own clients and charges them, and sees nothing else."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, text

from foundation.database.row_context import SETTINGS, RowContext
from foundation.database.session import APPLICATION_ROLE
from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.charges import Charge
from foundation.database.tables.choices import Choice
from foundation.database.tables.grants import Funding
from foundation.database.tables.people import RoleGrant
from foundation.database.tables.plans import PlanChange
from foundation.database.tables.providers import Offering
from foundation.database.tables.visit_workers import VisitWorker
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor, Role
from marketplace.actions.change_colleague import end_colleague
from provider_portal.actions.assign_visits import assign_visits
from tests.builders import NOW, a_choice, a_person
from tests.builders.client_api import ClientApi
from tests.builders.planned_visits import plan_visits
from tests.pages.logged_in import logged_in
from tests.pages.strict import StrictClient, StrictPage

WEEK = "/t/omat?alkaen=2026-11-16"


class Company:
    """A provider with an owner, a worker, and visits of two clients; it is Saturday noon."""

    def __init__(self, api: ClientApi) -> None:
        """Plan two hours on Thursdays and Saturdays at 8 for both clients."""
        self.api, session = api, api.session
        offering = session.get_one(Offering, api.near)
        self.provider_id = offering.provider_id
        first = session.get_one(Funding, api.funding_id)
        second = session.scalars(select(Funding).where(Funding.id != first.id)).first()
        self.own, self.other = self._choice(first, offering), self._choice(second, offering)
        self.owner = a_person(session, Role.PROVIDER_OWNER, provider_id=self.provider_id)
        self.worker = a_person(session, Role.PROVIDER_WORKER, provider_id=self.provider_id)
        grant = select(RoleGrant.id).where(RoleGrant.person_id == self.worker.person_id)
        self.role_grant_id = session.scalars(grant).one()
        session.commit()

    def _choice(self, funding: Funding | None, offering: Offering) -> Choice:
        assert funding is not None
        found = a_choice(self.api.session, funding, offering, starts_on=date(2026, 11, 15))
        plan_visits(self.api.session, found, weekdays=(3, 5), start="08:00")
        return found

    def assign(self, *choices: Choice) -> Refusal | None:
        """Let the worker do the visits of these choices."""
        ids = [choice.id for choice in choices]
        session = self.api.session
        outcome = assign_visits(session, self.provider_id, self.role_grant_id, ids, actor=self.owner, now=NOW)
        session.commit()
        return outcome

    def browser(self, person: Actor) -> StrictClient:
        """Return a person's browser."""
        return logged_in(self.api.web.application.test_client(), self.api.session, person)


@pytest.fixture
def company(client_api: ClientApi) -> Company:
    return Company(client_api)


def main(page: StrictPage) -> str:
    return page.texts("main").replace("\xa0", " ")


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_pages_are_right_in_every_language(company: Company, language: str) -> None:
    company.browser(company.worker).page("/t/omat", lang=language)
    assert company.assign(company.own) is None
    worker, owner = company.browser(company.worker), company.browser(company.owner)
    worker.page(WEEK, lang=language)
    worker.page(f"/t/omat/{company.own.id}-20261119-1/ei-toteutunut", lang=language)
    for path in ("kutsu", str(company.role_grant_id), f"{company.role_grant_id}/asiakkaat"):
        owner.page(f"/t/yritys/ihmiset/{path}", lang=language)


def test_a_worker_sees_the_visits_of_own_clients_alone(company: Company) -> None:
    worker = company.browser(company.worker)
    assert "You have no clients yet." in main(worker.page(WEEK, lang="en"))
    company.assign(company.own)
    page = worker.page(WEEK, lang="en")
    assert len(page.root.xpath("//form[contains(@action, '/tehty')]")) == 2
    assert not page.root.xpath(f"//form[contains(@action, '/{company.other.id}-')]")
    for path in ("tehty", "ei-toteutunut"):
        data = {"csrf_token": dict(page.form(0).form_values())["csrf_token"]}
        address = f"/t/omat/{company.other.id}-20261119-1/{path}"
        assert worker.web.post(address, data=data).status_code == 404
    for path in ("kaynnit", "kirjaa", "tilitykset", "kirjaukset", "yritys", "palvelut", "tuo", "viestit"):
        assert worker.web.get(f"/t/{path}").status_code == 403, path
    assert company.api.session.scalars(select(Charge).where(Charge.reference.like("V-%"))).all() == []


def test_a_worker_charges_a_visit_once(company: Company) -> None:
    company.assign(company.own)
    worker = company.browser(company.worker)
    form = worker.page(WEEK, lang="en").root.xpath("//form[contains(@action, '20261119')]")[0]
    for _ in range(2):
        after = worker.web.post(form.action, data=dict(form.form_values()), follow_redirects=True)
        assert after.request.path == "/t/omat"
    charge = company.api.session.query(Charge).filter_by(reference=f"V-{company.own.id}-20261119-1").one()
    assert (charge.state, charge.provider_id) == ("accepted", company.provider_id)
    page = worker.page(WEEK, lang="en")
    assert len(page.root.xpath("//form[contains(@action, '/tehty')]")) == 1


def test_a_visit_that_did_not_happen_leaves_the_list_and_is_not_charged(company: Company) -> None:
    company.assign(company.own)
    worker = company.browser(company.worker)
    address = f"/t/omat/{company.own.id}-20261119-1/ei-toteutunut"
    worker.send(worker.page(address), {}, status=422)
    assert worker.send(worker.page(address), {"who": "client_ill"}).path == "/t/omat"
    change = company.api.session.query(PlanChange).filter_by(choice_id=company.own.id).one()
    assert (change.is_cancelled, change.cancelled_by) == (True, "provider")


def test_the_owner_chooses_the_clients_and_takes_them_away(company: Company) -> None:
    owner = company.browser(company.owner)
    path = f"/t/yritys/ihmiset/{company.role_grant_id}/asiakkaat"
    owner.send(owner.page(path), {"choices": [str(company.own.id), str(company.other.id)]})
    worker = company.browser(company.worker)
    assert len(worker.page(WEEK).root.xpath("//form[contains(@action, '/tehty')]")) == 4
    owner.send(owner.page(path), {"choices": [str(company.other.id)]})
    assert len(worker.page(WEEK).root.xpath("//form[contains(@action, '/tehty')]")) == 2
    acts = company.api.session.scalars(
        select(AuditEvent.act).where(AuditEvent.act.like("visits.%")).order_by(AuditEvent.id)
    ).all()
    assert acts == ["visits.assign", "visits.assign", "visits.unassign"]
    owner.send(owner.page(path), {"choices": ["999999999"]}, status=422)


def test_only_choices_of_the_provider_are_assigned_and_only_to_workers(company: Company) -> None:
    company.other.provider_id = company.api.offering(company.api.cheap).provider_id
    company.api.session.commit()
    refusal = company.assign(company.other)
    assert refusal is not None
    assert refusal.code == "choice_unknown"
    grant = select(RoleGrant.id).where(RoleGrant.person_id == company.owner.person_id)
    company.role_grant_id = company.api.session.scalars(grant).one()
    refusal = company.assign(company.own)
    assert refusal is not None
    assert refusal.code == "not_a_worker"
    assert company.api.session.scalars(select(VisitWorker)).all() == []


def test_a_worker_who_has_ended_is_out_with_the_next_request(company: Company) -> None:
    company.assign(company.own)
    worker = company.browser(company.worker)
    form = worker.page(WEEK).root.xpath("//form[contains(@action, '/tehty')]")[0]
    session = company.api.session
    end_colleague(session, company.provider_id, company.role_grant_id, actor=company.owner, now=NOW)
    session.commit()
    assert worker.web.get("/t/omat").location.startswith("/kirjaudu")
    assert worker.web.post(form.action, data=dict(form.form_values())).status_code in (302, 400, 401)
    assert session.scalars(select(Charge).where(Charge.reference.like("V-%"))).all() == []


def test_the_database_shows_a_worker_own_rows_alone(company: Company) -> None:
    """Planted mistakes: statements without a condition, in the context of the worker."""
    company.assign(company.own)
    context = RowContext(person_id=company.worker.person_id, choice_ids=frozenset({company.own.id}))
    statements = {
        "SELECT id FROM choice": {company.own.id},
        "SELECT choice_id FROM plan_pattern": {company.own.id},
        "SELECT choice_id FROM visit_worker": {company.own.id},
        "SELECT id FROM funding": {company.own.funding_id},
        "SELECT id FROM client": {company.api.client_id},
        "SELECT id FROM charge": set(),
        "SELECT id FROM settlement": set(),
        "SELECT id FROM bank_account": set(),
        "SELECT funding_id FROM balance": {company.own.funding_id},
    }
    session = company.api.session
    session.execute(text(f"SET LOCAL ROLE {APPLICATION_ROLE}"))
    for name, value in zip(SETTINGS, context.values, strict=True):
        session.execute(text("SELECT set_config(:n, :v, true)"), {"n": name, "v": value})
    found = {statement: set(session.scalars(text(statement))) for statement in statements}
    session.rollback()
    assert found == statements
