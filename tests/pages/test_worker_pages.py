"""The worker's and the coordinator's pages, strictly checked in every language."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from clearing.charges.actions.take_in_charges import take_in_charges
from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.grants import Balance, Funding, FundingState
from foundation.database.tables.providers import ApprovalState
from foundation.database.tables.services import ServiceValue
from foundation.vocabulary.refusals import not_refused
from foundation.vocabulary.roles import Actor, Role
from marketplace.actions.answer_charge import dispute_charge
from marketplace.load.charges import charge_by_id
from tests.builders import (
    NOW,
    a_charge,
    a_county,
    a_funding,
    a_person,
    approve,
)
from tests.builders.api import application_on
from tests.builders.chosen_offering import a_chosen_offering
from tests.pages.logged_in import logged_in
from tests.pages.strict import StrictClient, StrictPage

LANGUAGES = ("fi", "sv", "en")
PROVIDER = "1234567-1"


@dataclass
class WorkerPages:
    """The application on a county with a client who has a voucher, and a charge on hold."""

    app: Flask
    sessions: sessionmaker[Session]
    client_id: int
    client_number: str
    voucher: str
    charge_id: int
    worker: Actor
    stranger: Actor
    coordinator: Actor

    def browser(self, actor: Actor) -> StrictClient:
        """Return the actor's browser, logged in."""
        with self.sessions.begin() as session:
            return logged_in(self.app.test_client(), session, actor)

    def with_reason(self, browser: StrictClient) -> StrictClient:
        """Return the browser after its worker gave a reason to see the client."""
        page = browser.page(f"/tt/asiakas/{self.client_id}", lang="en")
        browser.send(page, {"reason": "handling"})
        return browser


@pytest.fixture
def worker_pages(sessions: sessionmaker[Session], var_dir: Path) -> WorkerPages:
    with sessions.begin() as session:
        chosen, other = a_chosen_offering(session), a_county(session, "13")
        county, provider, client, funding = chosen.county, chosen.provider, chosen.client, chosen.funding
        approve(session, county, provider, "HOME_CARE", from_day=date(2026, 11, 1), state="pending")
        a_funding(session, county, client, amount_cents=5_000)
        biller = a_person(session, Role.PROVIDER_BILLER, provider_id=provider.id)
        charges = [a_charge(funding, reference=f"R-{number}") for number in range(2)]
        answers = [
            take_in_charges(session, provider_id=provider.id, sent=[sent], actor=biller, now=NOW)[0]
            for sent in charges
        ]
        assert [answer.outcome for answer in answers] == ["accepted", "on_hold"]
        held_id = answers[1].id
        assert held_id is not None
        made = (client.id, client.number, funding.voucher, held_id)
        worker = a_person(session, Role.WORKER, name="Tiina Työ", county_id=county.id)
        stranger = a_person(session, Role.WORKER, county_id=other.id)
        coordinator = a_person(session, Role.COORDINATOR, county_id=county.id)
    return WorkerPages(application_on(sessions, var_dir), sessions, *made, worker, stranger, coordinator)


