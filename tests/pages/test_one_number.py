"""One number for a client everywhere: what you pay, what the county pays, the units that the money gives, and
the distance.

The pages of the demo's clients are read: the start page, results, offering, provider, comparison and choice,
the client's list, a helper's suggestion, who could help instead of a provider that stops, and the API. No two
may disagree about an offering.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.database.columns import days
from foundation.database.tables.grants import Funding
from foundation.database.tables.people import Mandate
from foundation.database.tables.providers import Approval, ApprovalState, Offering
from foundation.vocabulary.money import Quantity
from foundation.vocabulary.roles import Role
from marketplace.actions.propose import propose
from marketplace.rules.proposing import MOST_OFFERINGS, ProposedPlan
from marketplace.rules.wishes import Wish
from tests.builders.api import application_on, sessions_on
from tests.builders.county import NOW, TODAY
from tests.builders.people import a_person
from tests.builders.seeded_world import SeededWorld, seeded_world
from tests.pages.logged_in import logged_in_by_key
from tests.scratch_database import ScratchServer

CLIENTS = 60
SHORT = (3, 8, 31, 58)
"""The clients of the short ring: with one voucher and with several, with helpers, granted in units."""

MOST = 4
"""As many offerings of a service are read: as many as can be compared."""

SUM = re.compile(r"€\s?([\d,]+(?:\.\d+)?)")
UNITS = re.compile(r"about\s([\d,]+(?:\.\d+)?)")
KILOMETRES = re.compile(r"([\d,]+(?:\.\d+)?)\skm")
ELSEWHERE = "491"
"""Where distances are measured from in a search for the evening: the centre of Mikkeli."""

NUMBER = re.compile(r"[\d,]+(?:\.\d+)?")
Numbers = dict[tuple[int, str], dict[str, float | str]]


def number(text: str) -> float:
    return float(text.replace(",", ""))


@dataclass
class Crawl:
    """One client's browser and API, and the numbers that they show by offering and kind, by page."""

    web: Any
    headers: dict[str, str]
    numbers: Numbers = field(default_factory=lambda: defaultdict(dict))

    def page(self, path: str) -> Any:
        answer = self.web.get(f"{path}{'&' if '?' in path else '?'}lang=en")
        assert answer.status_code == 200, path
        return html.document_fromstring(answer.text)

    def api(self, path: str) -> Any:
        answer = self.web.get(f"/api/v1{path}", headers=self.headers)
        assert answer.status_code == 200, path
        return answer.get_json()

    def sends(self, path: str, action: str) -> bool:
        """Send the first form of a page that goes to an address; return whether there is one."""
        for form in self.page(path).forms:
            if urlsplit(form.action).path == action:
                pressed = {each.get("name"): each.get("value") for each in form.xpath(".//button[@name]")}
                answer = self.web.post(action, data={**dict(form.form_values()), **pressed})
                assert answer.status_code == 302, path
                return True
        return False

    def keep(self, offering: int, kind: str, page: str, value: float | str | None) -> None:
        if value is not None:
            self.numbers[offering, kind][page] = value

    def distance(self, offering: int, page: str, found: list[Any], at: str = "") -> None:
        """Keep the kilometres that an element says."""
        text = found[0].text_content() if found else ""
        self.keep(offering, f"distance{at}", page, first(KILOMETRES, text))

    def head(self, offering: int, page: str, element: Any, at: str = "") -> None:
        """Keep the numbers of the head of prices: `You pay`, `The county pays`, and the units.

        Args:
            at: The time that the prices are of, after the kind of the number.
        """
        said = " ".join(element.text_content().split())
        if "You pay" not in said:
            return
        paid, _, more = said.partition("The county pays")
        self.keep(offering, f"you pay{at}", page, first(SUM, paid.partition("You pay")[2]))
        self.keep(offering, f"county pays{at}", page, first(SUM, more))
        self.keep(offering, f"units{at}", page, first(UNITS, more))


def first(pattern: re.Pattern[str], text: str) -> float | None:
    found = pattern.search(text)
    return None if found is None else number(found[found.lastindex or 0])


def id_in(href: str) -> int:
    return int(urlsplit(href).path.rsplit("/", 1)[1])


