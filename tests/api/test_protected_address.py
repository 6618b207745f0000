"""A protected address (turvakielto) is stored with a decision and shown only in work with that client."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from clearing.disclosure.facts.purposes import Purpose
from clearing.disclosure.rules.known_fields import Field, known_fields
from clearing.grants.reading.decision_rows import DECISION_LAYOUT, DecisionRow
from foundation.database.tables.clients import Client
from foundation.tabular.reading import read_table
from foundation.vocabulary.roles import PROVIDER_ROLES, Role
from tests.api.test_decisions import CLIENT, DECISION
from tests.builders.worker_api import WORKER, WorkerApi
from tests.pages.logged_in import logged_in_by_key
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
