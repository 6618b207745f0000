"""A client invites helpers, changes what they may do, and ends it; the invited accept with a code."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.charge_answers import ChargeAnswer
from foundation.database.tables.mandates import MandateInvitation
from foundation.database.tables.outbox import OutboxMessage
from foundation.database.tables.people import Mandate, Person, RoleGrant
from foundation.vocabulary.roles import Role
from tests.builders.client_api import CLIENT, HELPER, STRANGER, ClientApi
from tests.builders.county import NOW, TODAY
from tests.pages.logged_in import logged_in_by_key
from tests.pages.strict import StrictClient, StrictPage

LANGUAGES = ("fi", "sv", "en", "selko")
RIGHTS = ["may_see", "may_propose"]
ACCOUNT = {"name": "Uusi Auttaja", "email": "Uusi.Auttaja@example.fi", "password": "neljä sanaa on hyvä"}


def as_client(api: ClientApi) -> StrictClient:
    """Return the client's browser."""
    return logged_in_by_key(api.web, api.session, CLIENT)


def visitor(api: ClientApi) -> StrictClient:
    """Return a browser in which nobody has logged in."""
    return StrictClient(api.web.application.test_client())


def invited(api: ClientApi, **values: object) -> str:
    """Invite somebody as the client; return the code on the page."""
    client = as_client(api)
    form = client.page("/auttajat/kutsu", lang="en")
    page = client.send(form, {"name": "Uusi Auttaja", "rights": RIGHTS, "last_day": "31.3.2027", **values})
    return page.texts("code")


def opened(browser: StrictClient, code: str, *, status: int = 200, lang: str = "en") -> StrictPage:
    """Write the code on the page of invitations."""
    return browser.send(browser.page("/kutsu", lang=lang), {"code": code}, status=status)


def accepted(api: ClientApi, code: str) -> StrictClient:
    """Make an account with the code; return the browser of its holder."""
    browser = visitor(api)
    page = browser.send(opened(browser, code), ACCOUNT)
    assert page.path == "/puolesta"
    return browser


def newest(api: ClientApi) -> Mandate:
    """Return the newest mandate."""
    api.session.expire_all()
    return api.session.scalars(select(Mandate).order_by(Mandate.id.desc())).first() or pytest.fail("none")


