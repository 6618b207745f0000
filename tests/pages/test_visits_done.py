"""A provider's list: done as planned in one tap, done but different, did not happen, forgotten visits."""

from __future__ import annotations

from datetime import date

import pytest

from clearing.plans.facts.plan import VisitId
from foundation.database.tables.charges import Charge
from foundation.database.tables.choices import Choice
from foundation.database.tables.grants import Funding
from foundation.database.tables.plans import PlanChange
from foundation.database.tables.providers import Offering
from foundation.vocabulary.roles import Role
from marketplace.actions.change_visit import ChangedVisit, cancel_visit
from tests.builders import NOW, a_choice, a_person
from tests.builders.client_api import BILLER, ClientApi
from tests.builders.planned_visits import plan_by_the_week, plan_visits
from tests.pages.logged_in import logged_in_by_key
from tests.pages.strict import StrictClient, StrictPage

WEEK = "/t/kaynnit?viikko=2026-11-16"


@pytest.fixture
def choice(client_api: ClientApi) -> Choice:
    """Two hours on Thursdays and Saturdays at 8; it is Saturday noon."""
    funding = client_api.session.get_one(Funding, client_api.funding_id)
    offering = client_api.session.get_one(Offering, client_api.near)
    offering.cancel_notice_hours, offering.cancel_share_percent = 24, 50
    found = a_choice(client_api.session, funding, offering, starts_on=date(2026, 11, 15))
    plan_visits(client_api.session, found, weekdays=(3, 5), start="08:00")
    client_api.session.commit()
    return found


@pytest.fixture
def biller(client_api: ClientApi, choice: Choice) -> StrictClient:
    return logged_in_by_key(client_api.web, client_api.session, BILLER)


def main(page: StrictPage) -> str:
    return page.texts("main").replace("\xa0", " ")


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_pages_are_right_in_every_language(
    client_api: ClientApi, biller: StrictClient, choice: Choice, language: str
) -> None:
    visit = f"{choice.id}-20261119-1"
    paths = ("/t", WEEK, "/t/kaynnit/kirjaamatta", f"/t/kaynnit/{visit}/ei-toteutunut")
    for path in (*paths, f"/t/kirjaa?seteli={client_api.voucher}&kaynti={visit}&peruttu=client_ill"):
        biller.page(path, lang=language)
    plan_by_the_week(client_api.session, choice, first_day=date(2026, 11, 15))
    client_api.session.commit()
    for path in ("/t/kaynnit?viikko=2026-11-15", "/t/kaynnit/kirjaamatta"):
        biller.page(path, lang=language)


def test_one_tap_charges_a_visit_of_today_and_returns_to_the_list(
    client_api: ClientApi, biller: StrictClient, choice: Choice
) -> None:
    page = biller.page("/t", lang="en")
    assert "Visits today" in main(page)
    form = page.root.xpath("//form[contains(@action, '/tehty')]")[0]
    after = biller.web.post(form.action, data=dict(form.form_values()), follow_redirects=True)
    assert after.request.path == "/t"
    assert "The charge was accepted." in after.text
    charge = client_api.session.query(Charge).filter_by(reference=f"V-{choice.id}-20261121-1").one()
    assert charge.state == "accepted"


def test_done_but_different_opens_the_form_filled_in(biller: StrictClient, choice: Choice) -> None:
    page = biller.page(WEEK, lang="en")
    link = page.root.xpath("//a[contains(., 'Done, but different')]/@href")[0]
    form = biller.page(link, lang="en").one("form[@id='visit']")
    values = dict(form.form_values())
    assert (values["service_day"], values["start"], values["end"]) == ("2026-11-19", "08:00", "10:00")
    assert values["reference"] == f"V-{choice.id}-20261119-1"
    assert values["visit"] == f"{choice.id}-20261119-1"


