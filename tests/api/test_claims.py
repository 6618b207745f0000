"""Claims on a provider: the county's API, what the provider sees, and the mail that it gets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from clearing.ledger.actions.send_message import Sending, send_next_message
from clearing.ledger.gateways.mail import Mail
from clearing.payments.actions.claim_recovery import claim_recovery
from clearing.upkeep.actions.verify_books import verify_books
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import not_refused
from foundation.vocabulary.roles import Actor, Role
from tests.builders import a_person
from tests.builders.api import application_on, sessions_on, store_api_key
from tests.builders.correction import CorrectionScenario, a_correction_scenario
from tests.builders.county import NOW, TODAY
from tests.builders.settlement import a_settlement_scenario
from tests.pages.logged_in import logged_in

OFFICER, APPROVER, STRANGER, BILLER = "omk_officer", "omk_approver", "omk_stranger", "omk_biller"
WHY = "Lopetti: asiakas Aino Asiakas"
PAID = {"paid_on": TODAY.isoformat(), "bank_reference": "2611211"}


class ClaimApi:
    """A county with a claim of 70 € on a provider that owes 120 €."""

    def __init__(self, web: FlaskClient, session: Session, scenario: CorrectionScenario) -> None:
        self.web, self.session, self.scenario = web, session, scenario
        self.claim_id = self.claim(7_000)
        session.commit()

    def claim(self, cents: int) -> int:
        """Claim the sum back as the officer; return the id."""
        return not_refused(
            claim_recovery(
                self.session,
                county_id=self.scenario.settlement.county.id,
                provider_id=self.scenario.provider_id,
                amount_cents=Money(cents),
                why=WHY,
                actor=self.scenario.settlement.officer,
                now=NOW,
            )
        )

    def get(self, path: str, key: str = OFFICER) -> Any:
        """Read a path of the API with a key."""
        return self.web.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {key}"})

    def pay(self, body: object, key: str = OFFICER, **headers: str) -> Any:
        """Mark the claim as paid."""
        bearer = {"Authorization": f"Bearer {key}", **headers}
        return self.web.post(f"/api/v1/claims/{self.claim_id}/paid", json=body, headers=bearer)


@pytest.fixture
def claim_api(fresh_database: str, tmp_path: Path) -> Iterator[ClaimApi]:
    with sessions_on(fresh_database) as sessions, sessions() as session:
        scenario = a_correction_scenario(session)
        charge = scenario.charge("4.00")
        scenario.settlement.pay(session)
        scenario.correct(charge)
        scenario.settle()
        other = a_settlement_scenario(session, code="13", providers_count=0)
        people = {
            OFFICER: scenario.settlement.officer,
            APPROVER: scenario.settlement.approver,
            STRANGER: other.officer,
            BILLER: biller_of(session, scenario),
        }
        for key, person in people.items():
            store_api_key(session, person, key)
        session.commit()
        web = application_on(sessions, tmp_path).test_client()
        yield ClaimApi(web, session, scenario)
        session.rollback()
        assert verify_books(session).differences == ()


def biller_of(session: Session, scenario: CorrectionScenario) -> Actor:
    return a_person(session, Role.PROVIDER_BILLER, provider_id=scenario.provider_id)


def test_a_claim_is_listed_read_and_marked_as_paid_once(claim_api: ClaimApi) -> None:
    [row] = claim_api.get("/claims").get_json()["items"]
    assert (row["id"], row["sum"], row["paid_on"]) == (claim_api.claim_id, "70.00", None)
    assert claim_api.get(f"/claims/{claim_api.claim_id}").get_json() == row
    early = claim_api.pay({**PAID, "paid_on": "2026-01-01"})
    assert (early.status_code, early.get_json()["errors"][0]["code"]) == (422, "day_impossible")
    paid = [claim_api.pay(PAID, **{"Idempotency-Key": "paid-1"}) for _ in range(2)]
    assert [answer.status_code for answer in paid] == [200, 200]
    assert paid[0].get_json()["bank_reference"] == "2611211"
    again = claim_api.pay(PAID)
    assert (again.status_code, again.get_json()["code"]) == (409, "claim_paid")


def test_a_payment_pays_one_claim(claim_api: ClaimApi) -> None:
    assert claim_api.pay(PAID).status_code == 200
    claim_api.claim_id = claim_api.claim(5_000)
    claim_api.session.commit()
    used = claim_api.pay(PAID)
    assert (used.status_code, used.get_json()["code"]) == (409, "bank_reference_used")


def test_other_roles_and_counties_do_not_see_it(claim_api: ClaimApi) -> None:
    path = f"/claims/{claim_api.claim_id}"
    assert claim_api.get("/claims", key=STRANGER).get_json()["items"] == []
    assert claim_api.get(path, key=STRANGER).status_code == 404
    assert claim_api.pay(PAID, key=STRANGER).status_code == 404
    for key in (APPROVER, BILLER):
        assert claim_api.get("/claims", key=key).status_code == 403
        assert claim_api.pay(PAID, key=key).status_code == 403


def test_the_provider_sees_open_claims_without_the_countys_note(claim_api: ClaimApi) -> None:
    [row] = claim_api.get("/my/claims", key=BILLER).get_json()["items"]
    assert (row["county"], row["sum"]) == ("12", "70.00")
    assert "why" not in row
    biller = biller_of(claim_api.session, claim_api.scenario)
    claim_api.session.commit()
    browser = logged_in(claim_api.web.application.test_client(), claim_api.session, biller)
    for language in ("fi", "sv", "en"):
        page = browser.page("/t/tilitykset", lang=language).texts()
        assert row["reference"] in page
        assert "Aino" not in page
    assert "Counties claim back" in browser.page("/t/tilitykset", lang="en").texts()
    claim_api.pay(PAID)
    assert claim_api.get("/my/claims", key=BILLER).get_json()["items"] == []
    assert "Counties claim back" not in browser.page("/t/tilitykset", lang="en").texts()


def test_the_provider_gets_one_mail_without_personal_data(claim_api: ClaimApi) -> None:
    mails: list[Mail] = []
    while send_next_message(claim_api.session, post=lambda mail, _: mails.append(mail), now=NOW) is (
        Sending.SENT
    ):
        pass
    [mail] = [mail for mail in mails if mail.key == f"claim-notice:{claim_api.claim_id}"]
    [row] = claim_api.get("/my/claims", key=BILLER).get_json()["items"]
    assert row["reference"] in mail.text
    assert "70,00" in mail.text
    assert "Aino" not in mail.text + mail.subject
