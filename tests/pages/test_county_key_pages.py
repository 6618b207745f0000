"""/hallinta/avaimet: an administrator keeps the keys of the county's own programs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select, update

from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.outbox import OutboxMessage
from foundation.database.tables.people import ApiKey, Person
from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Role
from marketplace.actions.keep_api_keys import KeyTerms, make_api_key, rotate_api_key
from marketplace.rules.key_places import KEY_TOO_WIDE, KEY_UNKNOWN, OWN_KEY, KeyPlace
from tests.builders import NOW, a_person
from tests.builders.api import store_api_key
from tests.builders.hands import Hands, Way
from tests.pages.served import served
from tests.pages.strict import StrictClient, StrictPage
from tests.pages.test_keys_by_keyboard import press
from tests.pages.test_people_pages import Desk, desk

__all__ = ["desk"]
PLACE = "/hallinta/avaimet"
LANGUAGES = ("fi", "sv", "en")
MADE = {"label": "Case system", "scopes": ["cases:read", "charges:read"]}


def form(admin: StrictClient, name: str = "Tiina", lang: str = "en") -> tuple[StrictPage, dict[str, str]]:
    """Return the page that makes a key, and the choice of a person."""
    page = admin.page(f"{PLACE}/uusi", lang=lang)
    return page, {"holder": page.one(f'input[@id=//label[contains(., "{name}")]/@for]').get("value") or ""}


def made(admin: StrictClient, **fields: object) -> str:
    page, holder = form(admin)
    return admin.send(page, MADE | holder | fields).one('code[@class="om-key-shown"]').text or ""


def read(desk: Desk, key: str, path: str = "/fundings") -> int:
    return (
        desk.app.test_client().get(f"/api/v1{path}", headers={"Authorization": f"Bearer {key}"}).status_code
    )


def key_of(desk: Desk, name: str) -> int:
    with desk.sessions() as session:
        person_id = desk.people[name].person_id
        found = select(ApiKey.id).where(ApiKey.person_id == person_id).order_by(ApiKey.id.desc())
        return session.scalars(found.limit(1)).one()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_pages_are_right_in_every_language(desk: Desk, lang: str) -> None:
    admin = desk.browser()
    admin.page(PLACE, lang=lang)
    made(admin)
    key_id = key_of(desk, "worker")
    for path in ("", "/uusi", f"/{key_id}/uusi-salaisuus", f"/{key_id}/mitatoi"):
        admin.page(f"{PLACE}{path}", lang=lang)


def test_a_key_reads_what_it_may_and_its_person_is_told(desk: Desk) -> None:
    admin = desk.browser()
    key = made(admin)
    assert [read(desk, key, path) for path in ("/fundings", "/charges", "/providers")] == [200, 200, 403]
    listed = admin.page(PLACE, lang="en").texts("main")
    for words in ("Case system", "Tiina Työ", "Read charges", "Last used"):
        assert words in listed
    assert key not in listed
    with desk.sessions() as session:
        mail = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "mail")).one()
        email = session.get_one(Person, desk.people["worker"].person_id).email
        act = session.scalars(select(AuditEvent).where(AuditEvent.act == "api_key.make")).one()
    assert mail.body["to"] == email
    assert "Case system" in mail.body["text"]
    assert key not in str(mail.body) + str(act.detail)
    assert act.county_id == desk.people["admin"].county_id


def test_nobody_makes_a_key_that_acts_as_oneself_or_pays(desk: Desk) -> None:
    with desk.sessions.begin() as session:
        county_id = desk.people["admin"].county_id
        a_person(session, Role.SETTLEMENT_APPROVER, name="Heikki Hyväksyjä", county_id=county_id)
    page = desk.browser().page(f"{PLACE}/uusi", lang="en")
    offered = page.texts("main")
    assert "Tiina" in offered
    for name in ("Anna Hallinta", "Heikki Hyväksyjä", "Kauko"):
        assert name not in offered
    values = page.root.xpath("//input[@name='scopes']/@value")
    assert not {"payments:write", "staff:manage", "own:write"} & set(values)


def test_what_a_role_may_not_do_is_refused_and_what_was_typed_is_kept(desk: Desk) -> None:
    admin = desk.browser()
    page, holder = form(admin)
    refused = admin.send(page, MADE | holder | {"scopes": ["payments:read"]}, status=422)
    assert "This person's role may not do all of it." in refused.texts("main")
    assert refused.one('input[@name="label"]').get("value") == "Case system"
    admin.send(page, {"label": "", "scopes": []}, status=422)


def test_a_secret_is_renewed_and_a_key_revoked(desk: Desk) -> None:
    admin = desk.browser()
    old = made(admin)
    path = f"{PLACE}/{key_of(desk, 'worker')}"
    new = (
        admin.send(admin.page(f"{path}/uusi-salaisuus", lang="en"), {"overlap": "7"})
        .one('code[@class="om-key-shown"]')
        .text
        or ""
    )
    assert [read(desk, key) for key in (old, new)] == [200, 200]
    token = admin.page(f"{path}/mitatoi").root.xpath("//input[@name='csrf_token']/@value")[0]
    assert admin.web.post(f"{path}/vanha", data={"csrf_token": token}).status_code == 302
    assert [read(desk, key) for key in (old, new)] == [401, 200]
    admin.send(admin.page(f"{path}/mitatoi"))
    assert [read(desk, key) for key in (old, new)] == [401, 401]
    assert "There are no keys." in admin.page(PLACE, lang="en").texts("main")


def test_a_key_that_may_do_more_is_revoked_and_not_renewed(desk: Desk) -> None:
    """Whoever renews a key reads its secret: an approver's key would approve payments."""
    with desk.sessions.begin() as session:
        county_id = desk.people["admin"].county_id
        desk.people["approver"] = a_person(session, Role.SETTLEMENT_APPROVER, county_id=county_id)
        for name in ("approver", "worker"):
            store_api_key(session, desk.people[name], f"omk_{name}")
    admin = desk.browser()
    page = admin.page(PLACE, lang="en")
    assert not page.root.xpath("//main//a[contains(@href, 'uusi-salaisuus')]")
    assert "No new key pays or gives roles." in page.texts("main")
    for name in ("approver", "worker"):
        asked = admin.page(f"{PLACE}/{key_of(desk, name)}/uusi-salaisuus", lang="en")
        refused = admin.send(asked, {"overlap": "7"}, status=422)
        assert "This key may do more than a new one." in refused.texts("main")
    admin.send(admin.page(f"{PLACE}/{key_of(desk, 'approver')}/mitatoi"))
    assert [read(desk, f"omk_{name}") for name in ("approver", "worker")] == [401, 200]


