"""Every page for every role, by language and width: no axe finding, one h1, nothing wider than the window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser
from sqlalchemy.orm import Session, sessionmaker

from config import Settings
from foundation.database.session import make_engine
from tests.builders.browser_session import BrowserSession
from tests.builders.linked_county import a_linked_county
from tests.builders.restored_county import a_restored_county
from tests.builders.seeded_world import CLOCK, Json, SeededWorld, seeded_world
from tests.builders.stripe import a_stripe_world
from tests.builders.stripe_county import ENVIRONMENT, a_stripe_county
from tests.journeys import axe
from tests.journeys.axe import HEIGHT, TOO_WIDE, WIDTHS
from tests.journeys.crawl import BY_OWN_TESTS, Site, pages_of
from tests.journeys.visitors import CLIENT, COUNTY, LINKED, PAYING, RESTORED, VISITORS, Visitor
from tests.journeys.walks import choose, grant, look, move, open_balances, propose, provide, say_why, write
from tests.processes import ForkServer, OmatoriProcesses
from tests.scratch_database import TEMPLATE, ScratchServer
from wsgi import create_app

ROOT = Path(__file__).parents[2]
NARROW = {"width": WIDTHS[0], "height": HEIGHT}
ONE_H1 = "() => [...document.querySelectorAll('h1')].map(heading => heading.innerText)"


@dataclass(frozen=True, slots=True)
class Demo:
    """A county, served."""

    site: Site
    world: SeededWorld

    @property
    def funding(self) -> Json:
        """Return a funding of the client with a choice."""
        return next(funding for funding in self.fundings if funding["choices"])

    @property
    def fundings(self) -> list[Json]:
        """Return all fundings of the client."""
        return [funding for funding in self.world.report["fundings"] if funding["client"] == CLIENT]

    def values(self) -> dict[str, str]:
        """Return the parts of paths that name a voucher or an offering of the client, if there is one."""
        if "fundings" not in self.world.report:
            links = {f"link{index}": link for index, link in enumerate(self.world.report.get("links", ()))}
            return {**links, **{name: str(self.world.report.get(name, "")) for name in ("client", "photo")}}
        service, choice = self.funding["services"][0], self.funding["choices"][0]
        offerings = self._offerings({service})
        plan = {"offering": choice["offering"], "how": "whole", "amount": "1", "starts_on": "24.11.2026"}
        plan["replaces"] = "keep"
        return {
            "voucher": self.funding["voucher"],
            "search": urlencode({"service": service}),
            "two": urlencode({"id": offerings[:2]}, doseq=True),
            "plan": urlencode(plan),
            "until": "until=2026-11-20",
        }

    def _offerings(self, services: set[str]) -> list[int]:
        return [offer["id"] for offer in self.world.report["offerings"] if offer["service"] in services]

    def window(self, browser: Browser, visitor: Visitor) -> tuple[BrowserSession, list[str]]:
        """Log the visitor in and do what some pages need; return the window and the paths to begin at."""
        first = [path.format(**self.values()) for path in visitor.first]
        if visitor.role == "nobody":
            return BrowserSession(browser, self.site.url, None), first
        window = self._logged_in(browser, visitor.role, visitor.fields)
        if "fundings" not in self.world.report:
            if visitor.role == "worker":
                say_why(window, self.world.report["client"])
            return window, first
        if visitor.role == "representative":
            window.go("/puolesta")
            window.submit()
            services = {funding["services"][0] for funding in self.fundings}
            first += propose(window, self._offerings(services))
        if visitor.role == "client":
            services = {funding["services"][0] for funding in self.fundings}
            first += choose(window, self._offerings(services))
            window.go("/kortti/uusi")
            window.submit()
            look(self._logged_in(browser, "worker", COUNTY), self._logged_in(browser, "provider_owner", {}))
            first += [*write(window, self.funding["choices"][0]["offering"]), *move(window)]
        if visitor.role == "provider_owner":
            first += provide(window, self.funding)
        if visitor.role == "worker":
            first += [*grant(window, CLIENT), *open_balances(window)]
        return window, first

    def _logged_in(self, browser: Browser, role: str, fields: dict[str, str]) -> BrowserSession:
        """Return a window of a role; without fields, of the client's provider, which may have no worker."""
        if not fields and role != "provider_worker":
            fields = {"provider": self.funding["choices"][0]["provider"]}
        return BrowserSession(browser, self.site.url, self.world.person(role, **fields))


