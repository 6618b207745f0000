"""Letters with codes as files, and who is not invited to log in as a client."""

from __future__ import annotations

import io
from datetime import timedelta

import pikepdf
import pytest
from sqlalchemy import select, text, update

from foundation.database.tables.client_invitations import ClientInvitation
from foundation.database.tables.clients import Client
from foundation.database.tables.people import Mandate, Person, RoleGrant
from foundation.vocabulary.roles import Role
from tests.builders.client_api import CLIENT, HELPER, ClientApi
from tests.builders.county import NOW
from tests.pages.logged_in import logged_in_by_key
from tests.pages.test_client_accounts import (
    PASSWORD,
    a_new_client,
    chosen,
    fields_of,
    letter_code,
    sent,
)
from tests.pages.test_guardians import recorded, worker
from tests.pages.test_invitations import invited, opened, visitor


@pytest.fixture
def new_client(client_api: ClientApi) -> int:
    """A client of the county who has never logged in; its id."""
    return a_new_client(client_api)


def test_the_letter_is_a_tagged_file_with_the_code_and_no_other_code_makes_one(
    client_api: ClientApi, new_client: int
) -> None:
    fields = fields_of(sent(client_api, new_client, way="letter"))
    browser = worker(client_api)
    fields["csrf_token"] = fields_of(browser.page(f"/tt/asiakas/{new_client}/tunnus"), form=0)["csrf_token"]
    address = f"/tt/asiakas/{new_client}/tunnus/kirje"
    answer = browser.web.post(address, data=fields)
    assert answer.content_type == "application/pdf"
    with pikepdf.open(io.BytesIO(answer.data)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.docinfo["/Title"]) == "Koodisi Omatoriin"
        assert len(pdf.pages) == 1
    assert browser.web.post(address, data={**fields, "code": "ABCDEFGHJKMN"}).status_code == 404
    other = f"/tt/asiakas/{client_api.client_id}/tunnus/kirje"
    assert browser.web.post(other, data=fields).status_code == 404


def test_the_letters_of_a_guardian_and_of_a_helper_are_files_too(client_api: ClientApi) -> None:
    fields = fields_of(recorded(client_api))
    browser = worker(client_api)
    address = f"/tt/asiakas/{client_api.client_id}/edunvalvoja"
    fields["csrf_token"] = fields_of(browser.page(address), form=0)["csrf_token"]
    answer = browser.web.post(f"{address}/kirje", data=fields)
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    client = logged_in_by_key(client_api.web.application.test_client(), client_api.session, CLIENT)
    sent_page = client.send(
        client.page("/auttajat/kutsu", lang="en"), {"name": "Uusi Auttaja", "rights": ["may_see"]}
    )
    fields = fields_of(sent_page)
    answer = client.web.post("/auttajat/kutsut/kirje", data=fields)
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    fields["code"] = invited(client_api)[::-1]
    assert client.web.post("/auttajat/kutsut/kirje", data=fields).status_code == 404


def test_a_helper_does_not_become_the_client(client_api: ClientApi) -> None:
    client_api.session.execute(
        update(RoleGrant)
        .where(RoleGrant.client_id == client_api.client_id)
        .values(valid=text("'empty'::daterange"))
    )
    client_api.session.commit()
    code = letter_code(client_api, client_api.client_id)
    helper = logged_in_by_key(client_api.web.application.test_client(), client_api.session, HELPER)
    page = helper.send(opened(helper, code), status=422)
    assert "You help this person." in page.texts("main")
    assert client_api.session.scalars(select(Mandate.person_id)).all()


def test_an_address_of_somebody_else_is_refused(client_api: ClientApi, new_client: int) -> None:
    known = client_api.session.scalars(select(Person.email).where(Person.email.is_not(None))).first()
    browser = visitor(client_api)
    page = opened(browser, letter_code(client_api, new_client))
    refused = browser.send(page, {"email": (known or "").upper(), "password": PASSWORD}, status=422)
    assert "Log in first" in refused.texts("main")


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"way": "mail", "email": ""}, "Enter an e-mail address"),
        ({"way": "mail", "email": "onni"}, "Enter an e-mail address"),
        ({"way": "pigeon"}, "Choose one from the list"),
    ],
)
def test_what_is_wrong_is_said_at_the_field(
    client_api: ClientApi, new_client: int, values: dict[str, object], fault: str
) -> None:
    assert fault in sent(client_api, new_client, status=422, **values).texts("main")
    assert client_api.session.scalars(select(ClientInvitation)).all() == []


def test_nobody_is_invited_who_is_no_client_any_more(client_api: ClientApi, new_client: int) -> None:
    ended = {"ended_on": (NOW - timedelta(days=2)).date(), "ended_reason": "moved"}
    client_api.session.execute(update(Client).where(Client.id == new_client).values(ended))
    client_api.session.commit()
    page = sent(client_api, new_client, status=422, way="letter")
    assert "no longer a client" in page.texts("main")


def test_an_account_of_somebody_who_works_here_gets_no_letter(client_api: ClientApi, new_client: int) -> None:
    chosen(client_api, letter_code(client_api, new_client))
    person_id = client_api.session.scalar(
        select(RoleGrant.person_id).where(RoleGrant.client_id == new_client)
    )
    county_id = client_api.session.get_one(Client, new_client).county_id
    valid = text("daterange('2026-01-01', NULL)")
    client_api.session.add(
        RoleGrant(person_id=person_id, role=Role.AUDITOR, county_id=county_id, valid=valid)
    )
    client_api.session.commit()
    page = sent(client_api, new_client, status=422, way="letter")
    assert "also works in Omatori" in page.texts("main")