def test_the_action_keeps_the_walls_too(desk: Desk) -> None:
    admin, far = desk.people["admin"], desk.people["far"]
    place = KeyPlace(county_id=admin.county_id)
    terms = KeyTerms("Own", frozenset({KeyScope.CASES_READ}), NOW.date() + timedelta(days=90))
    with desk.sessions.begin() as session:
        own = desk.people["worker"]
        made_own = make_api_key(
            session, place=place, role_grant_id=desk.grant("worker").id, terms=terms, actor=own, now=NOW
        )
        assert made_own == OWN_KEY
        key = make_api_key(
            session, place=place, role_grant_id=desk.grant("worker").id, terms=terms, actor=admin, now=NOW
        )
        assert not isinstance(key, Refusal)
    renewal: dict[str, Any] = {
        "key_id": key_of(desk, "worker"),
        "overlap_days": 0,
        "last_day": terms.last_day,
        "now": NOW,
    }
    with desk.sessions.begin() as session:
        other = KeyPlace(county_id=far.county_id)
        assert rotate_api_key(session, place=other, actor=far, **renewal) == KEY_UNKNOWN
        assert rotate_api_key(session, place=place, actor=own, **renewal) == OWN_KEY
        session.execute(update(ApiKey).values(scopes=["payments:write"]))
        assert rotate_api_key(session, place=place, actor=admin, **renewal) == KEY_TOO_WIDE


def test_another_county_and_another_role_see_no_key(desk: Desk) -> None:
    made(desk.browser())
    key_id = key_of(desk, "worker")
    far = desk.browser("far")
    assert "Case system" not in far.page(PLACE).texts("main")
    for path in ("uusi-salaisuus", "mitatoi"):
        assert far.web.get(f"{PLACE}/{key_id}/{path}").status_code == 404
    worker = desk.browser("worker")
    assert [worker.web.get(f"{PLACE}{path}").status_code for path in ("", "/uusi")] == [403, 403]


@pytest.mark.browser
def test_the_page_of_a_renewal_is_accessible_at_a_phones_width(desk: Desk, browser: Browser) -> None:
    admin = desk.browser()
    made(admin)
    cookie = admin.web.get_cookie(desk.app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    with served(desk.app) as address:
        hands = Hands(browser, address, None, Way(390, keyboard=True, text="fi"))
        hands.page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
        hands.open(f"{PLACE}?lang=fi")
        press(hands, hands.page.locator("main a[href$='/uusi-salaisuus']"))
        press(hands, hands.page.locator("main form[method=post] button[type=submit]"))
        assert hands.page.locator(".om-key-shown").is_visible()
        hands.page.context.close()
