"""A protected address (turvakielto) is stored with a decision and shown only in work with that client."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from clearing.disclosure.facts.purposes import Purpose
from clearing.disclosure.rules.known_fields import Field, known_fields
from clearing.grants.reading.decision_rows import DECISION_LAYOUT, DecisionRow
from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.clients import Client
from foundation.tabular.reading import read_table
from foundation.vocabulary.roles import PROVIDER_ROLES, Role
from tests.api.test_decisions import CLIENT, DECISION
from tests.builders.worker_api import WORKER, WorkerApi
from tests.pages.logged_in import logged_in_by_key
from tests.pages.strict import StrictClient
from tests.pages.test_worker_pages import ANSWERS, begun

TOWN = "Mikkeli"


def grant(api: WorkerApi, number: str, **client: Any) -> None:
    """Grant a decision for the client with these fields, under a number of its own."""
    fundings = [DECISION["fundings"][0] | {"external_id": number}]  # type: ignore[index]
    answer = api.post(
        "/decisions", DECISION | {"number": number, "client": CLIENT | client, "fundings": fundings}
    )
    assert answer.status_code == 201, answer.text


def stored(api: WorkerApi) -> bool:
    api.session.rollback()
    query = select(Client.protected_address).where(Client.number == CLIENT["number"])
    return api.session.scalars(query).one()


def test_a_decision_says_whether_the_address_is_protected(worker_api: WorkerApi) -> None:
    grant(worker_api, "D-1", protected_address=True)
    assert stored(worker_api) is True
    grant(worker_api, "D-2")
    assert stored(worker_api) is True
    grant(worker_api, "D-3", protected_address=False)
    assert stored(worker_api) is False


@pytest.mark.parametrize(("cell", "expected"), [("", None), ("kyllä", True), ("nej", False)])
def test_a_file_of_decisions_has_a_column_for_it(cell: str, expected: bool | None) -> None:
    header = ";".join((*DECISION_LAYOUT.required, "protected_address"))
    values = ["2026-01-01" if name in DECISION_LAYOUT.days else "x" for name in DECISION_LAYOUT.required]
    table = read_table(f"{header}\n{';'.join([*values, cell])}\n".encode(), DECISION_LAYOUT)
    (row,) = table.rows()
    reader = DecisionRow(row.cells, lambda _code: None)
    assert reader._client().protected_address is expected


def test_a_worker_says_it_in_the_first_step_of_granting(worker_api: WorkerApi) -> None:
    grant(worker_api, "D-1")
    browser = logged_in_by_key(worker_api.web, worker_api.session, WORKER)
    page = begun(browser, str(CLIENT["number"]))
    for number, (_title, answers) in enumerate(ANSWERS):
        page = browser.send(page, answers | ({"protected_address": "yes"} if number == 0 else {}))
    browser.send(page)
    assert stored(worker_api) is True


def test_the_list_of_clients_hides_it_and_the_clients_page_shows_it(worker_api: WorkerApi) -> None:
    grant(worker_api, "D-1")
    browser = logged_in_by_key(worker_api.web, worker_api.session, WORKER)
    search = f"/tt/asiakkaat?haku={CLIENT['number']}"
    assert TOWN in browser.page(search, lang="en").texts("main")
    grant(worker_api, "D-2", protected_address=True)
    listed = browser.page(search, lang="en").texts("main")
    assert TOWN not in listed
    assert "Protected address" in listed
    client_id = worker_api.session.scalars(select(Client.id).where(Client.number == CLIENT["number"])).one()
    question = browser.page(f"/tt/asiakas/{client_id}", lang="en")
    assert TOWN not in question.texts("main")
    shown = browser.send(question, {"reason": "handling"}).texts("main")
    assert TOWN in shown
    assert "Protected address: do not give it to anybody" in shown


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.CLIENT, Role.ADMIN)])
@pytest.mark.parametrize("purpose", Purpose)
def test_who_may_know_a_protected_address(role: Role, purpose: Purpose) -> None:
    known = known_fields(role, purpose, is_protected=True)
    single = purpose in (Purpose.ACTS_FOR_CLIENT, Purpose.CASEWORK, Purpose.GRANT)
    assert (Field.MUNICIPALITY in known) == (single and role in (Role.WORKER, Role.REPRESENTATIVE))
    if role in PROVIDER_ROLES:
        assert Field.MUNICIPALITY not in known_fields(role, purpose, is_protected=False)


def audit_acts(api: WorkerApi, *acts: str) -> list[tuple[str, str]]:
    """The acts about the client that are any of these, with their reasons, in order."""
    api.session.rollback()
    query = select(AuditEvent.act, AuditEvent.why).where(AuditEvent.act.in_(acts)).order_by(AuditEvent.id)
    return [(act, why) for act, why in api.session.execute(query)]


def client_of(api: WorkerApi) -> Client:
    api.session.rollback()
    query = select(Client).where(Client.number == CLIENT["number"])
    return api.session.scalars(query.execution_options(populate_existing=True)).one()


def test_a_decision_that_changes_the_protection_is_recorded(worker_api: WorkerApi) -> None:
    grant(worker_api, "D-1")
    grant(worker_api, "D-2", protected_address=True)
    grant(worker_api, "D-3", protected_address=True)
    grant(worker_api, "D-4", protected_address=False)
    recorded = audit_acts(worker_api, "client.protect", "client.unprotect")
    assert recorded == [("client.protect", "D-2"), ("client.unprotect", "D-4")]


def test_a_decision_forgets_the_place_on_the_map(worker_api: WorkerApi) -> None:
    grant(worker_api, "D-1")
    client = client_of(worker_api)
    client.latitude, client.longitude = 61.7, 27.3
    worker_api.session.commit()
    grant(worker_api, "D-2", protected_address=True)
    client = client_of(worker_api)
    assert (client.protected_address, client.latitude, client.longitude) == (True, None, None)
    grant(worker_api, "D-3", protected_address=False)
    assert client_of(worker_api).latitude is None


def test_the_database_stores_no_place_of_a_protected_client(worker_api: WorkerApi) -> None:
    grant(worker_api, "D-1", protected_address=True)
    client_of(worker_api).latitude = 61.7
    with pytest.raises(IntegrityError, match="ck_client_protected_place"):
        worker_api.session.commit()
    worker_api.session.rollback()


def opened(api: WorkerApi) -> tuple[StrictClient, str]:
    """A worker who has said why, and the address of the client's page."""
    browser = logged_in_by_key(api.web, api.session, WORKER)
    path = f"/tt/asiakas/{client_of(api).id}"
    browser.send(browser.page(path, lang="en"), {"reason": "handling"})
    return browser, path


