"""The client's walks: on a narrow phone, in plain Finnish, without JavaScript, and by the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.database.session import make_engine
from foundation.database.tables.charge_answers import ChargeAnswer
from tests.builders.hands import Hands, Way
from tests.builders.http_api import HttpApi
from tests.builders.seeded_world import CLOCK, TODAY, Json, SeededWorld, seeded_world
from tests.processes import ForkServer, OmatoriProcesses
from tests.scratch_database import ScratchServer

pytestmark = [pytest.mark.browser, pytest.mark.long]
WAYS = [
    Way(320, script=False),
    Way(390, script=False, keyboard=True),
    Way(390),
    Way(320, keyboard=True),
]
ROOT = Path(__file__).parents[2]
ENOUGH_EUROS = 200
SUBMIT = "main form button[type=submit]"
CONFIRM = "main form[method=post] button[type=submit]"


@dataclass(frozen=True, slots=True)
class Site:
    """The demo county, served."""

    url: str
    world: SeededWorld

    def api(self, role: str, **fields: str) -> HttpApi:
        """Return the API as the first person of a role."""
        return HttpApi(self.url, self.world.api_key(role, **fields))

    @property
    def clients(self) -> list[Json]:
        """Return the clients who log in."""
        return [person for person in self.world.report["people"] if person["role"] == "client"]


@pytest.fixture(scope="module")
def site(
    scratch_server: ScratchServer,
    worker_name: str,
    fork_server: ForkServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    processes = OmatoriProcesses(ROOT, tmp_path_factory.mktemp("walks"), fork_server)
    with seeded_world(scratch_server, "demo", f"walks_{worker_name}") as world:
        yield Site(processes.serve(world.database_url, clock=CLOCK).url, world)
        processes.stop_all()


@pytest.fixture(params=WAYS, ids=str)
def way(request: pytest.FixtureRequest) -> Way:
    way: Way = request.param
    return way


@dataclass(frozen=True, slots=True)
class Chance:
    """A client with free money, the voucher, and an offering that is new to it and may be chosen."""

    person: Json
    voucher: str
    offering: Json
    choices: list[Json]


def chances(site: Site, *, helped: bool) -> Iterator[Chance]:
    """Yield the chances of clients; `helped`: somebody helps by that voucher already."""
    for person in site.clients:
        api = site.api("client", client=person["client"])
        for funding in api.get("/me/fundings")["items"]:
            choices = funding["choices"]
            if bool(choices) != helped or len(funding["services"]) > 1:
                continue
            if Decimal(funding["balance"]["free"]) < ENOUGH_EUROS:
                continue
            chosen = {choice["offering"] for choice in choices}
            service = funding["services"][0]
            for offering in api.get("/offerings", voucher=funding["voucher"], service=service)["items"]:
                if offering["id"] not in chosen and offering.get("eligible"):
                    yield Chance(person, funding["voucher"], offering, choices)
                    break


def choose(hands: Hands, offering: Json, *, instead: bool = False) -> None:
    """From the start page: find, pick from the results, say how often, check, confirm."""
    hands.open("/oma")
    hands.press(hands.page.locator("nav a[href^='/etsi']").first)
    hands.pick(hands.page.locator(f"main [name=service][value='{offering['service']}']"))
    hands.press(hands.page.locator(SUBMIT).first)
    pick(hands, offering, instead=instead)


def pick(hands: Hands, offering: Json, *, instead: bool = False) -> None:
    """From the results: pick, say how often, check, confirm."""
    page = hands.page
    if (more := page.locator("main .om-alone a[href*='size=']")).count():
        hands.press(more.first)
    hands.press(page.locator(f"main a[href*='/valitse'][href*='offering={offering['id']}']").first)
    answers = page.locator("main [name=replaces]")
    if answers.count():
        hands.pick(answers.first if instead else answers.last)
    hands.pick(page.locator("main [name=how][value=week]"))
    hands.write(page.locator("main [name=amount]"), "1")
    hands.press(page.locator(SUBMIT).first)
    if "/valitse/tarkista" in hands.path() and not page.locator(CONFIRM).count():
        hands.press(page.locator(SUBMIT).first)
    hands.press(page.locator(CONFIRM).first)
    assert hands.path().startswith("/valitse/valmis/"), hands.text()


def undo(hands: Hands) -> None:
    """From the receipt of a choice: take it back."""
    hands.press(hands.page.locator("main a[href*='/lopeta']").first)
    hands.press(hands.page.locator(CONFIRM).first)


def test_find_choose_and_undo(site: Site, browser: Browser, way: Way) -> None:
    chance = next(chances(site, helped=True))
    api = site.api("client", client=chance.person["client"])
    before = api.get(f"/fundings/{chance.voucher}")
    hands = Hands(browser, site.url, chance.person, way)
    choose(hands, chance.offering)
    chosen = api.get(f"/fundings/{chance.voucher}")
    assert Decimal(chosen["balance"]["held"]) > Decimal(before["balance"]["held"])
    undo(hands)
    assert api.get(f"/fundings/{chance.voucher}")["balance"] == before["balance"]


def test_change_to_another_and_undo(site: Site, browser: Browser, way: Way) -> None:
    chance = next(chances(site, helped=True))
    api = site.api("client", client=chance.person["client"])
    before = api.get(f"/fundings/{chance.voucher}")
    hands = Hands(browser, site.url, chance.person, way)
    choose(hands, chance.offering, instead=True)
    undo(hands)
    after = api.get(f"/fundings/{chance.voucher}")
    assert after["balance"] == before["balance"]
    assert after["choices"] == before["choices"]


def test_a_provider_leaves_and_the_client_finds_another(site: Site, browser: Browser, way: Way) -> None:
    for chance in chances(site, helped=True):
        old = chance.choices[0]
        if old["provider"] != chance.offering["provider"] and not old.get("provider_stops"):
            break
    else:
        raise LookupError
    sent = {"provider": old["provider"], "service": chance.offering["service"]}
    suspended = {
        "state": "suspended",
        "from": TODAY,
        "why": "Vakuutus puuttuu",
        "acknowledged": ["charges_since"],
    }
    site.api("worker", county="12").post("/approvals", sent | suspended)
    hands = Hands(browser, site.url, chance.person, way)
    hands.open("/oma")
    service = chance.offering["service"]
    hands.press(hands.page.locator(f"main a[href$='/oma/valinta/{old['id']}/toinen']").first)
    hands.press(hands.page.locator(f"main a[href*='/etsi/tulokset'][href*='service={service}']").first)
    pick(hands, chance.offering, instead=True)
    hands.open("/oma")
    assert chance.offering["provider_name"] in hands.text()
    api = site.api("client", client=chance.person["client"])
    choices = {choice["id"]: choice for choice in api.get(f"/fundings/{chance.voucher}")["choices"]}
    [new] = [choice for choice in choices.values() if choice["offering"] == chance.offering["id"]]
    assert choices[old["id"]]["to"] is not None
    assert choices[old["id"]]["to"] < new["from"]


def charges_to_answer(site: Site, browser: Browser, way: Way) -> Hands:
    """Return the hands of a client on the page of visits that wait for an answer, two screens from log-in."""
    for person in site.clients:
        hands = Hands(browser, site.url, person, way)
        hands.open("/oma")
        if hands.page.locator("main a[href^='/kulut']").count():
            hands.press(hands.page.locator("main a[href^='/kulut']").first)
            return hands
        hands.page.context.close()
    raise LookupError


def answers(site: Site) -> list[tuple[str, str, str]]:
    """Return the charge, the answer and the words of all answers of clients."""
    engine = make_engine(site.world.database_url)
    with Session(engine) as session:
        rows = session.scalars(select(ChargeAnswer)).all()
        found = [(str(row.charge_id), row.answer, row.why) for row in rows]
    engine.dispose()
    return found


def test_check_a_visit_in_three_screens(site: Site, browser: Browser, way: Way) -> None:
    hands = charges_to_answer(site, browser, way)
    form = hands.page.locator("main form[action$='/oikein']").first
    charge = (form.get_attribute("action") or "").split("/")[2]
    hands.press(form.locator("button").first)
    left = [entry.get_attribute("action") or "" for entry in hands.page.locator("main form").all()]
    assert f"/kulut/{charge}/oikein" not in left
    assert (charge, "confirmed", "") in answers(site)


def test_a_visit_that_is_not_right_opens_a_thread(site: Site, browser: Browser, way: Way) -> None:
    hands = charges_to_answer(site, browser, way)
    link = hands.page.locator("main a[href*='/ei-oikein']").first
    charge = (link.get_attribute("href") or "").split("/")[2]
    hands.press(link)
    words = f"Kukaan ei tullut {way}"
    hands.write(hands.page.locator("main [name=why]"), words)
    hands.press(hands.page.locator(CONFIRM).first)
    assert (charge, "disputed", words) in answers(site)
    hands.open(f"/kulut/{charge}/keskustelu")
    assert words in hands.text()
