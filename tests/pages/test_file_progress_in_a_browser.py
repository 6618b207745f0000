"""The progress of a long file in Chromium: live with a script, by itself without one, stopped by keyboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from foundation.database.session import make_engine, make_sessions
from provider_portal.actions.try_file import try_later
from provider_portal.load.uploads import waiting_file
from provider_portal.write.uploads import keep_waiting
from tests.api.test_charge_files import row, table
from tests.builders.county import NOW
from tests.builders.file_trials import try_rows
from tests.builders.hands import Hands, Way
from tests.builders.provider_api import ProviderApi
from tests.journeys.axe import check_axe
from tests.pages.logged_in import logged_in
from tests.pages.served import served

pytestmark = pytest.mark.browser
ROWS = 20
FRAME = "#file-progress"


@pytest.fixture
def trial_id(provider_api: ProviderApi) -> int:
    """A dry run of twenty rows that waits for its worker."""
    data = table(*(row(provider_api, number) for number in range(ROWS)))
    session, owner, provider_id = provider_api.session, provider_api.owner, provider_api.provider_id
    kept = {"provider_id": provider_id, "name": "marraskuu.csv", "data": data, "mapping": ""}
    trial_id = keep_waiting(session, **kept, actor=owner, now=NOW)  # type: ignore[arg-type]
    waiting = waiting_file(session, provider_id, trial_id)
    assert waiting is not None
    try_later(session, provider_id, waiting, ROWS, actor=owner, now=NOW)
    session.commit()
    return trial_id


@pytest.fixture(params=[True, False], ids=["with a script", "without"])
def owner(provider_api: ProviderApi, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Hands]:
    """The owner at a phone's width, with a keyboard."""
    app = provider_api.web.application
    web = logged_in(app.test_client(), provider_api.session, provider_api.owner).web
    cookie = web.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    way = Way(390, keyboard=request.param, text="fi", script=request.param)
    with served(app) as address:
        hands = Hands(browser, address, None, way)
        hands.page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
        yield hands
        hands.page.context.close()


def come_on(provider_api: ProviderApi) -> None:
    """Try half of the rows, as a worker does."""
    engine = make_engine(provider_api.database_url)
    try_rows(make_sessions(engine), ROWS // 2)
    engine.dispose()


def test_progress_comes_by_itself_and_the_trial_is_stopped(
    provider_api: ProviderApi, owner: Hands, trial_id: int
) -> None:
    page, has_script = owner.page, owner.way.script
    owner.open(f"/t/tuo/{trial_id}?lang=fi")
    check_seen(owner, "0 / 20 riviä on kokeiltu.", "Tiedosto odottaa vuoroaan.")
    stop = page.get_by_role("button", name="Pysäytä")
    stop.focus()
    come_on(provider_api)
    if not has_script:
        assert page.locator("meta[http-equiv=refresh]").count() == 1
        page.reload()
    expect(page.locator(FRAME)).to_contain_text("10 / 20 riviä on kokeiltu.")
    check_seen(owner, "Noin", "jäljellä.")
    if has_script:
        expect(stop).to_be_focused()
        assert page.locator("meta[http-equiv=refresh]").count() == 0
    owner.press(stop)
    expect(page.get_by_role("heading", level=1)).to_have_text("Pysäytit kokeilun")
    assert page.locator(FRAME).count() == 0
    if has_script:
        check_axe(page)
    owner.press(page.get_by_role("button", name="Kokeile uudelleen"))
    check_seen(owner, "0 / 20 riviä on kokeiltu.")


def check_seen(owner: Hands, *texts: str) -> None:
    """Look for texts in the frame that changes, and check the page for accessibility."""
    for text in texts:
        expect(owner.page.locator(FRAME)).to_contain_text(text)
    if owner.way.script:
        check_axe(owner.page)
