"""A paid visit that is disputed: on the lists of the county and the provider until it is answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from clearing.charges.corrections.actions.correct_charge import CorrectionWish, correct_charge
from clearing.charges.corrections.rules.counter_entries import CorrectionReason
from clearing.charges.disputes.load.open_disputes import open_disputes
from clearing.charges.disputes.load.threads import OpenThreads, count_open_threads
from foundation.database.tables.audit import AuditEvent
from foundation.vocabulary.money import Quantity
from foundation.vocabulary.refusals import not_refused
from foundation.vocabulary.roles import Actor, Role
from marketplace.actions.answer_charge import confirm_charge, dispute_charge
from marketplace.load.charges import MyCharge, charge_by_id
from tests.builders import NOW, a_person
from tests.builders.api import store_api_key
from tests.builders.client_api import WORKER, ClientApi
from tests.builders.settlement import SettlementScenario, a_settlement_scenario
from tests.pages.logged_in import logged_in_by_key
from tests.pages.strict import StrictPage

LANGUAGES = ("fi", "sv", "en")
WHY = "Kävi vain tunnin"
LATER = NOW + timedelta(minutes=5)
CLIENT_KEY, WORKER_KEY, BILLER_KEY, OTHER_KEY = "omk_c", "omk_w", "omk_b", "omk_o"


@dataclass(frozen=True)
class Paid:
    """A paid charge of two hours, its client, and the people who may read it."""

    api: ClientApi
    scenario: SettlementScenario
    charge_id: int
    client: Actor

    def charge(self) -> MyCharge:
        found = charge_by_id(self.api.session, self.charge_id)
        assert found is not None
        return found

    def dispute(self) -> None:
        session = self.api.session
        disputed = dispute_charge(session, charge=self.charge(), why=WHY, actor=self.client, now=NOW)
        not_refused(disputed)
        session.commit()

    def open(self) -> list[int]:
        """The open disputes of the provider; the county has the same."""
        of_provider = OpenThreads(provider_id=self.scenario.provider_ids[0])
        of_county = OpenThreads(county_id=self.scenario.county.id)
        found, same = (
            [each.charge.id for each in open_disputes(self.api.session, whose, first=0, count=9)]
            for whose in (of_provider, of_county)
        )
        assert found == same
        assert count_open_threads(self.api.session, of_county) == len(found)
        return found

    def page(self, key: str, path: str, language: str = "en") -> StrictPage:
        return logged_in_by_key(self.api.web, self.api.session, key).page(path, lang=language)


@pytest.fixture
def paid(client_api: ClientApi) -> Paid:
    """The county's run has paid the charge."""
    session = client_api.session
    scenario = a_settlement_scenario(session, code="90")
    charge_id = scenario.charge(session, 0)
    scenario.pay(session)
    client = a_person(session, Role.CLIENT, client_id=scenario.fundings[0].client_id)
    store_api_key(session, client, CLIENT_KEY)
    worker = a_person(session, Role.WORKER, name="Oma Työntekijä", county_id=scenario.county.id)
    store_api_key(session, worker, WORKER_KEY)
    for key, provider_id in zip((BILLER_KEY, OTHER_KEY), scenario.provider_ids, strict=True):
        store_api_key(session, a_person(session, Role.PROVIDER_BILLER, provider_id=provider_id), key)
    session.commit()
    return Paid(client_api, scenario, charge_id, client)


def test_a_paid_visit_that_is_disputed_waits_for_an_answer(paid: Paid) -> None:
    assert paid.open() == []
    paid.dispute()
    assert paid.charge().state == "settled"
    assert paid.open() == [paid.charge_id]


def test_the_client_takes_it_back(paid: Paid) -> None:
    paid.dispute()
    confirmed = confirm_charge(paid.api.session, charge=paid.charge(), actor=paid.client, now=LATER)
    not_refused(confirmed)
    assert paid.open() == []


def test_a_correction_answers_it_until_the_client_disputes_again(paid: Paid) -> None:
    paid.dispute()
    wish = CorrectionWish("K-1", CorrectionReason.WRONG_QUANTITY, Quantity(50), note="Puolitoista tuntia")
    biller, session = paid.scenario.biller, paid.api.session
    not_refused(correct_charge(session, paid.charge_id, wish=wish, actor=biller, now=LATER))
    assert paid.open() == []
    again = LATER + timedelta(minutes=5)
    disputed = dispute_charge(paid.api.session, charge=paid.charge(), why=WHY, actor=paid.client, now=again)
    not_refused(disputed)
    assert paid.open() == [paid.charge_id]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_county_and_the_provider_read_it_with_the_day_to_answer(paid: Paid, language: str) -> None:
    paid.dispute()
    shown = paid.page(WORKER_KEY, "/tt", language).root.xpath("//main//a[@href='/tt/selvitettavat']")
    assert shown
    for key, path in ((WORKER_KEY, "/tt/selvitettavat"), (BILLER_KEY, "/t")):
        text = paid.page(key, path, language).texts("main").replace("\xa0", " ")
        assert WHY in text
        assert ("26 Nov 2026" if language == "en" else "26.11.2026") not in text
        assert ("25 Nov 2026" if language == "en" else "25.11.2026") in text
    looks = paid.api.session.query(AuditEvent).filter_by(act="client.look")
    assert {look.client_id for look in looks} >= {paid.charge().client_id}


def test_others_do_not_read_it(paid: Paid) -> None:
    paid.dispute()
    for key, path in ((WORKER, "/tt/selvitettavat"), (OTHER_KEY, "/t")):
        assert WHY not in paid.page(key, path).texts()


@pytest.mark.parametrize("language", ["fi", "sv", "en", "selko"])
def test_the_client_reads_what_happens_and_until_when(paid: Paid, language: str) -> None:
    before = paid.page(CLIENT_KEY, f"/kulut/{paid.charge_id}/ei-oikein", language).texts("main")
    assert language != "en" or "within three working days" in before
    paid.dispute()
    after = paid.page(CLIENT_KEY, "/kulut", language).texts("article").replace("\xa0", " ")
    days = {"en": "Wed 25 November.", "sv": "ons 25 november."}
    assert days.get(language, "ke 25. marraskuuta.") in after