def rights_of(mandate: Mandate) -> set[str]:
    columns = ("may_see", "may_propose", "may_choose", "may_move", "may_confirm")
    return {column for column in columns if getattr(mandate, column)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_right_in_every_language(client_api: ClientApi, language: str) -> None:
    code = invited(client_api)
    client = as_client(client_api)
    assert "Uusi Auttaja" in client.page("/auttajat", lang=language).texts("main")
    client.page("/auttajat/kutsu", lang=language)
    client.send(client.page("/auttajat/kutsu", lang=language), {"name": ""}, status=422)
    browser = visitor(client_api)
    page = opened(browser, code, lang=language)
    assert "Aino Asiakas" in page.texts("main")
    browser.send(page, {**ACCOUNT, "password": "lyhyt"}, status=422)
    accepted(client_api, code)
    for path in (f"/auttajat/{newest(client_api).id}", f"/auttajat/{newest(client_api).id}/lopeta"):
        as_client(client_api).page(path, lang=language)


def test_somebody_without_an_account_makes_one_and_may_do_what_was_given(client_api: ClientApi) -> None:
    helper = accepted(client_api, invited(client_api))
    mandate = newest(client_api)
    assert rights_of(mandate) == set(RIGHTS)
    assert (mandate.kind, mandate.all_fundings, mandate.client_id) == (
        "support_person",
        True,
        client_api.client_id,
    )
    assert mandate.valid.upper == TODAY.replace(year=2027, month=4, day=1)
    texts = helper.page("/puolesta", lang="en").texts("main")
    assert "You may suggest a provider." in texts
    assert "You may not choose a provider." in texts
    helper.send(helper.page("/puolesta"))
    assert helper.page("/oma").answer.status_code == 200
    shown = as_client(client_api).page("/auttajat", lang="en").texts("main").partition("Uusi Auttaja")[2]
    assert "Suggests providers. You decide." in shown
    assert "Chooses a provider for you." not in shown


def test_the_new_account_logs_in_again_with_its_password(client_api: ClientApi) -> None:
    accepted(client_api, invited(client_api))
    browser = visitor(client_api)
    page = browser.page("/kirjaudu")
    forms = page.root.xpath("//main//form")
    after = browser.send(page, {k: ACCOUNT[k] for k in ("email", "password")}, form=len(forms) - 1)
    assert after.path == "/puolesta"


def test_a_person_with_an_account_accepts_and_keeps_the_role_of_before(client_api: ClientApi) -> None:
    code = invited(client_api)
    stranger = logged_in_by_key(client_api.web.application.test_client(), client_api.session, STRANGER)
    page = stranger.send(opened(stranger, code))
    assert page.path == "/puolesta"
    person_id = newest(client_api).person_id
    roles = client_api.session.scalars(select(RoleGrant.role).where(RoleGrant.person_id == person_id)).all()
    assert set(roles) == {Role.CLIENT, Role.REPRESENTATIVE}


def test_a_new_invitation_takes_the_place_of_the_earlier_mandate(client_api: ClientApi) -> None:
    code = invited(client_api, rights=["may_see"])
    helper = logged_in_by_key(client_api.web.application.test_client(), client_api.session, HELPER)
    helper.send(opened(helper, code))
    mandate = newest(client_api)
    assert rights_of(mandate) == {"may_see"}
    own = Mandate.person_id == mandate.person_id
    in_force = client_api.session.scalars(select(Mandate.id).where(own, Mandate.revoked_at.is_(None))).all()
    assert in_force == [mandate.id]


def test_a_code_works_once(client_api: ClientApi) -> None:
    code = invited(client_api)
    accepted(client_api, code)
    assert "does not work" in opened(visitor(client_api), code, status=422).texts("main")


def test_a_code_that_was_taken_back_or_has_expired_does_not_work(client_api: ClientApi) -> None:
    code = invited(client_api)
    client = as_client(client_api)
    client.send(client.page("/auttajat", lang="en"))
    opened(visitor(client_api), code, status=422)
    late = invited(client_api)
    begun = {"made_at": NOW - timedelta(days=15), "expires_at": NOW}
    client_api.session.execute(update(MandateInvitation).values(begun))
    client_api.session.commit()
    opened(visitor(client_api), late, status=422)
    assert "Open invitations" not in client.page("/auttajat", lang="en").texts("main")


def test_a_code_is_read_with_spaces_and_small_letters(client_api: ClientApi) -> None:
    code = invited(client_api)
    opened(visitor(client_api), f" {code.lower().replace('-', ' ')} ")


def test_guessing_stops_after_ten(client_api: ClientApi) -> None:
    browser = visitor(client_api)
    for number in range(10):
        opened(browser, f"ABCD-EFGH-234{'ABCDEFGHJK'[number]}", status=422)
    opened(browser, invited(client_api), status=429)


def test_nobody_helps_themselves(client_api: ClientApi) -> None:
    code = invited(client_api)
    client = as_client(client_api)
    assert "your own invitation" in client.send(opened(client, code), status=422).texts("main")


def test_an_address_that_is_known_logs_in_first(client_api: ClientApi) -> None:
    known = client_api.session.scalars(select(Person.email).where(Person.email.is_not(None))).first()
    browser = visitor(client_api)
    page = browser.send(
        opened(browser, invited(client_api)), {**ACCOUNT, "email": (known or "").upper()}, status=422
    )
    assert "Log in first" in page.texts("main")


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"name": " "}, "Write the name of the person"),
        ({"rights": []}, "Tick at least one thing"),
        ({"rights": ["may_choose"]}, "Also tick that the person may see your money."),
        ({"scope": "some"}, "Tick at least one voucher"),
        ({"scope": "some", "fundings": ["999999999"]}, "Choose from the list"),
        ({"last_day": "20.11.2026"}, "The last day must be today or later"),
        ({"email": "ei osoite"}, "Enter an e-mail address"),
    ],
)
def test_what_cannot_be_given_is_said_at_the_field(
    client_api: ClientApi, values: dict[str, object], fault: str
) -> None:
    client = as_client(client_api)
    page = client.page("/auttajat/kutsu", lang="en")
    refused = client.send(page, {"name": "Uusi Auttaja", **values}, status=422)
    assert fault in refused.texts("main")
    assert client_api.session.scalars(select(MandateInvitation)).all() == []