@pytest.fixture(scope="session")
def demo(
    scratch_server: ScratchServer,
    worker_name: str,
    fork_server: ForkServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Demo]:
    """The demo county, served for the tests of this worker on a database of their own."""
    folder = tmp_path_factory.mktemp("demo")
    with seeded_world(scratch_server, "demo", f"demo_{worker_name}") as world:
        yield from _served(world, folder, fork_server)


@pytest.fixture
def restored(fresh_database: str, fork_server: ForkServer, tmp_path: Path) -> Iterator[Demo]:
    """A county that was restored from a backup, with a provider that owes money, served."""
    engine = make_engine(fresh_database)
    with Session(engine) as session, session.begin():
        world = a_restored_county(session, fresh_database)
    engine.dispose()
    yield from _served(world, tmp_path, fork_server)


@pytest.fixture
def paying(
    scratch_server: ScratchServer, worker_name: str, fork_server: ForkServer, tmp_path: Path
) -> Iterator[Demo]:
    """A county that pays by Stripe, served."""
    name = f"paying_{worker_name}"
    database_url = scratch_server.new_database(name, template=TEMPLATE)
    engine = make_engine(database_url)
    with a_stripe_world() as stripe:
        world = a_stripe_county(sessionmaker(engine, expire_on_commit=False), stripe, database_url)
        engine.dispose()
        (tmp_path / name).mkdir()
        stated = {**ENVIRONMENT, "STRIPE_API": stripe.loopback.address}
        yield from _served(world, tmp_path / name, fork_server, **stated)
    scratch_server.drop_database(name)


def _served(world: SeededWorld, folder: Path, fork_server: ForkServer, **environment: str) -> Iterator[Demo]:
    processes = OmatoriProcesses(ROOT, folder, fork_server)
    live = processes.serve(world.database_url, clock=CLOCK, **environment)
    addresses = create_app(Settings("development", "s" * 32, folder), sessionmaker()).url_map
    yield Demo(Site(live.url, addresses), world)
    processes.stop_all()


@pytest.fixture
def linked(
    scratch_server: ScratchServer, worker_name: str, fork_server: ForkServer, tmp_path: Path
) -> Iterator[Demo]:
    """A county with pages to which only a mail, a feedback or a recorded guardian leads, served."""
    name = f"linked_{worker_name}"
    database_url = scratch_server.new_database(name, template=TEMPLATE)
    engine = make_engine(database_url)
    with Session(engine) as session, session.begin():
        world = a_linked_county(session, database_url)
    engine.dispose()
    (tmp_path / name).mkdir()
    yield from _served(world, tmp_path / name, fork_server)
    scratch_server.drop_database(name)


COME_BACK = ("provider_stripe.come_back", "marketplace_co_payments.come_back")
NOT_SEEN = {"identity.home", "county_granting.begin", *COME_BACK}
"""They always redirect to another page."""


@pytest.mark.long
@pytest.mark.browser
def test_every_kind_of_page_at_one_width_in_one_language(
    demo: Demo, restored: Demo, linked: Demo, paying: Demo, browser: Browser
) -> None:
    """Each page once, for the first role that sees it; no page is forgotten."""
    seen: set[str] = set()
    faults = []
    counties = [
        *((demo, each) for each in VISITORS),
        (restored, RESTORED),
        *((linked, each) for each in LINKED),
        *((paying, each) for each in PAYING),
    ]
    for county, visitor in counties:
        window, found = _opened(county, browser, visitor)
        for address, endpoint in found.items():
            if endpoint not in seen:
                seen.add(endpoint)
                turn, language = divmod(len(seen), len(visitor.languages))
                width = WIDTHS[turn % len(WIDTHS)]
                faults += _faults(window, address, visitor.languages[language], (width,), visitor)
        window.page.context.close()
    assert not faults, "\n".join(faults)
    assert demo.site.pages - seen - BY_OWN_TESTS == NOT_SEEN


