"""The settlement and audit pages, strictly checked, from preparing a run to the bank's answer."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from clearing.charges.actions.hold_disputed_charge import hold_disputed_charge
from foundation.vocabulary.roles import Actor, Role
from tests.builders import NOW, a_person
from tests.builders.api import application_on, sessions_on
from tests.builders.settlement import (
    SettlementScenario,
    a_settlement_scenario,
    change_account,
    payments_in,
    statement_of,
)
from tests.pages.logged_in import logged_in
from tests.pages.strict import StrictClient

LANGUAGES = ("fi", "sv", "en")


@dataclass
class SettlementPages:
    """The application on a county with three providers, one of whose accounts changed yesterday."""

    app: Flask
    session: Session
    scenario: SettlementScenario
    auditor: Actor

    def browser(self, actor: Actor) -> StrictClient:
        """Return the actor's browser, logged in."""
        return logged_in(self.app.test_client(), self.session, actor)

    def prepared(self) -> int:
        """Prepare a run as the officer, on the pages; return its id."""
        officer = self.browser(self.scenario.officer)
        page = officer.page("/mt/ajot/uusi", lang="en")
        preview = officer.send(page, {"until": "21.11.2026"})
        assert "Nothing has been stored yet." in preview.texts()
        run = officer.send(preview)
        assert "Another person approves it" in run.texts()
        return int(run.path.rpartition("/")[2])

    def approved(self) -> int:
        """Prepare and approve a run on the pages; return its id."""
        run_id = self.prepared()
        approver = self.browser(self.scenario.approver)
        page = approver.page(f"/mt/ajot/{run_id}", lang="en")
        assert "Approved, not sent" in approver.send(page, button=_button(page.form())).texts()
        return run_id


def _button(form: object) -> str:
    [button] = form.xpath(".//button[@name]")  # type: ignore[attr-defined]
    return f"{button.get('name')}={button.get('value')}"


@pytest.fixture
def settlement_pages(fresh_database: str, tmp_path: Path) -> Iterator[SettlementPages]:
    with sessions_on(fresh_database) as sessions, sessions() as session:
        scenario = a_settlement_scenario(session, providers_count=3)
        for index in range(3):
            scenario.charge(session, index)
        change_account(session, scenario.provider_ids[2], entered_at=NOW - timedelta(hours=24))
        auditor = a_person(session, Role.AUDITOR, name="Tarja Tarkka", county_id=scenario.county.id)
        session.commit()
        yield SettlementPages(application_on(sessions, tmp_path), session, scenario, auditor)


def test_a_run_from_preparing_to_the_banks_answer(settlement_pages: SettlementPages) -> None:
    run_id = settlement_pages.prepared()
    officer, approver = (
        settlement_pages.browser(settlement_pages.scenario.officer),
        settlement_pages.browser(settlement_pages.scenario.approver),
    )
    own_run = officer.page(f"/mt/ajot/{run_id}", lang="en")
    assert "144,00" in own_run.texts() or "144.00" in own_run.texts()
    assert "less than 48 hours" in own_run.texts()
    hold = officer.page(f"/mt/ajot/{run_id}/pidata/{_first_settlement(settlement_pages, run_id)}", lang="en")
    held = officer.send(hold, {"why": "Lasku on auki"})
    assert "Held back by the person" in held.texts()
    page = approver.page(f"/mt/ajot/{run_id}", lang="en")
    assert "You approve 1 payment" in page.texts()
    approver.send(page, button=_button(page.form()))
    bank_file = _take_file(approver, run_id)
    assert _take_file(officer, run_id) == bank_file
    upload = officer.page("/mt/vastaukset", lang="en")
    answer = statement_of(payments_in(bank_file))
    matched = officer.send(upload, {"file": (io.BytesIO(answer), "vastaus.xml")})
    assert f"Run {run_id} is closed." in matched.texts()


def _first_settlement(settlement_pages: SettlementPages, run_id: int) -> int:
    query = text("SELECT min(settlement_id) FROM payment WHERE run_id = :run")
    return int(settlement_pages.session.execute(query, {"run": run_id}).scalar_one())


