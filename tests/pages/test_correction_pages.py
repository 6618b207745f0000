"""An officer corrects a charge and claims what the provider then owes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.payments.load.dues import carried_sum
from clearing.upkeep.actions.verify_books import verify_books
from foundation.database.tables.charges import Charge
from tests.builders.api import application_on, sessions_on
from tests.builders.settlement import SettlementScenario, a_settlement_scenario
from tests.pages.logged_in import logged_in
from tests.pages.strict import StrictClient


@dataclass
class CorrectionPages:
    """The officer's browser, and a paid charge of two hours, 72 €."""

    officer: StrictClient
    session: Session
    scenario: SettlementScenario
    charge_id: int


@pytest.fixture
def correction_pages(fresh_database: str, tmp_path: Path) -> Iterator[CorrectionPages]:
    with sessions_on(fresh_database) as sessions, sessions() as session:
        scenario = a_settlement_scenario(session, providers_count=1)
        charge_id = scenario.charge(session, 0)
        scenario.pay(session)
        session.commit()
        web = application_on(sessions, tmp_path).test_client()
        yield CorrectionPages(logged_in(web, session, scenario.officer), session, scenario, charge_id)


def test_an_officer_corrects_and_claims(correction_pages: CorrectionPages) -> None:
    client, session = correction_pages.officer, correction_pages.session
    scenario, charge = correction_pages.scenario, correction_pages.charge_id
    page = client.page("/mt/korjaa", lang="en")
    wrong = client.send(page, {"charge": "999999", "reason": "agreed", "note": "Sovittu"}, status=422)
    assert "There is no such accepted or settled charge in the county." in wrong.texts()
    over = client.send(
        page, {"charge": str(charge), "reason": "agreed", "note": "Sovittu", "quantity": "3"}, status=422
    )
    assert "At most" in over.texts()
    done = client.send(
        page, {"charge": str(charge), "reason": "not_given", "note": "Ei annettu", "quantity": "1"}
    )
    assert "The correction was made." in done.texts()
    session.expire_all()
    correction = session.scalars(select(Charge).where(Charge.corrects_id == charge)).one()
    assert (correction.county_pays_cents, correction.quantity_hundredths) == (-3_600, -100)
    scenario.approve(session, scenario.prepare(session))
    session.commit()
    owing = client.page("/mt/saatavat", lang="en")
    assert "36" in owing.texts()
    claim = client.page(f"/mt/saatavat/{scenario.provider_ids[0]}", lang="en")
    over = client.send(claim, {"amount_cents": "36.01", "why": "Lopetti"}, status=422)
    assert "The provider owes less than that." in over.texts()
    assert "The sum is claimed." in client.send(claim, {"amount_cents": "36.00", "why": "Lopetti"}).texts()
    session.expire_all()
    assert carried_sum(session, scenario.county.id, scenario.provider_ids[0]) == 0
    matched_on_the_page(client)
    session.expire_all()
    assert verify_books(session).differences == ()


def matched_on_the_page(client: StrictClient) -> None:
    """The officer reminds of the only claim, and matches it with the money that came."""
    listed = client.page("/mt/saatavat", lang="en")
    (address,) = listed.root.xpath("//a[starts-with(@href, '/mt/saatava/')]/@href")
    reminded = client.send(client.page(address, lang="en"), form=1)
    assert "The reminder is noted." in reminded.texts()
    refused = client.send(client.page(address, lang="en"), {"bank_reference": ""}, form=0, status=422)
    assert "Write the bank's reference" in refused.texts()
    done = client.send(client.page(address, lang="en"), {"bank_reference": "261121"}, form=0)
    assert "The claim is paid." in done.texts()


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_pages_are_sound_in_every_language(correction_pages: CorrectionPages, language: str) -> None:
    client = correction_pages.officer
    for path in ("/mt/saatavat", "/mt/korjaa"):
        client.page(path, lang=language)
    assert client.web.get("/mt/saatavat/999999").status_code == 404