def test_help_without_times_is_charged_in_parts_and_then_no_more(
    client_api: ClientApi, biller: StrictClient, choice: Choice
) -> None:
    """Each part has a reference of its own. A tap on a list opened before leaves no refused charge."""
    plan_by_the_week(client_api.session, choice, first_day=date(2026, 11, 15))
    client_api.session.commit()
    before = biller.page("/t/kaynnit?viikko=2026-11-15", lang="en")
    tap = before.root.xpath("//form[contains(@action, '/tehty')]")[0]
    link = before.root.xpath("//a[contains(., 'Done, but different')]/@href")[0]
    for hours in ("2", "4"):
        biller.send(biller.page(link, lang="en"), {"quantity": hours}, button="step=send")
    after = biller.web.post(tap.action, data=dict(tap.form_values()), follow_redirects=True)
    assert "The visit has been charged" in after.text
    found = client_api.session.query(Charge).order_by(Charge.id).all()[-2:]
    assert [(each.state, each.quantity_hundredths) for each in found] == [
        ("accepted", 200),
        ("accepted", 400),
    ]
    assert len({each.reference for each in found}) == 2
    assert client_api.session.query(Charge).filter_by(state="refused").count() == 0


def test_what_was_forgotten_is_listed_until_it_is_charged(biller: StrictClient, choice: Choice) -> None:
    assert "8:00–10:00 Aino Asiakas" in main(biller.page("/t/kaynnit/kirjaamatta", lang="en"))


def test_a_visit_that_did_not_happen_needs_a_reason(
    client_api: ClientApi, biller: StrictClient, choice: Choice
) -> None:
    page = biller.page(f"/t/kaynnit/{choice.id}-20261119-1/ei-toteutunut", lang="en")
    assert "you may charge 50 % of the price" in main(page)
    biller.send(page, {}, status=422)
    biller.send(page, {"who": "provider", "why": "Ill"})
    change = client_api.session.query(PlanChange).one()
    assert (change.is_cancelled, change.why) == (True, "provider: Ill")
    assert "Visit cancelled" in main(biller.page(WEEK, lang="en"))


def test_a_late_cancellation_leads_to_the_form_of_its_charge(biller: StrictClient, choice: Choice) -> None:
    page = biller.page(f"/t/kaynnit/{choice.id}-20261119-1/ei-toteutunut", lang="en")
    after = biller.send(page, {"who": "client_ill", "charge": "1"})
    values = dict(after.one("form[@id='visit']").form_values())
    assert (values["cancelled"], values["cancel_reason"]) == ("yes", "client_ill")


def test_a_fee_is_listed_until_it_is_charged(
    client_api: ClientApi, biller: StrictClient, choice: Choice
) -> None:
    session, visit = client_api.session, VisitId(choice.id, date(2026, 11, 21), 1)
    client = a_person(session, Role.CLIENT, client_id=session.get_one(Funding, choice.funding_id).client_id)
    at = NOW.replace(hour=5, minute=15)
    assert isinstance(cancel_visit(session, visit=visit, actor=client, now=at), ChangedVisit)
    session.commit()
    for language in ("fi", "sv", "en"):
        biller.page(WEEK, lang=language)
    page = biller.page("/t/kaynnit/kirjaamatta", lang="en")
    assert "Cancelled late. You may charge €36.00 at most." in main(page)
    link = page.root.xpath("//a[contains(., 'Charge the cancelled visit')]/@href")[0]
    form = biller.page(link, lang="en").one("form[@id='visit']")
    values = dict(form.form_values())
    assert (values["cancelled"], values["notice_hours"], values["visit"]) == ("yes", "0,75", visit.text)
    biller.send(biller.page(link, lang="en"), {}, button="step=send")
    charge = session.query(Charge).filter_by(visit_day=visit.day).one()
    assert (charge.state, charge.price_cents) == ("accepted", 3600)
    assert "You may charge" not in main(biller.page("/t/kaynnit/kirjaamatta", lang="en"))
    assert "See the charge" in main(biller.page(WEEK, lang="en"))