def test_five_invitations_are_open_at_a_time(client_api: ClientApi) -> None:
    for _ in range(5):
        assert invited(client_api)
    client = as_client(client_api)
    page = client.send(client.page("/auttajat/kutsu", lang="en"), {"name": "Kuudes"}, status=422)
    assert "many open invitations" in page.texts("main")


def test_the_code_is_stored_nowhere_and_mails_name_nobody(client_api: ClientApi) -> None:
    code = invited(client_api, email="Auttaja@Example.fi")
    accepted(client_api, code)
    tables = ("mandate_invitation", "outbox", "audit_event", "web_session")
    stored = "".join(
        str(row)
        for table in tables
        for row in client_api.session.execute(text(f"SELECT to_jsonb({table}) FROM {table}"))
    )
    assert code not in stored
    assert code.replace("-", "") not in stored
    mails = client_api.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    assert [mail.key.partition(":")[0] for mail in mails] == ["invited", "invitation_accepted"]
    assert mails[0].body["to"] == "auttaja@example.fi"
    for mail in mails:
        said = mail.body["subject"] + mail.body["text"]
        assert not any(name in said for name in ("Aino", "Uusi", client_api.voucher))


def test_each_act_is_in_the_log_that_the_client_reads(client_api: ClientApi) -> None:
    accepted(client_api, invited(client_api))
    mandate_id = newest(client_api).id
    client = as_client(client_api)
    client.send(client.page(f"/auttajat/{mandate_id}"), {"rights": ["may_see"]})
    client.send(client.page(f"/auttajat/{mandate_id}/lopeta"))
    rows = client_api.session.scalars(
        select(AuditEvent).where(AuditEvent.act.like("mandate.%")).order_by(AuditEvent.id)
    ).all()
    assert [row.act for row in rows] == [
        "mandate.invite",
        "mandate.accept",
        "mandate.change",
        "mandate.end",
    ]
    assert {row.client_id for row in rows} == {client_api.client_id}
    assert rows[2].detail["before"]["rights"] == sorted(RIGHTS)
    assert rows[2].detail["after"]["rights"] == ["may_see"]


def test_rights_that_end_are_dead_at_once_in_an_open_session(client_api: ClientApi) -> None:
    helper = accepted(client_api, invited(client_api, rights=[*RIGHTS, "may_confirm"]))
    helper.send(helper.page("/puolesta"))
    form = helper.page(f"/kulut/{client_api.charge}/ei-oikein")
    client = as_client(client_api)
    client.send(client.page(f"/auttajat/{newest(client_api).id}/lopeta"))
    for path in ("/oma", "/kulut", f"/oma/seteli/{client_api.voucher}"):
        assert helper.web.get(path).location == "/puolesta", path
    fields = {str(name): str(value) for name, value in form.form().form_values()} | {"why": "Nobody came"}
    answer = helper.web.post(f"/kulut/{client_api.charge}/ei-oikein", data=fields)
    assert (answer.status_code, "Nobody came" in answer.text) == (404, True), "what was typed is shown"
    assert client_api.session.scalars(select(ChargeAnswer)).all() == []


def test_a_right_that_is_taken_away_is_gone_with_the_next_request(client_api: ClientApi) -> None:
    helper = accepted(client_api, invited(client_api, rights=["may_see", "may_confirm"]))
    helper.send(helper.page("/puolesta"))
    address = f"/kulut/{client_api.charge}/ei-oikein"
    helper.page(address)
    client = as_client(client_api)
    client.send(client.page(f"/auttajat/{newest(client_api).id}"), {"rights": ["may_see"]})
    assert helper.web.get(address).status_code == 404
    helper.page("/kulut")


def test_a_guardian_is_the_countys_to_change(client_api: ClientApi) -> None:
    guardian = update(Mandate).where(Mandate.may_choose).values(kind="guardian")
    client_api.session.execute(guardian)
    client_api.session.commit()
    mandate_id = client_api.session.scalars(select(Mandate.id).where(Mandate.kind == "guardian")).one()
    client = as_client(client_api)
    assert "The county has recorded your guardian." in client.page("/auttajat", lang="en").texts("main")
    for path in (f"/auttajat/{mandate_id}", f"/auttajat/{mandate_id}/lopeta"):
        client.page(path, status=404)


def test_a_helper_may_not_invite_others(client_api: ClientApi) -> None:
    helper = logged_in_by_key(client_api.web, client_api.session, HELPER)
    for path in ("/auttajat", "/auttajat/kutsu"):
        helper.page(path, status=403)