PAGES = (
    "/tt",
    "/tt/asiakkaat",
    "/tt/asiakkaat?haku=a",
    "/tt/asiakkaat?haku=C-",
    "/tt/selvitettavat",
    "/tt/tuottajat",
    "/tt/tuottajat?state=pending&haku=Koti",
    f"/tt/tuottaja/{PROVIDER}",
    f"/tt/tuottaja/{PROVIDER}/PERSONAL_ASSISTANCE",
    "/tt/hinnat",
    "/tt/hinnat/tuo",
    "/tt/alkusaldot",
    "/tt/hakusanat",
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_sound(worker_pages: WorkerPages, language: str) -> None:
    browser = worker_pages.browser(worker_pages.worker)
    for path in PAGES:
        browser.page(path, lang=language)
    client = f"/tt/asiakas/{worker_pages.client_id}"
    browser.send(browser.page(client, lang=language), {"reason": "asked"})
    browser.page(client, lang=language)
    browser.page(f"/tt/selvitettava/{worker_pages.charge_id}", lang=language)
    for change in ("keskeyta", "avaa", "sulje", "peru"):
        browser.page(f"/tt/seteli/{worker_pages.voucher}/{change}", lang=language)
    worker_pages.browser(worker_pages.coordinator).page("/hb", lang=language)


def test_seeing_a_client_needs_a_reason_and_is_logged(worker_pages: WorkerPages) -> None:
    browser = worker_pages.browser(worker_pages.worker)
    question = browser.page(f"/tt/asiakas/{worker_pages.client_id}", lang="en")
    assert "Why do you look?" in question.texts("h1")
    refused = browser.send(question, {"reason": ""}, status=422)
    shown = browser.send(refused, {"reason": "charge", "other": "Soitto asiakkaalta"})
    assert "Soitto asiakkaalta" in shown.texts()
    with worker_pages.sessions() as session:
        whys = session.scalars(
            select(AuditEvent.why).where(
                AuditEvent.act == "client.look", AuditEvent.client_id == worker_pages.client_id
            )
        ).all()
    assert whys == ["Soitto asiakkaalta"]


def test_another_countys_client_is_not_there(worker_pages: WorkerPages) -> None:
    browser = worker_pages.browser(worker_pages.stranger)
    browser.page(f"/tt/asiakas/{worker_pages.client_id}", status=404)
    browser.page(f"/tt/seteli/{worker_pages.voucher}/sulje", status=404)
    browser.page(f"/tt/selvitettava/{worker_pages.charge_id}", status=404)
    worker_pages.browser(worker_pages.coordinator).page("/tt", status=403)


def test_a_voucher_is_closed_with_a_reason(worker_pages: WorkerPages) -> None:
    browser = worker_pages.with_reason(worker_pages.browser(worker_pages.worker))
    page = browser.page(f"/tt/seteli/{worker_pages.voucher}/sulje", lang="en")
    refused = browser.send(page, {"why": ""}, status=422)
    assert "Enter the reason" in refused.texts()
    done = browser.send(refused, {"why": "Muutto"})
    assert "The voucher is closed." in done.texts()
    with worker_pages.sessions() as session:
        states = session.scalars(
            select(FundingState.state)
            .join(Funding, Funding.id == FundingState.funding_id)
            .where(Funding.voucher == worker_pages.voucher)
            .order_by(FundingState.id)
        ).all()
    assert states[-1] == "closed"


def test_a_held_charge_shows_the_clients_answer(worker_pages: WorkerPages) -> None:
    with worker_pages.sessions.begin() as session:
        client = a_person(session, Role.CLIENT, client_id=worker_pages.client_id)
        charge = charge_by_id(session, worker_pages.charge_id)
        assert charge is not None
        why = "Kukaan ei käynyt"
        not_refused(dispute_charge(session, charge=charge, why=why, actor=client, now=NOW))
    browser = worker_pages.browser(worker_pages.worker)
    assert "Kukaan ei käynyt" in browser.page("/tt/selvitettavat", lang="fi").texts()
    texts = browser.page(f"/tt/selvitettava/{worker_pages.charge_id}", lang="en").texts()
    assert "The charge is not right." in texts
    assert "The client says the charge is not right" in texts


def test_a_text_with_a_zero_byte_is_refused(worker_pages: WorkerPages) -> None:
    browser = worker_pages.with_reason(worker_pages.browser(worker_pages.worker))
    page = browser.page(f"/tt/seteli/{worker_pages.voucher}/sulje", lang="en")
    browser.send(page, {"why": "a\x00b"}, status=400)


@pytest.mark.parametrize(
    ("word", "shown"), [("admit", "accepted and will be paid"), ("refuse", "The charge is refused")]
)
def test_a_charge_on_hold_is_admitted_or_refused(worker_pages: WorkerPages, word: str, shown: str) -> None:
    browser = worker_pages.browser(worker_pages.worker)
    page = browser.page(f"/tt/selvitettava/{worker_pages.charge_id}", lang="en")
    done = browser.send(page, {"word": word, "why": "Kaksi työntekijää"})
    assert shown in done.texts()
    browser.page(f"/tt/selvitettava/{worker_pages.charge_id}", status=404)


def test_a_provider_is_suspended_and_its_clients_named(worker_pages: WorkerPages) -> None:
    browser = worker_pages.browser(worker_pages.worker)
    page = browser.page(f"/tt/tuottaja/{PROVIDER}/PERSONAL_ASSISTANCE", lang="en")
    assert worker_pages.client_number in page.texts()
    refused = browser.send(page, {"state": "suspended", "why": ""}, status=422)
    done = browser.send(refused, {"state": "suspended", "why": "Vakuutus puuttuu"})
    assert "Suspended" in done.texts()
    with worker_pages.sessions() as session:
        newest = select(ApprovalState.state).order_by(ApprovalState.id.desc()).limit(1)
        assert session.scalar(newest) == "suspended"


def test_charges_since_a_past_day_are_listed_confirmed_and_held(worker_pages: WorkerPages) -> None:
    browser = worker_pages.browser(worker_pages.worker)
    page = browser.page(f"/tt/tuottaja/{PROVIDER}/PERSONAL_ASSISTANCE", lang="en")
    answers = {"state": "suspended", "why": "Vakuutus puuttuu", "from_day": "1.11.2026"}
    listed = browser.send(page, answers, status=422)
    assert "1 charge, the county pays" in listed.texts()
    assert "R-0" in listed.texts()
    done = browser.send(listed, {"seen": "y"})
    assert "1 charge is on hold." in done.texts()
    work = browser.page("/tt", lang="en").texts()
    assert "Held: the approval was changed afterwards" in work


ANSWERS: tuple[tuple[str, dict[str, str]], ...] = (
    ("What for?", {}),
    ("How much?", {"services": "HOME_CARE"}),
    ("From when to when?", {"amount_cents": "", "quantity": "20,5"}),
    ("Who gives the help?", {"first_day": "1.12.2026", "last_day": "31.5.2027"}),
    ("What does the client pay?", {"kind": "voucher", "provider": ""}),
    ("Which decision?", {"rule": "own", "value_cents": "36,00", "overrun": "cut"}),
    (
        "Check and grant",
        {"number": "HVA/2026/77", "legal_basis": "PsL 569/2009 7 §", "cost_centre": "4410"},
    ),
)


def begun(browser: StrictClient, client_number: str) -> StrictPage:
    """Begin a grant for a client; return the first question."""
    assert browser.web.get(f"/tt/myonna?client={client_number}").status_code == 302
    return browser.page("/tt/myonna/asiakas", lang="en")


def test_a_grant_step_by_step(worker_pages: WorkerPages) -> None:
    browser = worker_pages.browser(worker_pages.worker)
    page = begun(browser, worker_pages.client_number)
    for title, answers in ANSWERS:
        page = browser.send(page, answers)
        assert page.texts("h1") == title
    changed = browser.page("/tt/myonna/maara", lang="en")
    assert changed.one("input[@name='quantity']").get("value") == "20,5"
    check = browser.send(changed, {"quantity": "10"})
    assert "10 hours. Reserved: €360.00." in check.texts()
    assert "Siihen on rahaa" not in check.texts(), "its client reads hours"
    assert "You choose yourself who helps you." in check.texts() or "Valitset itse" in check.texts()
    done = browser.send(check)
    assert "The voucher is granted" in done.texts("h1")
    with worker_pages.sessions() as session:
        funding = session.scalars(select(Funding).where(Funding.decision_number == "HVA/2026/77")).one()
        assert session.get_one(Balance, funding.id).free_cents == 36_000


def test_wrong_answers_are_errors_of_their_question(worker_pages: WorkerPages) -> None:
    browser = worker_pages.browser(worker_pages.worker)
    page = begun(browser, "C-UUSI")
    refused = browser.send(page, {"name": "", "municipality": ""}, status=422)
    assert "The client is new" in refused.texts()
    services = browser.send(refused, {"name": "Uusi Asiakas", "municipality": "491"})
    amount = browser.send(services, {"services": "HOME_CARE"})
    assert "Write euros, units or both" in browser.send(amount, {}, status=422).texts()
    window = browser.send(amount, {"amount_cents": "100"})
    refused = browser.send(window, {"first_day": "2.1.2027", "last_day": "1.1.2027"}, status=422)
    assert "The last day is before the first day." in refused.texts()


def test_a_file_is_tried_and_imported(worker_pages: WorkerPages) -> None:
    browser = worker_pages.browser(worker_pages.worker)
    page = browser.page("/tt/hinnat/tuo", lang="en")
    rows = b"service;unit;time_class;unit_value;from\nHOME_CARE;hour;weekday;36;2026-01-01\nNO;hour;any;1;x\n"
    token = page.form().fields["csrf_token"]

    def sent(**values: str) -> StrictPage:
        data = {"csrf_token": token, "what": "values", "file": (io.BytesIO(rows), "values.csv"), **values}
        answer = browser.web.post("/tt/hinnat/tuo", data=data)
        return browser.checked(answer, "/tt/hinnat/tuo")

    assert sent(only_try="y").texts("dd") == "2 1 0 1"
    with worker_pages.sessions() as session:
        assert session.scalars(select(ServiceValue.id)).all() == []
    assert (stored := sent()).texts("dd") == "2 1 0 1"
    assert "no value for the time class evening" in stored.texts()
    data = {"csrf_token": token, "what": "values", "answer": "refused", "file": (io.BytesIO(rows), "v.csv")}
    assert b"NO;hour;any;1;x" in browser.web.post(page.path, data=data).data
    with worker_pages.sessions() as session:
        assert session.scalars(select(ServiceValue.unit_value_cents)).all() == [3600]