def _take_file(client: StrictClient, run_id: int) -> bytes:
    page = client.page(f"/mt/ajot/{run_id}", lang="en")
    form = page.form()
    answer = client.web.post(form.get("action"), data=dict(form.form_values()))
    assert answer.status_code == 200
    assert answer.mimetype == "application/xml"
    return bytes(answer.data)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_right_in_every_language(settlement_pages: SettlementPages, language: str) -> None:
    run_id = settlement_pages.prepared()
    settlement_id = _first_settlement(settlement_pages, run_id)
    pages = {
        settlement_pages.scenario.officer: [
            "/mt/ajot",
            "/mt/ajot/uusi",
            "/mt/ajot/uusi/tarkista?until=2026-11-21",
            f"/mt/ajot/{run_id}",
            f"/mt/ajot/{run_id}/pidata/{settlement_id}",
            "/mt/vastaukset",
        ],
        settlement_pages.scenario.approver: ["/mt/ajot", f"/mt/ajot/{run_id}", "/mt/vastaukset"],
        settlement_pages.auditor: [
            "/mt/ajot",
            f"/mt/ajot/{run_id}",
            "/tarkastus",
            "/tarkastus/loki?words=payment",
        ],
    }
    for actor, paths in pages.items():
        client = settlement_pages.browser(actor)
        for path in paths:
            client.page(path, lang=language)


def test_a_preview_stores_nothing(settlement_pages: SettlementPages) -> None:
    officer = settlement_pages.browser(settlement_pages.scenario.officer)
    officer.page("/mt/ajot/uusi/tarkista?until=2026-11-21")
    count = settlement_pages.session.execute(text("SELECT count(*) FROM payment_run")).scalar_one()
    assert count == 0


def test_a_day_in_the_future_is_an_error_of_its_field(settlement_pages: SettlementPages) -> None:
    officer = settlement_pages.browser(settlement_pages.scenario.officer)
    page = officer.page("/mt/ajot/uusi", lang="en")
    refused = officer.send(page, {"until": "22.11.2026"}, status=422)
    assert "The last service day is in the future" in refused.texts()
    officer.page("/mt/ajot/uusi/tarkista?until=2026-11-22", status=404)


@pytest.mark.parametrize("language", LANGUAGES)
def test_approving_what_has_changed_shows_what_left_and_takes_one_more_step(
    settlement_pages: SettlementPages, language: str
) -> None:
    run_id = settlement_pages.prepared()
    approver = settlement_pages.browser(settlement_pages.scenario.approver)
    page = approver.page(f"/mt/ajot/{run_id}", lang=language)
    charge_id = settlement_pages.session.scalar(text("SELECT min(id) FROM charge"))
    assert charge_id is not None
    hold_disputed_charge(settlement_pages.session, charge_id, now=NOW)
    settlement_pages.session.commit()
    changed = approver.send(page, button=_button(page.form()), status=409)
    if language == "en":
        assert "1 row left out, together −€72.00" in changed.texts().replace("\xa0", " ")
        assert "The client says that the charge is not right" in changed.texts()
        assert "You approve 1 payment" in changed.texts()
    approver.send(changed, button=_button(changed.form()))
    state = settlement_pages.session.scalar(text("SELECT state FROM payment_run"))
    assert state == "approved"


def test_a_cancelled_run_shows_where_its_charges_go(settlement_pages: SettlementPages) -> None:
    run_id = settlement_pages.prepared()
    officer = settlement_pages.browser(settlement_pages.scenario.officer)
    page = officer.page(f"/mt/ajot/{run_id}", lang="en")
    asked = officer.page(page.one("main//a[contains(@href, '/peru')]").get("href") or "")
    assert "is not made by this run" in asked.texts() or "are not made by this run" in asked.texts()
    assert "Cancelled" not in officer.page(f"/mt/ajot/{run_id}", lang="en").texts("main")
    assert "The charges go to the next run." in officer.send(asked).texts()


def test_a_file_that_is_no_answer_is_an_error_of_its_field(settlement_pages: SettlementPages) -> None:
    officer = settlement_pages.browser(settlement_pages.scenario.officer)
    page = officer.page("/mt/vastaukset", lang="en")
    refused = officer.send(page, {"file": (io.BytesIO(b"<!DOCTYPE a><a/>"), "x.xml")}, status=422)
    assert "document type" in refused.texts()
    assert "Choose the file" in officer.send(page, status=422).texts()


def test_unknown_rows_are_listed(settlement_pages: SettlementPages) -> None:
    officer = settlement_pages.browser(settlement_pages.scenario.officer)
    page = officer.page("/mt/vastaukset", lang="en")
    answer = statement_of({"<script>alert(1)</script>".replace("<", "&lt;"): 100})
    listed = officer.send(page, {"file": (io.BytesIO(answer), "x.xml")})
    assert "There is no such payment" in listed.texts()
    assert not listed.root.xpath("//main//script")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("decision", "state"), [("holds", "returned"), ("does_not_hold", "confirmed")])
