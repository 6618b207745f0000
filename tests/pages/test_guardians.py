"""The county records a guardian; the guardian decides with the client's wish kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.charge_answers import ChargeAnswer
from foundation.database.tables.choices import Choice
from foundation.database.tables.mandates import ClientWish
from foundation.database.tables.outbox import OutboxMessage
from foundation.database.tables.people import Mandate
from tests.builders.client_api import CLIENT, FAR_WORKER, WORKER, ClientApi
from tests.builders.county import NOW, TODAY
from tests.pages.logged_in import logged_in_by_key
from tests.pages.strict import StrictClient, StrictPage
from tests.pages.test_invitations import ACCOUNT, opened, visitor

PAPER = {
    "name": "Eero Edunvalvoja",
    "kind": "limited_capacity",
    "document_number": "DVV 123/2026",
    "first_day": "1.11.2026",
    "last_day": "31.10.2028",
    "rights": ["may_see", "may_choose", "may_move", "may_confirm"],
}


def address(api: ClientApi) -> str:
    return f"/tt/asiakas/{api.client_id}/edunvalvoja"


def worker(api: ClientApi) -> StrictClient:
    """Return the browser of a worker who has said why."""
    browser = logged_in_by_key(api.web.application.test_client(), api.session, WORKER)
    page = browser.page(f"/tt/asiakas/{api.client_id}")
    if page.root.xpath("//main//form"):
        browser.send(page, {"reason": "handling"})
    return browser


def recorded(api: ClientApi, **values: object) -> StrictPage:
    """Record a guardian; return the page with the code."""
    browser = worker(api)
    page = browser.page(address(api), lang="en")
    return browser.send(page, {**PAPER, **values}, form=len(page.root.xpath("//main//form")) - 1)


def guardian(api: ClientApi) -> StrictClient:
    """Return the browser of a guardian who has accepted and picked the client."""
    code = recorded(api).texts("p[@class='om-balance__free']/code")
    browser = visitor(api)
    browser.send(opened(browser, code), {**ACCOUNT, "name": "Eero Edunvalvoja"})
    browser.send(browser.page("/puolesta"))
    return browser


def the_guardian(api: ClientApi) -> Mandate:
    api.session.expire_all()
    return api.session.scalars(select(Mandate).where(Mandate.kind == "guardian")).one()


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_page_is_right_in_every_language(client_api: ClientApi, language: str) -> None:
    browser = worker(client_api)
    browser.page(address(client_api), lang=language)
    recorded(client_api)
    browser.page(address(client_api), lang=language)
    guardian(client_api)
    browser.page(address(client_api), lang=language)
    browser.page(f"/tt/asiakas/{client_api.client_id}", lang=language)


def test_a_guardian_has_the_rights_and_days_of_the_document(client_api: ClientApi) -> None:
    browser = guardian(client_api)
    mandate = the_guardian(client_api)
    assert (mandate.guardianship, mandate.document_number) == ("limited_capacity", "DVV 123/2026")
    assert mandate.valid.lower == TODAY.replace(month=11, day=1)
    assert mandate.valid.upper == TODAY.replace(year=2028, month=11, day=1)
    assert "You are the guardian." in browser.page("/puolesta", lang="en").texts("main")
    assert browser.page("/oma").answer.status_code == 200
    client = logged_in_by_key(client_api.web, client_api.session, CLIENT)
    assert "Your guardian" in client.page("/auttajat", lang="en").texts("main")


def test_a_guardian_of_tomorrow_acts_tomorrow(client_api: ClientApi) -> None:
    tomorrow = TODAY + timedelta(days=1)
    page = recorded(client_api, first_day=tomorrow.isoformat())
    browser = visitor(client_api)
    code = page.texts("p[@class='om-balance__free']/code")
    after = browser.send(opened(browser, code), ACCOUNT)
    assert "You are not helping anybody" in browser.page(after.path, lang="en").texts("main")


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"document_number": ""}, "Enter the number"),
        ({"rights": []}, "Choose at least one right"),
        ({"rights": ["may_choose"]}, "The other rights need the right to see"),
        ({"last_day": "31.10.2026"}, "The last day is before the first"),
    ],
)
def test_what_is_missing_is_said_at_the_field(
    client_api: ClientApi, values: dict[str, object], fault: str
) -> None:
    browser = worker(client_api)
    form = len(browser.page(address(client_api)).root.xpath("//main//form")) - 1
    page = browser.page(address(client_api), lang="en")
    assert fault in browser.send(page, {**PAPER, **values}, form=form, status=422).texts("main")


def test_the_county_ends_a_guardians_rights_at_once(client_api: ClientApi) -> None:
    browser = guardian(client_api)
    desk = worker(client_api)
    desk.send(desk.page(address(client_api)), form=0)
    assert the_guardian(client_api).revoked_at == NOW
    assert browser.web.get("/oma").location == "/puolesta"
    acts = client_api.session.scalars(
        select(AuditEvent.act).where(AuditEvent.act.like("mandate.%")).order_by(AuditEvent.id)
    ).all()
    assert acts == ["mandate.invite", "mandate.accept", "mandate.end"]


def test_a_code_that_was_withdrawn_does_not_work(client_api: ClientApi) -> None:
    code = recorded(client_api).texts("p[@class='om-balance__free']/code")
    desk = worker(client_api)
    desk.send(desk.page(address(client_api)), form=0)
    opened(visitor(client_api), code, status=422)


def test_another_county_finds_no_client_and_a_worker_says_why_first(client_api: ClientApi) -> None:
    far = logged_in_by_key(client_api.web.application.test_client(), client_api.session, FAR_WORKER)
    far.page(address(client_api), status=404)
    near = logged_in_by_key(client_api.web.application.test_client(), client_api.session, WORKER)
    assert near.web.get(address(client_api)).location == f"/tt/asiakas/{client_api.client_id}"


@pytest.mark.parametrize("language", ["fi", "sv", "en", "selko"])
def test_a_guardian_chooses_with_the_clients_wish_kept(client_api: ClientApi, language: str) -> None:
    browser = guardian(client_api)
    plan = f"offering={client_api.near}&how=week&amount=3&starts_on=1.12.2026"
    question = browser.send(browser.page(f"/valitse/tarkista?{plan}", lang=language))
    assert client_api.session.scalars(select(Choice)).all() == []
    browser.send(question, {"wish": "same", "wish_words": " "}, status=422)
    browser.send(question, {"wish_words": "She nodded"}, status=422)
    done = browser.send(question, {"wish": "other", "wish_words": "She would like a man"})
    assert "She would like a man" in done.texts("main")
    wish = client_api.session.scalars(select(ClientWish)).one()
    choice = client_api.session.scalars(select(Choice)).one()
    assert (wish.choice_id, wish.kind, wish.asked_by) == (choice.id, "other", choice.made_by)
    client = logged_in_by_key(client_api.web, client_api.session, CLIENT)
    shown = client.page(f"/oma/seteli/{client_api.voucher}", lang="en").texts("main")
    assert "You wanted something else." in shown
    assert "Eero Edunvalvoja" in shown


def test_a_support_person_and_the_client_are_not_asked(client_api: ClientApi) -> None:
    plan = f"offering={client_api.near}&how=week&amount=3&starts_on=1.12.2026"
    client = logged_in_by_key(client_api.web, client_api.session, CLIENT)
    done = client.send(client.page(f"/valitse/tarkista?{plan}"), {"wish": "same", "wish_words": "mine"})
    assert done.path.startswith("/valitse/valmis/")
    assert client_api.session.scalars(select(ClientWish)).all() == []


@pytest.mark.parametrize("language", ["fi", "sv", "en", "selko"])
def test_the_client_reads_what_was_done_and_what_was_kept_as_the_wish(
    client_api: ClientApi, language: str
) -> None:
    browser = guardian(client_api)
    question = browser.send(browser.page(f"/kulut/{client_api.charge}/ei-oikein"), {"why": "Nobody came"})
    assert client_api.session.scalars(select(ChargeAnswer)).all() == []
    fault = browser.send(question, {"wish_words": "She said so"}, status=422)
    assert "Nobody came" in fault.answer.text, "what was typed is carried along"
    browser.send(fault, {"wish": "same", "wish_words": "She said so"})
    assert client_api.session.scalars(select(ChargeAnswer.why)).one() == "Nobody came"
    client = logged_in_by_key(client_api.web, client_api.session, CLIENT)
    shown = client.page("/auttajat/tehty", lang=language).texts("main")
    assert ("Eero Edunvalvoja" in shown, "She said so" in shown) == (True, True)
    kept = worker(client_api).page(address(client_api), lang="en").texts("main")
    assert "Saying that a visit was not right. The client wants this. She said so" in kept


def test_a_receipt_is_not_shown_with_the_question(client_api: ClientApi) -> None:
    browser = guardian(client_api)
    browser.send(browser.page("/kulut", lang="en"))
    assert client_api.session.scalars(select(ChargeAnswer)).all() == []
    assert "Thank you" not in browser.page("/kulut", lang="en").texts("main")


def changed(api: ClientApi, status: int = 200, **values: object) -> StrictPage:
    """Change the rights of the guardian as the county; return the page after it."""
    browser = worker(api)
    page = browser.page(f"{address(api)}/{newest_of_guardian(api).id}", lang="en")
    return browser.send(page, {"rights": ["may_see"], **values}, status=status)


def newest_of_guardian(api: ClientApi) -> Mandate:
    """Return the row in force of the guardian's mandate, or the one to come."""
    api.session.expire_all()
    found = select(Mandate).where(Mandate.kind == "guardian", Mandate.revoked_at.is_(None))
    return api.session.scalars(found.order_by(Mandate.id.desc())).first() or pytest.fail("none")


