"""An administrator changes each setting of the county by the keyboard alone; two change the account."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlalchemy.orm import Session, sessionmaker

from county_desk.load.county_setup import newest_setup
from county_desk.load.payer_accounts import account_in_use
from foundation.vocabulary.roles import Role
from tests.builders import NOW, a_client, a_county, a_funding, a_person
from tests.builders.api import application_on
from tests.builders.hands import Hands, Way
from tests.builders.second_factor import confirmed_at
from tests.pages.logged_in import logged_in
from tests.pages.served import served

pytestmark = pytest.mark.browser
WAYS = [
    Way(390, script=False, keyboard=True, text="fi"),
    pytest.param(Way(390, keyboard=True, text="fi"), marks=pytest.mark.long),
]
SETTINGS, ACCOUNT = "/hallinta/alue", "/hallinta/alue/maksutili"
BUTTON = "main form[method=post] button[type=submit]"
Open = Callable[[str], Hands]


@pytest.fixture(params=WAYS, ids=str)
def open_as(
    sessions: sessionmaker[Session], var_dir: Path, browser: Browser, request: pytest.FixtureRequest
) -> Iterator[Open]:
    """Return what opens a phone's window for an administrator of county 12, by name."""
    with sessions.begin() as session:
        county = a_county(session)
        a_funding(session, county, a_client(session, county))
        names = ("Anna Hallinta", "Bo Hallinta")
        people = {name: a_person(session, Role.ADMIN, name=name, county_id=county.id) for name in names}
    app, contexts = application_on(sessions, var_dir), []
    with served(app) as address:

        def open_window(name: str) -> Hands:
            with sessions.begin() as session:
                web = logged_in(app.test_client(), session, people[name]).web
                confirmed_at(session, people[name], NOW)
            cookie = web.get_cookie(app.config["SESSION_COOKIE_NAME"])
            assert cookie is not None
            hands = Hands(browser, address, None, request.param)
            contexts.append(hands.page.context)
            hands.page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
            return hands

        yield open_window
        for context in contexts:
            context.close()


def change(hands: Hands, link: str, **fields: str) -> None:
    """From the overview to a form; type, look at what would change, and store it."""
    hands.open(f"{SETTINGS}?lang=fi")
    hands.press(hands.page.locator(f"main a[href$='{link}']").first)
    store(hands, **fields)


def store(hands: Hands, **fields: str) -> None:
    """Type, look at what would change, and store it."""
    write(hands, **fields)
    hands.press(hands.page.locator(BUTTON).first)
    assert hands.page.locator("main .govuk-error-message").count() == 0, hands.text()
    hands.press(hands.page.locator("main form[method=post] button[name=store]").first)
    assert hands.path().partition("?")[0] == SETTINGS, hands.text()


def write(hands: Hands, **fields: str) -> None:
    for name, text in fields.items():
        hands.write(hands.page.locator(f"main [name={name}]"), text)


def test_each_setting_is_changed_by_the_keyboard(open_as: Open, sessions: sessionmaker[Session]) -> None:
    admin = open_as("Anna Hallinta")
    change(admin, "/tiedot", phone="015 123 4567", business_id="1234567-1")
    change(admin, "/myohassa", late_days="45", from_day="1.2.2027")
    change(
        admin,
        "/kustannuspaikat/uusi",
        code="9900",
        name_fi="Uusi",
        name_sv="Ny",
        name_en="New",
        appropriation="1000",
    )
    change(admin, "/kustannuspaikat/9900", appropriation="2000,50")
    change(admin, "/kalenteri", from_day="1.2.2027", weekday_1_at="6.30")
    assert "1.2.2027" in admin.text()
    with sessions() as session:
        stored = newest_setup(session, "12")
    assert stored is not None
    assert (stored.phone, stored.late_days) == ("015 123 4567", 45)
    (centre,) = [each for each in stored.cost_centres if each.code == "9900"]
    assert centre.appropriation_cents == 200_050
    admin.press(admin.page.locator("main form[action*='/myohassa/'] button").first)
    with sessions() as session:
        withdrawn = newest_setup(session, "12")
    assert withdrawn is not None
    assert withdrawn.late_days != 45


def test_contacts_and_municipalities_are_changed_by_the_keyboard(
    open_as: Open, sessions: sessionmaker[Session]
) -> None:
    admin = open_as("Anna Hallinta")
    names = {"name_fi": "Asiavastaavat", "name_sv": "Ombuden", "name_en": "Ombudsmen"}
    admin.open(f"{SETTINGS}/neuvonta?lang=fi")
    admin.press(admin.page.locator("main a[href$='/asiavastaava']"))
    store(admin, **names, phone="015 000 1300")
    admin.open(f"{SETTINGS}/kunnat?lang=fi")
    admin.press(admin.page.locator("main a[href$='/kunnat/uusi']"))
    store(admin, code="178", name_fi="Juva", name_sv="Juva", latitude="61,9", longitude="27,9")
    admin.open(f"{SETTINGS}/kunnat?lang=fi")
    admin.press(admin.page.locator("main a[href$='/kunnat/491']"))
    admin.press(admin.page.locator("main a[href$='/491/poista']"))
    admin.press(admin.page.locator(BUTTON).first)
    assert "Siellä asuu 1 asiakas." in admin.text()
    with sessions() as session:
        stored = newest_setup(session, "12")
    assert stored is not None
    assert [path.phone for path in stored.complaint_paths or ()] == ["015 000 1300"]
    assert [place.code for place in stored.municipalities] == ["178", "491"]


def test_two_administrators_change_the_account_by_the_keyboard(
    open_as: Open, sessions: sessionmaker[Session]
) -> None:
    first, second = open_as("Anna Hallinta"), open_as("Bo Hallinta")
    first.open(f"{SETTINGS}?lang=fi")
    first.press(first.page.locator(f"main a[href='{ACCOUNT}']"))
    first.press(first.page.locator("main a[href$='/maksutili/uusi']"))
    write(first, iban="FI80 9900 0000 0901 36", bic="OKOYFIHH")
    first.pick(first.page.locator("main [name=letters][value=basic]"))
    write(first, why="Pankki vaihtui")
    first.press(first.page.locator(BUTTON).first)
    assert first.page.locator("main form[action$='/vahvista']").count() == 0, "nobody confirms an own account"
    second.open(f"{ACCOUNT}?lang=fi")
    second.press(second.page.locator("main form[action$='/vahvista'] button"))
    with sessions() as session:
        assert account_in_use(session, 12).iban == "FI8099000000090136"
