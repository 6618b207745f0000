"""One number and one state for a charge everywhere: on /kulut, on the voucher's page, and in the client's own
data. And one sum for a month, that of its charges: on the page of movements and in the month's letter.

The pages of the demo's clients are read in English.
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
from foundation.vocabulary.dates import PeriodKind, period_of
from foundation.vocabulary.languages import Language
from marketplace.documents.month_letter import letter_values
from marketplace.load.mandates import clients
from marketplace.load.month_letter import month_letter
from tests.builders.api import application_on, sessions_on
from tests.builders.county import TODAY
from tests.builders.seeded_world import SeededWorld, seeded_world
from tests.pages.logged_in import logged_in_by_key
from tests.pages.test_one_balance import said
from tests.pages.test_one_number import CLIENTS, SHORT, SUM, Crawl, disagreements, first
from tests.scratch_database import ScratchServer

SHOWN = ("accepted", "on_hold", "settled", "withdrawn", "rejected")
TAKEN = ("accepted", "settled")
COUNTY_PAID = re.compile(r"The county paid (-?€\s?[\d,]+(?:\.\d+)?)")
YOU_PAID = re.compile(r"You paid (-?€\s?[\d,]+(?:\.\d+)?)")
LATEST = 3


def euros(text: str) -> float | None:
    """Return the sum that a text says, negative for money that came back."""
    found = first(SUM, text)
    return None if found is None else -found if "-€" in text.replace("\u2212", "-") else found


def crawl_visits(of: Crawl) -> None:
    """Keep what /kulut says of every charge."""
    path: str | None = "/kulut"
    while path:
        page = of.page(path)
        for card in page.xpath("//main//article"):
            charge = int(card.get("aria-labelledby").removeprefix("charge-"))
            for row in card.xpath(".//dl[contains(@class, 'om-facts')]/div"):
                kind, value = said(row.xpath("./dt")[0]), said(row.xpath("./dd")[0])
                of.keep(charge, kind.lower(), "visits", euros(value))
            of.keep(charge, "state", "visits", said(card.xpath("./p[2]/*[1]")[0]))
        following = page.xpath("//main//a[@rel='next']/@href")
        path = following[0] if following else None


def crawl_data(of: Crawl) -> list[dict[str, Any]]:
    """Keep what the client's own data say of every charge that concerns money; return these rows."""
    charges = next(kind for kind in of.api("/me/data")["kinds"] if kind["kind"] == "charges")
    states = next(field["codes"] for field in charges["fields"] if field["name"] == "state")
    rows = [row for row in charges["rows"] if row["state"] in SHOWN]
    for row in rows:
        of.keep(row["id"], "state", "own data", states[row["state"]])
        for kind, name in (("price", "price"), ("the county pays", "county_pays"), ("you pay", "you_pay")):
            of.keep(row["id"], kind, "own data", None if row[name] is None else float(row[name]))
    return rows


def crawl_latest(of: Crawl, voucher: str, rows: list[dict[str, Any]]) -> None:
    """Keep what the page of a voucher says of its latest charges."""
    newest = sorted(rows, key=lambda row: (row["service_day"], row["id"]), reverse=True)[:LATEST]
    lines = of.page(f"/oma/seteli/{voucher}").xpath("//main//table/tbody/tr[td[3]]")
    for row, line in zip(newest, lines, strict=True):
        cells = [said(cell) for cell in line.xpath("./th | ./td")]
        of.keep(row["id"], "the county pays", "voucher", euros(cells[2]))
        of.keep(row["id"], "you pay", "voucher", euros(cells[3]))
        of.keep(row["id"], "state", "voucher", cells[4])


def crawl_months(of: Crawl, key: int, voucher: str, rows: list[dict[str, Any]]) -> None:
    """Keep what the months of a voucher come to: by its charges, and on the page of movements."""
    taken = [row for row in rows if row["state"] in TAKEN]
    for month in {row["service_day"][:7] for row in taken}:
        text = said(of.page(f"/oma/seteli/{voucher}/tapahtumat?kuukausi={month}").xpath("//main")[0])
        for kind, pattern, name in (("county", COUNTY_PAID, "county_pays"), ("you", YOU_PAID, "you_pay")):
            total = sum(float(row[name] or 0) for row in taken if row["service_day"][:7] == month)
            found = pattern.search(text)
            value = 0.0 if "You paid nothing." in text and kind == "you" else None
            of.keep(key, f"{kind} {month}", "charges", round(total, 2))
            of.keep(key, f"{kind} {month}", "movements", euros(found[1]) if found else value)


def crawl_letter(of: Crawl, session: Session, client_id: int, rows: list[dict[str, Any]]) -> None:
    """Keep what the letters of the months with charges say that the client paid."""
    client = clients(session, [client_id])[client_id]
    taken = [row for row in rows if row["state"] in TAKEN]
    for month in {row["service_day"][:7] for row in taken}:
        window = period_of(PeriodKind.MONTH, date.fromisoformat(f"{month}-01"))
        text = str(letter_values(month_letter(session, client, window, TODAY), Language.EN)["own"])
        found = first(SUM, text)
        total = sum(float(row["you_pay"] or 0) for row in taken if row["service_day"][:7] == month)
        of.keep(0, f"you {month}", "charges", round(total, 2))
        of.keep(0, f"you {month}", "letter", found if found is not None else 0.0)


def crawl(of: Crawl, session: Session, client_id: int) -> None:
    """Read every page and file that says what charges come to."""
    crawl_visits(of)
    rows = crawl_data(of)
    for key, funding in enumerate(of.api("/me/fundings?page_size=100")["items"], start=1):
        own = [row for row in rows if row["voucher"] == funding["voucher"]]
        crawl_latest(of, funding["voucher"], own)
        crawl_months(of, -key, funding["voucher"], own)
    crawl_letter(of, session, client_id, rows)


@pytest.fixture(scope="module")
def demo(scratch_server: ScratchServer, worker_name: str) -> Iterator[SeededWorld]:
    """The demo."""
    with seeded_world(scratch_server, "demo", f"one_charge_{worker_name}") as world:
        yield world


@pytest.mark.slow
@pytest.mark.parametrize(
    "index",
    [
        pytest.param(index, marks=() if index in SHORT else pytest.mark.long)
        for index in range(1, CLIENTS + 1)
    ],
)
def test_no_two_pages_disagree_about_a_charge(demo: SeededWorld, index: int, tmp_path: Path) -> None:
    client = f"C-{index:06d}"
    key = demo.api_key("client", client=client)
    with sessions_on(demo.database_url) as sessions, sessions() as session:
        browser = logged_in_by_key(application_on(sessions, tmp_path).test_client(), session, key)
        of = Crawl(browser.web, {"Authorization": f"Bearer {key}", "Accept-Language": "en"})
        crawl(of, session, session.scalars(select(Client.id).where(Client.number == client)).one())
    assert disagreements(of.numbers) == {}
    if index in SHORT:
        pages = {page for by_page in of.numbers.values() for page in by_page}
        assert pages >= {"visits", "own data", "voucher", "charges", "movements", "letter"}
