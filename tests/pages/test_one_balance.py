"""One number for what a voucher has left: on its pages, in the month's letter, in a trial and by the API.

The pages of the demo's clients are read in English. What is said in whole euros is compared as it is said;
the API's cents are said by the same rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.database.tables.clients import Client
from foundation.database.tables.grants import Funding
from foundation.vocabulary.dates import PeriodKind, period_of
from foundation.vocabulary.languages import Language
from foundation.vocabulary.money import Money
from marketplace.documents.month_letter import letter_values
from marketplace.load.mandates import clients
from marketplace.load.month_letter import month_letter
from marketplace.rules.said_sums import said_sums
from tests.builders.api import application_on, sessions_on
from tests.builders.seeded_world import TODAY, SeededWorld, seeded_world
from tests.pages.logged_in import logged_in_by_key
from tests.pages.test_one_number import CLIENTS, NUMBER, Crawl, disagreements, number, usable
from tests.scratch_database import ScratchServer

SHORT = (3, 8, 31, 58)
LEFT = re.compile(r"You (?:have|had) (?:€\s?)?([\d,]+(?:\.\d+)?)")
WEEK = re.compile(r"You use about (?:€\s?)?([\d,]+(?:\.\d+)?)")
UNUSED = re.compile(r"(?:€\s?)?([\d,]+(?:\.\d+)?)[^.]* would stay unused")
DAY = date.fromisoformat(TODAY)


def said(element: Any) -> str:
    """Return the text of an element with ordinary spaces."""
    return " ".join(element.text_content().replace("\xa0", " ").split())


def keep(of: Crawl, funding: int, page: str, kind: str, pattern: re.Pattern[str], text: str) -> None:
    """Keep the first number of a pattern in a text."""
    found = pattern.search(text)
    of.keep(funding, kind, page, None if found is None else number(found[1]))


def keep_balance(of: Crawl, funding: int, page: str, section: Any) -> None:
    """Keep what a section says of a voucher: the sentence, and the words beside the bar."""
    for sentence in section.xpath(".//p[@class='om-balance__sentence']")[:1]:
        keep(of, funding, page, "left", LEFT, said(sentence))
    for row in section.xpath(".//dl[@class='om-balance__words']/div"):
        name, value = said(row.xpath("./dt")[0]), said(row.xpath("./dd")[0])
        found = NUMBER.search(value)
        kind = {"Used": "used", "Booked": "booked", "Free": "free", "Left": "left"}.get(name, name)
        of.keep(funding, kind, page, None if found is None else number(found[0]))
    keep(of, funding, page, "a week", WEEK, said(section))


def crawl_start(of: Crawl, ids: dict[str, int]) -> None:
    """Keep what /oma says: of each voucher, and of all of them together."""
    page = of.page("/oma")
    sections = page.xpath("//main//section[contains(@class, 'om-balance')]")
    for section in sections:
        href = section.xpath(".//a[contains(@href, '/oma/seteli/')]/@href")[0]
        keep_balance(of, ids[href.rsplit("/", 1)[1].partition("?")[0]], "start", section)
    if len(sections) == 1:
        keep(of, next(iter(ids.values())), "start above", "left", LEFT, said(page.xpath("//main")[0]))


def crawl_voucher(of: Crawl, funding: dict[str, Any], key: int) -> None:
    """Keep what the pages of one voucher and the API say."""
    voucher = funding["voucher"]
    for name, path in (
        ("voucher", f"/oma/seteli/{voucher}"),
        ("movements", f"/oma/seteli/{voucher}/tapahtumat"),
        ("forecast", f"/seuranta?seteli={key}"),
    ):
        keep_balance(of, key, name, of.page(path).xpath("//main")[0])
    balance, units = funding["balance"], funding.get("balance_quantity")
    if units is not None:
        of.keep(key, "left", "API", float(units["free"]) + float(units["held"]))
        return
    held, free = (Money(round(float(balance[name]) * 100)) for name in ("held", "free"))
    sums = said_sums(held, free)
    of.keep(key, "left", "API", sums.left_cents / 100)
    of.keep(key, "booked", "API", sums.booked_cents / 100)
    of.keep(key, "free", "API", sums.free_cents / 100)


def crawl_trial(of: Crawl, by_service: dict[str, int]) -> None:
    """Keep what stays unused in the trial of a week while nothing is changed: that is what is free."""
    for section in of.page("/kokeile").xpath("//main//section[contains(@class, 'om-balance')]"):
        title = said(section.xpath("./h2")[0])
        text = said(section)
        if title in by_service and text.count("This is as it is now.") == len(section.xpath("./h3")):
            keep(of, by_service[title], "trial", "free", UNUSED, text)


def crawl_letter(of: Crawl, session: Session, client_id: int, ids: list[int]) -> None:
    """Keep what the letter of this month says; its file is made from these texts."""
    client = clients(session, [client_id])[client_id]
    letter = month_letter(session, client, period_of(PeriodKind.MONTH, DAY), DAY)
    texts: Any = letter_values(letter, Language.EN)["fundings"]
    for funding, values in zip(letter.fundings, texts, strict=True):
        key = funding.view.funding.facts.id
        if key in ids:
            keep(of, key, "letter", "left", LEFT, values["left"].replace("\xa0", " "))
            booked = [text for text in values["booked"] if "is booked" in text and "€" in text]
            for text in booked:
                of.keep(key, "booked", "letter", number(NUMBER.search(text)[0]))  # type: ignore[index]


def crawl(of: Crawl, session: Session, client_id: int) -> None:
    """Read every page that says what the client's open vouchers have left."""
    fundings = [each for each in of.api("/me/fundings?page_size=100")["items"] if usable(each)]
    if not fundings:
        return
    codes = [each["voucher"] for each in fundings]
    query = select(Funding).where(Funding.voucher.in_(codes))
    keys = {row.voucher: row.id for row in session.scalars(query)}
    crawl_start(of, keys)
    for funding in fundings:
        crawl_voucher(of, funding, keys[funding["voucher"]])
    titles = {said(of.page(f"/oma/seteli/{code}").xpath("//main//h1")[0]): key for code, key in keys.items()}
    crawl_trial(of, titles)
    crawl_letter(of, session, client_id, list(keys.values()))


@pytest.fixture(scope="module")
def demo(scratch_server: ScratchServer, worker_name: str) -> Iterator[SeededWorld]:
    """The demo."""
    with seeded_world(scratch_server, "demo", f"one_balance_{worker_name}") as world:
        yield world


@pytest.mark.slow
@pytest.mark.parametrize(
    "index",
    [
        pytest.param(index, marks=() if index in SHORT else pytest.mark.long)
        for index in range(1, CLIENTS + 1)
    ],
)
def test_no_two_pages_disagree_about_what_is_left(demo: SeededWorld, index: int, tmp_path: Path) -> None:
    client = f"C-{index:06d}"
    key = demo.api_key("client", client=client)
    with sessions_on(demo.database_url) as sessions, sessions() as session:
        browser = logged_in_by_key(application_on(sessions, tmp_path).test_client(), session, key)
        of = Crawl(browser.web, {"Authorization": f"Bearer {key}", "Accept-Language": "en"})
        crawl(of, session, session.scalars(select(Client.id).where(Client.number == client)).one())
    assert disagreements(of.numbers) == {}
    if index in SHORT:
        pages = {page for by_page in of.numbers.values() for page in by_page}
        assert pages >= {"start", "voucher", "movements", "forecast", "letter", "API"}
