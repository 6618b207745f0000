"""Every page of every face, in each of its languages, at three widths: no finding, one h1, no side scroll."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser
from sqlalchemy.orm import sessionmaker

from cli import omatori as command_line
from config import Settings
from tests.journeys import axe
from tests.journeys.axe import HEIGHT, TOO_WIDE, WIDTHS
from tests.journeys.crawl import Site, pages_of
from tests.journeys.desk import CLOCK, Json, SmallWorld
from tests.journeys.desks import Desk
from tests.journeys.walks import choose, grant, upload
from tests.processes import Nursery, OmatoriProcesses
from tests.scratch_database import ScratchServer
from wsgi import create_app

ROOT = Path(__file__).parents[2]
STAFF_LANGUAGES = ("fi", "sv", "en")
CLIENT_LANGUAGES = (*STAFF_LANGUAGES, "fi-x-selko")
CLIENT = "C-000001"
NARROW = {"width": WIDTHS[0], "height": HEIGHT}
ONE_H1 = "() => [...document.querySelectorAll('h1')].map(one => one.innerText)"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who looks, in which languages, and where the walk begins (links do the rest)."""

    role: str
    languages: tuple[str, ...]
    first: tuple[str, ...]
    where: dict[str, str] = field(default_factory=dict)

    @property
    def is_client(self) -> bool:
        """Whether the pages are a client's, with contrast 7:1 and plain Finnish."""
        return self.languages == CLIENT_LANGUAGES

    @property
    def sees_front_pages(self) -> bool:
        """Before a log-in, as a client, and as one of the staff: for the rest of the staff only the header
        differs, which stands on their own pages as well."""
        return self.is_client or self.role == "admin"


COUNTY = {"county": "12"}
VISITORS = (
    Visitor("nobody", CLIENT_LANGUAGES, ("/", "/kirjaudu", "/etsi", "/etsi/tulokset", "/apua")),
    Visitor(
        "client",
        CLIENT_LANGUAGES,
        ("/oma", "/kulut", "/etsi/tulokset?{search}", "/vertaa?{two}", "/valitse/tarkista?{plan}"),
        {"client": CLIENT},
    ),
    Visitor("representative", CLIENT_LANGUAGES, ("/puolesta", "/oma"), {"client": CLIENT}),
    Visitor(
        "provider_owner",
        STAFF_LANGUAGES,
        ("/t/kirjaukset?state=settled", "/t", "/t/kirjaa?seteli={voucher}", "/t/palvelut", "/t/tilitykset"),
    ),
    Visitor(
        "worker",
        STAFF_LANGUAGES,
        ("/tt", "/tt/asiakkaat?haku=C-000001", "/tt/selvitettavat", "/tt/myonna", "/tt/hinnat"),
        COUNTY,
    ),
    Visitor("coordinator", STAFF_LANGUAGES, ("/hb",), COUNTY),
    Visitor(
        "settlement_officer",
        STAFF_LANGUAGES,
        ("/mt/ajot", "/mt/ajot/uusi/tarkista?{until}", "/mt/korjaa"),
        COUNTY,
    ),
    Visitor("settlement_approver", STAFF_LANGUAGES, ("/mt/ajot/4", "/mt/vastaukset"), COUNTY),
    Visitor("auditor", STAFF_LANGUAGES, ("/tarkastus", "/tarkastus/loki"), COUNTY),
    Visitor("admin", STAFF_LANGUAGES, ("/alku",), COUNTY),
)


@dataclass(frozen=True, slots=True)
class Demo:
    """The demo county, served, and its addresses."""

    site: Site
    world: SmallWorld

    @property
    def funding(self) -> Json:
        """A funding of the client with a choice."""
        return next(
            one for one in self.world.seed_report["fundings"] if one["client"] == CLIENT and one["choices"]
        )

    def values(self) -> dict[str, str]:
        """What stands in the addresses that need a voucher or an offering of the client."""
        service, choice = self.funding["services"][0], self.funding["choices"][0]
        offerings = [one["id"] for one in self.world.seed_report["offerings"] if one["service"] == service]
        plan = {"offering": choice["offering"], "how": "whole", "amount": "1", "starts_on": "24.11.2026"}
        return {
            "voucher": self.funding["voucher"],
            "search": urlencode({"service": service}),
            "two": urlencode({"id": offerings[:2]}, doseq=True),
            "plan": urlencode(plan),
            "until": "until=2026-11-20",
        }

    def window(self, browser: Browser, visitor: Visitor) -> tuple[Desk, list[str]]:
        """The visitor's browser, and where to begin; what a page needs beforehand is done."""
        first = [path.format(**self.values()) for path in visitor.first]
        if visitor.role == "nobody":
            return Desk(browser, self.site.url, None), first
        where = visitor.where or {"provider": self.funding["choices"][0]["provider"]}
        desk = Desk(browser, self.site.url, self.world.person(visitor.role, **where))
        if visitor.role == "representative":
            desk.go("/puolesta")
            desk.send()
        if visitor.role == "client":
            mine = {
                one["services"][0] for one in self.world.seed_report["fundings"] if one["client"] == CLIENT
            }
            offerings = [one["id"] for one in self.world.seed_report["offerings"] if one["service"] in mine]
            first += choose(desk, offerings)
        if visitor.role == "provider_owner":
            first += upload(desk, self.funding)
        if visitor.role == "worker":
            first += grant(desk, CLIENT)
        return desk, first


