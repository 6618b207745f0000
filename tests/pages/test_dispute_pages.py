"""Right or not right, on the pages and the API of all three parties."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy import select

from foundation.database.tables.charges import Charge
from foundation.database.tables.disputes import DisputeEntry
from foundation.vocabulary.roles import Role
from tests.builders import a_person
from tests.builders.api import store_api_key
from tests.builders.client_api import ClientApi
from tests.builders.settlement import a_settlement_scenario
from tests.pages.logged_in import logged_in_by_key
from tests.pages.strict import StrictClient

LANGUAGES = ("fi", "sv", "en", "selko")
KEYS = {"client": "omk_1", "provider": "omk_2", "worker": "omk_3", "stranger": "omk_4", "rival": "omk_5"}
WORDS = "Avustaja lähti ennen aikojaan"


@dataclass(frozen=True)
class Disputed:
    """A charge of two hours, paid, and the people who may speak about it."""

    api: ClientApi
    charge_id: int

    def web(self, who: str) -> StrictClient:
        return logged_in_by_key(self.api.web, self.api.session, KEYS[who])

    def claim(self) -> None:
        client = self.web("client")
        page = client.page(f"/kulut/{self.charge_id}/ei-oikein")
        client.send(page, {"claim": "quantity", "quantity": "1", "why": WORDS})

    def answer(self, **fields: str) -> None:
        provider = self.web("provider")
        provider.send(provider.page(f"/t/kirjaukset/{self.charge_id}/keskustelu"), fields)

    def send(self, who: str, path: str, body: dict[str, object]) -> tuple[int, dict[str, object]]:
        answer = self.api.send("POST", f"/charges/{self.charge_id}{path}", body, key=KEYS[who])
        return answer.status_code, answer.get_json()


@pytest.fixture
def disputed(client_api: ClientApi) -> Disputed:
    session = client_api.session
    scenario = a_settlement_scenario(session, code="90")
    charge_id = scenario.charge(session, 0)
    scenario.approve(session, scenario.prepare(session))
    people = {
        "client": a_person(session, Role.CLIENT, client_id=scenario.fundings[0].client_id),
        "provider": a_person(session, Role.PROVIDER_BILLER, provider_id=scenario.provider_ids[0]),
        "worker": a_person(session, Role.WORKER, county_id=scenario.county.id),
        "stranger": a_person(session, Role.CLIENT, client_id=scenario.fundings[1].client_id),
        "rival": a_person(session, Role.PROVIDER_OWNER, provider_id=scenario.provider_ids[1]),
    }
    for who, actor in people.items():
        store_api_key(session, actor, KEYS[who])
    session.commit()
    return Disputed(client_api, charge_id)


def test_the_client_checks_a_charge_in_three_screens_and_a_correction_follows(disputed: Disputed) -> None:
    key = disputed.charge_id
    client = disputed.web("client")
    (link,) = client.page("/kulut", lang="en").root.xpath("//main//a[contains(@href, 'ei-oikein')]/@href")
    page = client.send(client.page(link), {"claim": "quantity", "quantity": "1", "why": WORDS})
    assert "The provider answers by Wed 25 November" in page.texts("main").replace("\xa0", " ")
    provider = disputed.web("provider")
    (link,) = provider.page("/t", lang="en").root.xpath("//main//a[contains(@href, 'keskustelu')]/@href")
    page = provider.page(link)
    assert WORDS in page.texts("main")
    assert "Answer by 25 Nov 2026. If you do not answer, the county decides." in page.texts("main").replace(
        "\xa0", " "
    )
    provider.send(page, {"act": "partly", "quantity": "1,5", "words": "Lähdin 11.30"})
    client = disputed.web("client")
    page = client.page(f"/kulut/{key}/keskustelu", lang="en")
    assert "If you accept, 1.5 hours is paid." in page.texts("main").replace("\xa0", " ")
    page = client.send(page, {"reply": "accept"}, form=0)
    assert "The matter is closed." in page.texts("main")
    session = disputed.api.session
    correction = session.scalars(select(Charge).where(Charge.corrects_id == key)).one()
    assert (correction.quantity_hundredths, correction.price_cents) == (-50, -1_800)
    for who, path in (
        ("worker", f"/tt/selvitettava/{key}/keskustelu"),
        ("provider", f"/t/kirjaukset/{key}/keskustelu"),
        ("client", f"/kulut/{key}/keskustelu"),
    ):
        text = disputed.web(who).page(path, lang="en").texts("main")
        assert WORDS in text
        assert "Lähdin 11.30" in text
        assert "The charge was corrected" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_are_right_in_every_language(disputed: Disputed, language: str) -> None:
    disputed.claim()
    key = disputed.charge_id
    paths = {
        "client": (f"/kulut/{key}/keskustelu", "/kulut"),
        "provider": (f"/t/kirjaukset/{key}/keskustelu", f"/t/kirjaukset/{key}", "/t"),
        "worker": (f"/tt/selvitettava/{key}/keskustelu", "/tt/selvitettavat", "/tt"),
    }
    for who, pages in paths.items():
        if language == "selko" and who != "client":
            continue
        web = disputed.web(who)
        for path in pages:
            web.page(path, lang=language)
    disputed.answer(act="stand", words="Olin kaksi tuntia")
    disputed.web("client").page(f"/kulut/{key}/keskustelu", lang=language)


def test_what_silence_means_is_said_before_anything_is_sent(disputed: Disputed) -> None:
    page = disputed.web("client").page(f"/kulut/{disputed.charge_id}/ei-oikein", lang="en")
    text = page.texts("main")
    assert "within three working days. If it does not answer, the county decides." in text
    assert "No money moves just because somebody does not answer." in text


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({}, "Tell us what is not right"),
        ({"claim": "quantity"}, "Enter how much it was"),
        ({"claim": "quantity", "quantity": "2"}, "less than what was charged"),
        ({"claim": "quantity", "quantity": "0"}, "more than zero"),
        ({"claim": "quantity", "quantity": "9999999999"}, "Enter a number"),
        ({"claim": "other"}, "Tell us what is not right"),
    ],
)
def test_what_is_missing_is_said_beside_the_field(
    disputed: Disputed, fields: dict[str, str], error: str
) -> None:
    client = disputed.web("client")
    page = client.page(f"/kulut/{disputed.charge_id}/ei-oikein", lang="en")
    assert error in client.send(page, fields, status=422).texts("main")
    assert disputed.api.count(DisputeEntry) == 0


@pytest.mark.parametrize(
    ("fields", "claim"), [({"claim": "not_done"}, "not_done"), ({"quantity": "1"}, "quantity")]
)
def test_a_choice_or_a_figure_alone_is_enough(disputed: Disputed, fields: dict[str, str], claim: str) -> None:
    client = disputed.web("client")
    client.send(client.page(f"/kulut/{disputed.charge_id}/ei-oikein"), fields)
    assert disputed.api.session.scalars(select(DisputeEntry.claim)).all() == [claim]


def test_the_county_decides_with_a_reason(disputed: Disputed) -> None:
    disputed.claim()
    worker = disputed.web("worker")
    page = worker.page(f"/tt/selvitettava/{disputed.charge_id}/keskustelu", lang="en")
    assert "A party still has time to answer" in page.texts("main")
    assert worker.send(page, {"decision": "part", "words": "Soitettu"}, status=422).texts("main")
    page = worker.send(page, {"decision": "nothing", "words": "Avaimen leimat puuttuvat"})
    assert "Decision: Nothing is paid." in page.texts("main")
    page = disputed.web("client").page(f"/kulut/{disputed.charge_id}/keskustelu", lang="en")
    assert "Avaimen leimat puuttuvat" in page.texts("main")


def test_a_stale_form_is_refused_and_keeps_what_was_typed(disputed: Disputed) -> None:
    disputed.claim()
    provider = disputed.web("provider")
    page = provider.page(f"/t/kirjaukset/{disputed.charge_id}/keskustelu", lang="en")
    worker = disputed.web("worker")
    decision = worker.page(f"/tt/selvitettava/{disputed.charge_id}/keskustelu")
    worker.send(decision, {"decision": "all", "words": "Kuultu"})
    again = disputed.web("provider").send(page, {"act": "agree"}, status=422)
    assert "Somebody has written meanwhile" in again.texts("main")


def test_the_api_takes_each_party_through_it(disputed: Disputed) -> None:
    status, answered = disputed.send(
        "client", "/dispute", {"why": WORDS, "claim": "quantity", "quantity": "1.00"}
    )
    assert (status, answered["answer"]) == (200, "disputed")
    early = disputed.send("client", "/thread/replies", {"accept": True})
    assert (early[0], early[1]["code"]) == (409, "dispute_not_your_turn")
    body: dict[str, object] = {"answer": "partly", "quantity": "1.50", "after": 1}
    for _ in range(2):
        status, thread = disputed.send("provider", "/thread/answers", body)
        assert (status, thread["turn"]) == (200, "client")
    status, thread = disputed.send("client", "/thread/replies", {"accept": True, "after": 2})
    assert (status, thread["turn"], thread["answer_by"]) == (200, "closed", None)
    late = disputed.send("worker", "/thread/decision", {"why": "Myöhässä"})
    assert (late[0], late[1]["code"]) == (409, "dispute_closed")
    assert disputed.api.count(DisputeEntry) == 3


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"answer": "partly"}, "quantity_missing"), ({"answer": "stand"}, "words_missing"),
        ({"answer": "partly", "quantity": "2.00"}, "quantity_not_less"),
        ({"answer": "partly", "quantity": "999999999.99"}, "quantity_not_less"),
    ],
)  # fmt: skip
def test_the_api_names_the_field(disputed: Disputed, body: dict[str, object], code: str) -> None:
    disputed.send("client", "/dispute", {"why": WORDS})
    status, problem = disputed.send("provider", "/thread/answers", body)
    assert (status, problem["code"]) == (422, code)


@pytest.mark.parametrize("who", ["stranger", "rival"])
def test_others_find_no_thread(disputed: Disputed, who: str) -> None:
    disputed.claim()
    key = disputed.charge_id
    answer = disputed.api.send("GET", f"/charges/{key}/thread", key=KEYS[who])
    assert answer.status_code == 404
    path = f"/kulut/{key}/keskustelu" if who == "stranger" else f"/t/kirjaukset/{key}/keskustelu"
    disputed.web(who).page(path, status=404)


def test_the_day_is_the_third_working_day(disputed: Disputed) -> None:
    disputed.send("client", "/dispute", {"why": WORDS})
    thread = disputed.api.send("GET", f"/charges/{disputed.charge_id}/thread", key=KEYS["worker"]).get_json()
    assert (thread["turn"], thread["answer_by"]) == ("provider", date(2026, 11, 25).isoformat())