def test_the_county_narrows_a_guardians_rights_at_once_and_keeps_the_earlier(client_api: ClientApi) -> None:
    browser = guardian(client_api)
    form = browser.page(f"/kulut/{client_api.charge}/ei-oikein")
    after = changed(client_api, scope="some", fundings=[client_api.funding_id]).texts("main")
    lost = browser.send(form, {"why": "Nobody came"}, status=404).texts("main")
    assert "Nobody came" in lost, "what was typed is shown"
    assert client_api.session.scalars(select(ChargeAnswer)).all() == []
    assert "Earlier rights" in after
    rows = client_api.session.scalars(select(Mandate).where(Mandate.kind == "guardian").order_by(Mandate.id))
    earlier, now_in_force = rows.all()
    assert (earlier.may_choose, earlier.valid.upper, earlier.revoked_at) == (True, TODAY, None)
    assert (now_in_force.may_choose, now_in_force.all_fundings) == (False, False)
    assert (now_in_force.valid.lower, now_in_force.document_number) == (TODAY, "DVV 123/2026")
    client = logged_in_by_key(client_api.web, client_api.session, CLIENT)
    shown = client.page("/auttajat", lang="en").texts("main")
    assert "Chooses a provider for you." in shown.partition("Earlier rights")[2]
    mails = client_api.session.scalars(select(OutboxMessage.body)).all()
    assert any("uusi.auttaja@example.fi" in str(mail) and "muuttuneet" in str(mail) for mail in mails)