@pytest.mark.long
@pytest.mark.browser
@pytest.mark.parametrize("visitor", VISITORS, ids=lambda visitor: visitor.role)
def test_every_page_without_findings(demo: Demo, browser: Browser, visitor: Visitor) -> None:
    """The long ring: every page for every role, at every width in every language."""
    faults = _faults_of_pages(demo, browser, visitor)
    assert not faults, "\n".join(faults)


@pytest.mark.long
@pytest.mark.browser
def test_every_page_after_a_restore_without_findings(restored: Demo, browser: Browser) -> None:
    """The long ring for the pages that the demo county lacks."""
    faults = _faults_of_pages(restored, browser, RESTORED)
    assert not faults, "\n".join(faults)


@pytest.mark.long
@pytest.mark.browser
@pytest.mark.parametrize("visitor", PAYING, ids=lambda visitor: visitor.role)
def test_every_page_about_stripe_without_findings(paying: Demo, browser: Browser, visitor: Visitor) -> None:
    """The long ring for the pages that a county without keys lacks."""
    faults = _faults_of_pages(paying, browser, visitor)
    assert not faults, "\n".join(faults)


@pytest.mark.long
@pytest.mark.browser
def test_links_of_mails_and_a_feedback_lead_to_their_pages(linked: Demo, browser: Browser) -> None:
    found = set()
    for visitor in LINKED:
        window, first = linked.window(browser, visitor)
        found |= set(pages_of(window.page.request, linked.site, first).values())
        window.page.context.close()
    assert found >= {
        "county_guardians.change_guardian",
        "county_applications.decide",
        "county_papers.decide",
        "county_role_invitations.show",
        "identity_factor.confirm",
        "identity_factor.enrol",
        "marketplace_passwords.choose",
        "provider_applications.do",
        "provider_applying.do",
        "provider_feedback.answer",
        "provider_invitations.show",
        "provider_video_links.give",
    }


@pytest.mark.long
@pytest.mark.browser
@pytest.mark.parametrize("visitor", LINKED, ids=lambda visitor: visitor.role)
def test_every_linked_page_without_findings(linked: Demo, browser: Browser, visitor: Visitor) -> None:
    """The long ring for the pages to which links of mails, a feedback and a guardian lead."""
    faults = _faults_of_pages(linked, browser, visitor)
    assert not faults, "\n".join(faults)


def _faults_of_pages(demo: Demo, browser: Browser, visitor: Visitor) -> list[str]:
    """Return what is wrong with the pages that a visitor reaches, at every width in every language."""
    window, found = _opened(demo, browser, visitor)
    faults = []
    for address, endpoint in found.items():
        if endpoint.startswith("front.") and not visitor.sees_front_pages:
            continue
        for language in visitor.languages:
            is_narrow = window.page.viewport_size == NARROW
            widths = WIDTHS if is_narrow else WIDTHS[::-1]  # every other page makes the window wider
            faults += _faults(window, address, language, widths, visitor)
    window.page.context.close()
    return faults


def _opened(demo: Demo, browser: Browser, visitor: Visitor) -> tuple[BrowserSession, dict[str, str]]:
    """Return the visitor's window with axe in it, and the pages found: endpoint by address."""
    window, first = demo.window(browser, visitor)
    found = pages_of(window.page.request, demo.site, first)
    window.page.context.add_init_script(axe.source())
    return window, found


def _faults(
    window: BrowserSession, address: str, language: str, widths: tuple[int, ...], visitor: Visitor
) -> list[str]:
    """Return what is wrong with a page in a language at these widths (CSS px)."""
    page = window.page
    window.go(f"{address}{'&' if '?' in address else '?'}lang={language}")
    headings = page.evaluate(ONE_H1)
    faults = [] if len(headings) == 1 else [f"{address} {language}: headings {headings}"]
    for width in widths:
        where = f"{address} {language} {width} px"
        page.set_viewport_size({"width": width, "height": HEIGHT})
        enhanced = visitor.is_client and width == WIDTHS[0]
        faults += [f"{where}: {finding}" for finding in axe.findings(page, enhanced_contrast=enhanced)]
        faults += [f"{where} too wide: {element}" for element in page.evaluate(TOO_WIDE, width)]
    return faults