def test_a_return_of_paid_money_is_decided_by_another_person(
    settlement_pages: SettlementPages, language: str, decision: str, state: str
) -> None:
    run_id, scenario = settlement_pages.approved(), settlement_pages.scenario
    officer, approver = (settlement_pages.browser(actor) for actor in (scenario.officer, scenario.approver))
    sent = payments_in(_take_file(approver, run_id))
    first = dict(list(sent.items())[:1])
    for answer in (statement_of(sent), statement_of(first, returned=True, reason="AC04", reference="Q")):
        officer.send(officer.page("/mt/vastaukset"), {"file": (io.BytesIO(answer), "x.xml")})
    path = f"/mt/ajot/{run_id}"
    assert "AC04" in officer.page(path, lang=language).texts()
    assert not officer.page(path).root.xpath("//button[@name='decision']")
    assert officer.page("/mt/ajot", lang="en").texts().count("Decide about the bank's answer.") == 1
    page = approver.page(path, lang=language)
    (button,) = page.root.xpath(f"//button[@value='{decision}']")
    form = list(page.root.xpath("//main//form")).index(button.getparent())
    after = approver.send(page, button=f"decision={decision}", form=form)
    assert not after.root.xpath("//button[@name='decision']")
    assert "1 answer of the bank" not in officer.page("/mt/ajot", lang="en").texts()
    query = text("SELECT state FROM payment WHERE end_to_end_id = :name")
    settlement_pages.session.rollback()
    assert settlement_pages.session.execute(query, {"name": next(iter(first))}).scalar_one() == state


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_uploaded_a_return_does_not_approve(settlement_pages: SettlementPages, language: str) -> None:
    run_id = settlement_pages.approved()
    approver = settlement_pages.browser(settlement_pages.scenario.approver)
    answer = statement_of(payments_in(_take_file(approver, run_id)), returned=True)
    approver.send(approver.page("/mt/vastaukset"), {"file": (io.BytesIO(answer), "x.xml")})
    page = approver.page(f"/mt/ajot/{settlement_pages.prepared()}", lang=language)
    assert {"fi": "Toinen henkilö hyväksyy", "sv": "En annan person", "en": "Another"}[
        language
    ] in page.texts()
    assert not page.root.xpath("//button[@name='hash']")


def test_the_auditor_proves_the_books_and_exports_them(settlement_pages: SettlementPages) -> None:
    settlement_pages.approved()
    auditor = settlement_pages.browser(settlement_pages.auditor)
    page = auditor.page("/tarkastus", lang="en")
    assert "The books agree" in auditor.send(page).texts()
    ledger = auditor.web.get("/tarkastus/tilikirja.csv", buffered=True)
    assert ledger.text.splitlines()[0].startswith("transaction;at;event;from_account")
    assert "provider:1234567-1:payable" in ledger.text
    log = auditor.web.get("/tarkastus/loki.csv?act=payment_run", buffered=True)
    acts = {line.split(";")[5] for line in log.text.splitlines()[1:]}
    assert acts == {"payment_run.prepare", "payment_run.approve"}
    settlement_pages.session.execute(text("UPDATE choice SET held_cents = held_cents + 1"))
    settlement_pages.session.commit()
    assert "choice:" in auditor.send(page).texts()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_books_that_do_not_agree_stop_the_run_and_are_named(
    settlement_pages: SettlementPages, lang: str
) -> None:
    run_id = settlement_pages.prepared()
    officer, approver = (
        settlement_pages.browser(settlement_pages.scenario.officer),
        settlement_pages.browser(settlement_pages.scenario.approver),
    )
    preview = officer.send(officer.page("/mt/ajot/uusi", lang=lang), {"until": "21.11.2026"})
    page = approver.page(f"/mt/ajot/{run_id}", lang=lang)
    settlement_pages.session.execute(
        text("UPDATE balance SET free_cents = free_cents - 1, held_cents = held_cents + 1")
    )
    settlement_pages.session.commit()
    refused = [
        approver.send(page, button=_button(page.form()), status=409),
        officer.send(preview, status=409),
        officer.page("/mt/ajot/uusi/tarkista?until=2026-11-21", lang=lang, status=409),
    ]
    assert all("balance_free funding:" in page.texts() for page in refused)
    runs = settlement_pages.session.execute(text("SELECT id, state FROM payment_run")).all()
    assert [tuple(run) for run in runs] == [(run_id, "prepared")]


def test_others_see_nothing(settlement_pages: SettlementPages) -> None:
    run_id = settlement_pages.approved()
    other = a_settlement_scenario(settlement_pages.session, code="13", providers_count=0)
    worker = a_person(settlement_pages.session, Role.WORKER, county_id=settlement_pages.scenario.county.id)
    settlement_pages.session.commit()
    stranger = settlement_pages.browser(other.officer)
    for path in (f"/mt/ajot/{run_id}", "/mt/ajot/999999"):
        stranger.page(path, status=404)
    for path in ("/mt/ajot", f"/mt/ajot/{run_id}", "/tarkastus", "/tarkastus/loki", "/mt/vastaukset"):
        assert settlement_pages.browser(worker).web.get(path).status_code == 403