def test_rights_from_a_later_day_wait_for_it(client_api: ClientApi) -> None:
    browser = guardian(client_api)
    day = TODAY + timedelta(days=10)
    changed(client_api, first_day=day.isoformat(), last_day="")
    browser.page(f"/kulut/{client_api.charge}/ei-oikein")
    assert "Your rights change on Tue 1 December." in browser.page("/puolesta", lang="en").texts("main")
    changed(client_api, rights=["may_see", "may_move"], first_day=(day + timedelta(days=1)).isoformat())
    lasting = select(Mandate).where(Mandate.kind == "guardian", Mandate.revoked_at.is_(None))
    rows = client_api.session.scalars(lasting.order_by(Mandate.id)).all()
    assert [(row.valid.lower, row.valid.upper) for row in rows][1:] == [
        (day, day + timedelta(days=1)),
        (day + timedelta(days=1), None),
    ]
    desk = worker(client_api)
    desk.send(desk.page(address(client_api)), form=0)
    assert client_api.session.scalars(lasting).all() == []
    assert browser.web.get("/oma").location == "/puolesta"


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"first_day": "20.11.2026"}, "The rights can change today at the earliest"),
        ({"first_day": "2.12.2026", "last_day": "1.12.2026"}, "The last day is before the first"),
        ({"scope": "some"}, "Choose at least one voucher"),
        ({"rights": ["may_choose"]}, "The other rights need the right to see"),
    ],
)
def test_a_change_that_cannot_be_is_refused_at_its_field(
    client_api: ClientApi, values: dict[str, object], fault: str
) -> None:
    guardian(client_api)
    assert fault in changed(client_api, status=422, **values).texts("main")


def test_the_database_refuses_two_mandates_for_one_day(client_api: ClientApi) -> None:
    mandate = client_api.session.scalars(select(Mandate).where(Mandate.may_choose)).one()
    twin = Mandate(client_id=mandate.client_id, person_id=mandate.person_id, kind=mandate.kind, may_see=True)
    twin.valid = mandate.valid
    client_api.session.add(twin)
    with pytest.raises(IntegrityError, match="ex_mandate_in_force"):
        client_api.session.flush()
    client_api.session.rollback()