def crawl(of: Crawl, session: Session) -> None:
    """Read the pages of each service that the client's open vouchers pay for."""
    fundings = [each for each in of.api("/me/fundings?page_size=100")["items"] if usable(each)]
    seen: set[str] = set()
    for funding in fundings:
        for service in funding["services"]:
            if service not in seen:
                seen.add(service)
                for time in ("", "evening"):
                    crawl_service(of, service, funding["voucher"], time)
        crawl_voucher(of, funding)
        crawl_suggestions(of, session, funding)
        crawl_stop(of, session, funding)


def usable(funding: dict[str, Any]) -> bool:
    return bool(funding["state"] == "open" and funding["window"][1] >= "2026-11-21")


def crawl_service(of: Crawl, service: str, voucher: str, time: str = "") -> None:
    """Keep the numbers of a service's offerings at a time of day, on every page that shows them."""
    search = f"service={service}&municipality=any" + (f"&time={time}&near={ELSEWHERE}" if time else "")
    haku, at = f"haku={quote(search)}", f" {time}".rstrip()
    ids = []
    for article in of.page(f"/etsi/tulokset?{search}&size=12").xpath("//article"):
        offering = id_in(article.xpath(".//h2/a/@href")[0])
        ids.append(offering)
        of.head(offering, "results", article, at)
        of.distance(offering, "results", article.xpath(".//dl/div[dt='Where:']/dd"), at)
    for offering in ids[:MOST]:
        page = of.page(f"/tarjonta/{offering}?{haku}")
        of.head(offering, "offering", page.xpath("//main/section | //main//section")[0], at)
        of.distance(offering, "offering", page.xpath("//main//dl/div[dt='Distance']/dd"), at)
        asked = of.page(f"/valitse?offering={offering}&{haku}")
        of.head(offering, "choose", asked.xpath("//main//section")[0], at)
        provider = page.xpath("//main//p[@class='om-links']/a/@href")[0]
        for card in of.page(provider).xpath("//main//section[.//h3/a]") if not time else ():
            of.head(id_in(card.xpath(".//h3/a/@href")[0]), "provider", card)
    compare(of, ids[:MOST], haku, at)
    if not time:
        crawl_list(of, ids[:MOST])
    asked_time = f"&time={time}" if time else ""
    for item in of.api(f"/offerings?service={service}&voucher={voucher}&page_size=100{asked_time}")["items"]:
        if item["id"] in ids and item["you_pay"] is not None:
            of.keep(item["id"], f"you pay{at}", "API", float(item["you_pay"]))
            of.keep(item["id"], f"county pays{at}", "API", float(item["county_pays"]))
            units = None if item["units_money_gives"] is None else float(item["units_money_gives"])
            of.keep(item["id"], f"units{at}", "API", units if units is None or units < 10 else units // 1)


def crawl_list(of: Crawl, ids: list[int]) -> None:
    """Put offerings on the client's own list, keep what the list says of them, and take them off."""
    for offering in ids:
        assert of.sends(f"/tarjonta/{offering}", "/muistilista"), offering
    for card in of.page("/muistilista").xpath("//section[starts-with(@aria-labelledby, 'kept-')]"):
        of.head(int(card.get("aria-labelledby").removeprefix("kept-")), "list", card)
    while of.sends("/muistilista", "/muistilista/poista"):
        pass


def crawl_suggestions(of: Crawl, session: Session, funding: dict[str, Any]) -> None:
    """Keep what a helper's suggestion says of the first offerings of each service of a voucher."""
    for service in funding["services"]:
        path = f"/offerings?service={service}&voucher={funding['voucher']}&page_size={MOST_OFFERINGS}"
        ids = [item["id"] for item in of.api(path)["items"]]
        if ids:
            made = suggest(session, funding["voucher"], ids)
            for card in of.page(f"/ehdotukset/{made}").xpath("//main//section[p[@class='om-alone']]"):
                of.head(id_in(card.xpath("./p[@class='om-alone']/a/@href")[0]), "suggestion", card)


def suggest(session: Session, voucher: str, ids: list[int]) -> int:
    """Suggest offerings for a voucher as a helper who may do so; return the suggestion."""
    funding = session.scalars(select(Funding).where(Funding.voucher == voucher)).one()
    client_id = funding.client_id
    helper = replace(a_person(session, Role.REPRESENTATIVE), client_ids=frozenset({client_id}))
    rights = {"kind": "support_person", "may_see": True, "may_propose": True}
    valid = days(TODAY, None)
    session.add(Mandate(client_id=client_id, person_id=helper.person_id, valid=valid, **rights))
    session.flush()
    first_day = max(TODAY, funding.valid.lower or TODAY)
    wish = Wish(first_day, None, None, Quantity(100))
    plans = [ProposedPlan(offering, wish) for offering in ids]
    made = propose(session, funding_id=funding.id, plans=plans, why="Near you", actor=helper, now=NOW)
    session.commit()
    assert isinstance(made, int), made
    return made


def crawl_stop(of: Crawl, session: Session, funding: dict[str, Any]) -> None:
    """Keep what is said of those who could help instead of the providers that help now."""
    for choice in funding["choices"]:
        if choice["state"] == "in_force":
            with stopped(session, choice["offering"]):
                page = of.page(f"/oma/valinta/{choice['id']}/toinen")
            for card in page.xpath("//main//article"):
                of.head(int(card.get("aria-labelledby").removeprefix("offer-")), "find another", card)


@contextmanager
def stopped(session: Session, offering_id: int) -> Iterator[None]:
    """Suspend the approval of an offering's provider for the time of a block."""
    offering = session.get_one(Offering, offering_id)
    of = {name: getattr(offering, name) for name in ("provider_id", "county_id", "service_id")}
    approval = session.scalars(select(Approval.id).filter_by(**of)).one()
    state = ApprovalState(approval_id=approval, state="suspended", from_day=TODAY, set_at=NOW)
    session.add(state)
    session.commit()
    yield
    session.delete(state)
    session.commit()


def compare(of: Crawl, ids: list[int], haku: str, at: str) -> None:
    if not ids:
        return
    page = of.page(f"/vertaa?all=1&{haku}&" + "&".join(f"id={key}" for key in ids))
    offerings = [id_in(href) for href in page.xpath("//thead//a/@href")]
    for row in page.xpath("//tbody/tr"):
        question = row.xpath("./th")[0].text_content()
        cells = [cell.text_content() for cell in row.xpath("./td/span[@class='om-compare__cell']")]
        for offering, cell in zip(offerings, cells, strict=False):
            if question == "You pay":
                of.keep(offering, f"you pay{at}", "comparison", first(SUM, cell))
            elif question == "Distance":
                of.keep(offering, f"distance{at}", "comparison", first(KILOMETRES, cell))
            elif question == "Your money covers":
                of.keep(offering, f"units{at}", "comparison", first(NUMBER, cell))


def crawl_voucher(of: Crawl, funding: dict[str, Any]) -> None:
    """Compare what the start page says of the voucher with its newest choice's offering."""
    live = [choice for choice in funding["choices"] if choice["state"] == "in_force"]
    path = f"/oma/seteli/{funding['voucher']}"
    said = of.page(path).xpath("//p[@class='om-balance__sentence']")[0].text_content()
    units = first(UNITS, said)
    if live and units is not None:
        of.keep(live[0]["offering"], "units", "voucher", units)


def disagreements(numbers: Numbers) -> Numbers:
    return {key: by_page for key, by_page in numbers.items() if len(set(by_page.values())) > 1}


@pytest.fixture(scope="module")
def demo(scratch_server: ScratchServer, worker_name: str) -> Iterator[SeededWorld]:
    """The demo."""
    with seeded_world(scratch_server, "demo", f"one_number_{worker_name}") as world:
        yield world


@pytest.mark.slow
@pytest.mark.parametrize(
    "index",
    [
        pytest.param(index, marks=() if index in SHORT else pytest.mark.long)
        for index in range(1, CLIENTS + 1)
    ],
)
def test_no_two_pages_disagree(demo: SeededWorld, index: int, tmp_path: Path) -> None:
    key = demo.api_key("client", client=f"C-{index:06d}")
    with sessions_on(demo.database_url) as sessions, sessions() as session:
        browser = logged_in_by_key(application_on(sessions, tmp_path).test_client(), session, key)
        of = Crawl(browser.web, {"Authorization": f"Bearer {key}", "Accept-Language": "en"})
        crawl(of, session)
    assert disagreements(of.numbers) == {}
    if index in SHORT:
        pages = {page for by_page in of.numbers.values() for page in by_page}
        assert pages >= {"results", "offering", "list", "suggestion", "find another", "API"}
