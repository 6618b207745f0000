"""Moving money within a personal budget: the API, the page, and who may."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from foundation.database.columns import days
from foundation.database.tables.clients import Client
from foundation.database.tables.counties import County
from foundation.database.tables.grants import Funding, PersonalBudget
from tests.api.client_desk import BILLER, CLIENT, HELPER, STRANGER, WATCHER, ClientDesk, client_desk
from tests.builders import YEAR, a_funding
from tests.pages.test_client_pages import log_in


@pytest.fixture
def desk(fresh_database: str, tmp_path: Path) -> Iterator[ClientDesk]:
    with client_desk(fresh_database, tmp_path) as desk:
        yield desk


@pytest.fixture
def second(desk: ClientDesk) -> str:
    """A second voucher of the client, of one budget with the first, in which 300 € may be moved."""
    first = desk.session.get(Funding, desk.funding_id)
    assert first is not None
    county, client = desk.session.get(County, first.county_id), desk.session.get(Client, desk.client_id)
    assert county is not None
    assert client is not None
    other = a_funding(desk.session, county, client, services=("SPORT",))
    budget = PersonalBudget(
        county_id=county.id,
        client_id=client.id,
        decision_number=first.decision_number,
        amount_cents=200_000,
        valid=days(*YEAR),
        may_move_up_to_cents=30_000,
    )
    desk.session.add(budget)
    desk.session.flush()
    first.personal_budget_id = other.personal_budget_id = budget.id
    desk.session.commit()
    return other.voucher


def test_a_move_answers_with_both_balances(desk: ClientDesk, second: str) -> None:
    answer = desk.send("POST", "/me/moves", {"from": desk.voucher, "to": second, "amount": "100.00"})
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
def test_what_cannot_be_moved_is_told(
    desk: ClientDesk, second: str, change: dict[str, str | None], field: str, code: str
) -> None:
    sent = {"from": desk.voucher, "to": second, "amount": "1.00"} | change
    answer = desk.send("POST", "/me/moves", sent)
    told = [(error["field"], error["code"]) for error in answer.get_json()["errors"]]
    assert (answer.status_code, told[0][0]) == (422, field)
    assert told[0][1] == code or code == "field_missing"


@pytest.mark.parametrize(
    ("key", "status"), [(None, 401), (BILLER, 403), (STRANGER, 422), (WATCHER, 403), (HELPER, 201)]
)
def test_who_may_move(desk: ClientDesk, second: str, key: str | None, status: int) -> None:
    sent = {"from": desk.voucher, "to": second, "amount": "1.00"}
    assert desk.send("POST", "/me/moves", sent, key=key).status_code == status


@pytest.mark.parametrize("language", ["fi", "sv", "en", "selko"])
def test_the_page_is_read_strictly_with_and_without_money_to_move(
    desk: ClientDesk, second: str, language: str
) -> None:
    for key in (CLIENT, STRANGER):
        log_in(desk.web, desk.session, key).page("/oma/siirra", lang=language)


def test_the_page_moves_and_tells_what_it_refuses(desk: ClientDesk, second: str) -> None:
    client = log_in(desk.web, desk.session, CLIENT)
    assert "Move money" in client.page("/oma", lang="en").texts("main")
    page = client.page("/oma/siirra", lang="en")
    other = desk.session.query(Funding).filter_by(voucher=second).one()
    typed = {"source": str(desk.funding_id), "target": str(other.id)}
    over = client.send(page, {**typed, "amount_cents": "300,01"}, status=422)
    assert "You cannot move so much." in over.texts()
    assert "The money was moved." in client.send(page, {**typed, "amount_cents": "300"}).texts()
    assert desk.get(f"/fundings/{second}")["balance"]["free"] == "1300.00"