@pytest.fixture(scope="session")
def demo(
    scratch_server: ScratchServer,
    worker_name: str,
    nursery: Nursery,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Demo]:
    """The demo county, served for the tests of this worker in a database of their own."""
    folder = tmp_path_factory.mktemp("demo")
    seed_report = scratch_server.once("demo", _seed_demo)
    database_url = scratch_server.new_database(f"demo_{worker_name}", template="demo")
    processes = OmatoriProcesses(ROOT, folder, nursery)
    live = processes.serve(database_url, clock=CLOCK)
    addresses = create_app(Settings("development", "s" * 32, folder), sessionmaker()).url_map
    yield Demo(Site(live.url, addresses), SmallWorld.read(seed_report))
    processes.stop_all()
    scratch_server.drop_database(f"demo_{worker_name}")


def _seed_demo(database_url: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        environment = {"DATABASE_URL": database_url, "OMATORI_VAR": folder, "OMATORI_CLOCK": CLOCK}
        seeded = CliRunner().invoke(command_line, ["seed", "--world", "demo", "--json"], env=environment)
    assert seeded.exit_code == 0, seeded.output
    return seeded.stdout


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("visitor", VISITORS, ids=lambda visitor: visitor.role)
def test_every_page_at_one_width_in_one_language(demo: Demo, browser: Browser, visitor: Visitor) -> None:
    """The short ring: widths and languages take turns from page to page."""
    desk, addresses = _opened(demo, browser, visitor)
    faults = []
    for place, address in enumerate(addresses):
        language = visitor.languages[place % len(visitor.languages)]
        faults += _faults(desk, address, language, WIDTHS[place % len(WIDTHS) :][:1], visitor)
    desk.page.context.close()
    assert not faults, "\n".join(faults)


@pytest.mark.long
@pytest.mark.browser
@pytest.mark.parametrize("visitor", VISITORS, ids=lambda visitor: visitor.role)
def test_every_page_without_findings(demo: Demo, browser: Browser, visitor: Visitor) -> None:
    """The long ring: every width in every language."""
    desk, addresses = _opened(demo, browser, visitor)
    faults = []
    for address in addresses:
        for language in visitor.languages:
            is_narrow = desk.page.viewport_size == NARROW
            widths = WIDTHS if is_narrow else WIDTHS[::-1]  # a page in two makes the window wider
            faults += _faults(desk, address, language, widths, visitor)
    desk.page.context.close()
    assert not faults, "\n".join(faults)


def _opened(demo: Demo, browser: Browser, visitor: Visitor) -> tuple[Desk, list[str]]:
    """The visitor's browser with axe in it, and the address of each kind of page that the visitor finds."""
    desk, first = demo.window(browser, visitor)
    found = pages_of(desk.page.request, demo.site, first)
    desk.page.context.add_init_script(axe.source())
    all_of_them = visitor.sees_front_pages
    return desk, [address for address, page in found.items() if all_of_them or not page.startswith("front.")]


def _faults(desk: Desk, address: str, language: str, widths: tuple[int, ...], visitor: Visitor) -> list[str]:
    """Return what is wrong with a page in a language at these widths (CSS px)."""
    page = desk.page
    desk.go(f"{address}{'&' if '?' in address else '?'}lang={language}")
    headings = page.evaluate(ONE_H1)
    faults = [] if len(headings) == 1 else [f"{address} {language}: headings {headings}"]
    for width in widths:
        where = f"{address} {language} {width} px"
        page.set_viewport_size({"width": width, "height": HEIGHT})
        enhanced = visitor.is_client and width == WIDTHS[0]
        faults += [f"{where}: {finding}" for finding in axe.findings(page, enhanced_contrast=enhanced)]
        faults += [f"{where} too wide: {element}" for element in page.evaluate(TOO_WIDE, width)]
    return faults


NOT_HERE = {"identity.home", "county_granting.begin", "county_corrections.claim"}
"""The first two always lead to another page; in this world no provider owes what could be claimed."""


@pytest.mark.slow
@pytest.mark.browser
def test_no_page_is_forgotten(demo: Demo, browser: Browser) -> None:
    seen: set[str] = set()
    for visitor in VISITORS:
        desk, first = demo.window(browser, visitor)
        seen |= set(pages_of(desk.page.request, demo.site, first).values())
        desk.page.context.close()
    assert demo.site.pages - seen == NOT_HERE