def test_a_worker_protects_the_address_and_ends_it(worker_api: WorkerApi) -> None:
    grant(worker_api, "D-1")
    browser, path = opened(worker_api)
    page = browser.page(f"{path}/turvakielto", lang="en")
    refused = browser.send(page, {"why": ""}, status=422)
    assert "Say why" in refused.texts("main")
    assert stored(worker_api) is False
    done = browser.send(page, {"why": "Notice of the authority on 3 November"})
    assert "The address is protected now." in done.texts("body")
    assert stored(worker_api) is True
    ended = browser.send(browser.page(f"{path}/turvakielto", lang="en"), {"why": "It has ended"})
    assert "has ended" in ended.texts("body")
    assert stored(worker_api) is False
    assert audit_acts(worker_api, "client.protect", "client.unprotect") == [
        ("client.protect", "Notice of the authority on 3 November"),
        ("client.unprotect", "It has ended"),
    ]


def test_each_read_of_it_is_recorded_with_its_reason(worker_api: WorkerApi) -> None:
    grant(worker_api, "D-1")
    browser, path = opened(worker_api)
    assert audit_acts(worker_api, "client.address") == []
    grant(worker_api, "D-2", protected_address=True)
    assert TOWN in browser.page(path, lang="en").texts("main")
    assert audit_acts(worker_api, "client.address") == [("client.address", "Handles your matter")]
    browser.page(f"/tt/asiakkaat?haku={CLIENT['number']}", lang="en")
    browser.page(f"{path}/turvakielto", lang="en")
    assert len(audit_acts(worker_api, "client.address")) == 1


def test_a_copy_of_everything_reads_the_address(worker_api: WorkerApi) -> None:
    grant(worker_api, "D-1", protected_address=True)
    browser, path = opened(worker_api)
    before = len(audit_acts(worker_api, "client.address"))
    page = browser.page(f"{path}/tiedot", lang="en")
    answer = browser.web.post(f"{path}/tiedot", data=dict(page.form(0).form_values()))
    assert answer.content_type == "application/zip"
    assert len(audit_acts(worker_api, "client.address")) == before + 1
