"""Moving money within a personal budget: the API, the page, and who may."""

from __future__ import annotations

import pytest

from foundation.database.columns import days
from foundation.database.tables.clients import Client
from foundation.database.tables.counties import County
from foundation.database.tables.grants import Funding, PersonalBudget
from tests.builders import YEAR, a_funding
from tests.builders.api import NO_KEY
from tests.builders.client_api import BILLER, CLIENT, HELPER, STRANGER, WATCHER, ClientApi
from tests.pages.logged_in import logged_in_by_key


@pytest.fixture
def second(client_api: ClientApi) -> str:
    """A second voucher of the client, of one budget with the first, in which 300 € may be moved."""
    first = client_api.session.get(Funding, client_api.funding_id)
    assert first is not None
    county, client = (
        client_api.session.get(County, first.county_id),
        client_api.session.get(Client, client_api.client_id),
    )
    assert county is not None
    assert client is not None
    other = a_funding(client_api.session, county, client, services=("SPORT",))
    budget = PersonalBudget(
        county_id=county.id,
        client_id=client.id,
        decision_number=first.decision_number,
        amount_cents=200_000,
        valid=days(*YEAR),
        may_move_up_to_cents=30_000,
    )
    client_api.session.add(budget)
    client_api.session.flush()
    first.personal_budget_id = other.personal_budget_id = budget.id
    client_api.session.commit()
    return other.voucher


def test_a_move_answers_with_both_balances(client_api: ClientApi, second: str) -> None:
    answer = client_api.send(
        "POST", "/me/moves", {"from": client_api.voucher, "to": second, "amount": "100.00"}
    )
    body = answer.get_json()
    assert answer.status_code == 201
    assert (body["from"]["granted"], body["to"]["free"], body["left_to_move"]) == (
        "900.00",
        "1100.00",
        "200.00",
    )


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"amount": "300.01"}, "amount", "over_move_limit"),
        ({"amount": "1000.01"}, "amount", "over_amount"),
        ({"amount": "0.00"}, "amount", "amount_not_positive"),
        ({"to": "ZZZZ0000ZZZZ0000"}, "to", "voucher_unknown"),
        ({"to": None}, "to", "field_missing"),
    ],
)
def test_what_cannot_be_moved_is_reported(
    client_api: ClientApi, second: str, change: dict[str, str | None], field: str, code: str
) -> None:
    sent = {"from": client_api.voucher, "to": second, "amount": "1.00"} | change
    answer = client_api.send("POST", "/me/moves", sent)
    errors = [(error["field"], error["code"]) for error in answer.get_json()["errors"]]
    assert (answer.status_code, errors[0][0]) == (422, field)
    assert errors[0][1] == code or code == "field_missing"


@pytest.mark.parametrize(
    ("key", "status"), [(NO_KEY, 401), (BILLER, 403), (STRANGER, 422), (WATCHER, 403), (HELPER, 403)]
)
def test_who_may_move(client_api: ClientApi, second: str, key: str, status: int) -> None:
    """A helper who may choose may not move: each right is named."""
    sent = {"from": client_api.voucher, "to": second, "amount": "1.00"}
    assert client_api.send("POST", "/me/moves", sent, key=key).status_code == status


@pytest.mark.parametrize("language", ["fi", "sv", "en", "selko"])
def test_the_page_is_read_strictly_with_and_without_money_to_move(
    client_api: ClientApi, second: str, language: str
) -> None:
    for key in (CLIENT, STRANGER):
        logged_in_by_key(client_api.web, client_api.session, key).page("/oma/siirra", lang=language)


def test_the_page_moves_money_and_shows_its_refusals(client_api: ClientApi, second: str) -> None:
    client = logged_in_by_key(client_api.web, client_api.session, CLIENT)
    assert "Move money" in client.page("/oma", lang="en").texts("main")
    page = client.page("/oma/siirra", lang="en")
    other = client_api.session.query(Funding).filter_by(voucher=second).one()
    typed = {"source": str(client_api.funding_id), "target": str(other.id)}
    over = client.send(page, {**typed, "amount_cents": "300,01"}, status=422)
    assert "You cannot move that much." in over.texts()
    assert "The money was moved." in client.send(page, {**typed, "amount_cents": "300"}).texts()
    assert client_api.read(f"/fundings/{second}")["balance"]["free"] == "1300.00"
