"""Moving money within a personal budget: the API, the page, and who may."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from foundation.database.columns import days
from foundation.database.tables.clients import Client
from foundation.database.tables.counties import County
from foundation.database.tables.grants import Funding, PersonalBudget
from tests.builders import YEAR, a_funding
from tests.builders.api import NO_KEY
from tests.builders.books import check_books
from tests.builders.client_api import BILLER, CLIENT, HELPER, STRANGER, WATCHER, ClientApi
from tests.pages.logged_in import logged_in_by_key
from tests.pages.strict import StrictPage
from tests.pages.test_granted_in_units import grant_in_hours


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


def test_the_page_checks_moves_and_gives_a_receipt(client_api: ClientApi, second: str) -> None:
    client = logged_in_by_key(client_api.web, client_api.session, CLIENT)
    assert "Move money" in client.page("/oma", lang="en").texts("main")
    over = client.page(check_url(client_api, second, "300,01"), status=422, lang="en")
    assert "You cannot move that much." in over.texts()
    check = client.page(check_url(client_api, second, "300"), lang="en")
    text = main(check)
    assert "You move €300." in text
    assert "Left now€1,000.00After the move€700.00Can be used untilThu 31 December" in text
    assert "Left now€1,000.00After the move€1,300.00Can be used untilThu 31 December" in text
    assert "After this you can still move €0." in text
    assert free(client_api, second) == "1000.00"
    kept = client.page(str(check.root.xpath("//a[text()='No, go back']/@href")[0]), lang="en")
    assert kept.form().fields["amount"] == "300"
    receipt = client.send(check)
    text = main(receipt)
    assert "The money was moved" in text
    assert "Moved€300Left now€700.00" in text
    assert "Moved€300Left now€1,300.00" in text
    assert free(client_api, second) == "1300.00"
    client.page(receipt.path, lang="en")
    assert free(client_api, second) == "1300.00"


def test_sending_the_check_twice_moves_once(client_api: ClientApi, second: str) -> None:
    """Also after the money has been moved back, so that both vouchers look as they did at first."""
    client = logged_in_by_key(client_api.web, client_api.session, CLIENT)
    check = client.page(check_url(client_api, second, "100"), lang="en")
    receipt = client.send(check)
    again = client.send(check, status=409)
    assert "Your vouchers have changed since you looked. Nothing was moved now." in main(again)
    assert free(client_api, second) == "1100.00"
    back = str(receipt.root.xpath("//a[text()='Move it back']/@href")[0])
    client.send(client.page(back, lang="en"))
    assert free(client_api, second) == "1000.00"
    client.send(check, status=409)
    assert free(client_api, second) == "1000.00"
    client.send(again, {"mark": ""}, status=409)
    assert free(client_api, second) == "1000.00"


def test_hours_are_moved_in_hours(client_api: ClientApi, second: str) -> None:
    """30 hours with 1 000 €: three of them are 100 €, which another voucher gets in euros."""
    grant_in_hours(client_api)
    client = logged_in_by_key(client_api.web, client_api.session, CLIENT)
    form = client.page("/oma/siirra", lang="en")
    assert "PERSONAL_ASSISTANCE: 30 hours free" in main(form)
    assert "PERSONAL_ASSISTANCE: 9 hours" in main(form)
    assert "Use the unit of the voucher that you move from" in main(form)
    over = client.page(check_url(client_api, second, "9,01"), status=422, lang="en")
    assert "You cannot move that much." in over.texts()
    assert (
        "There is not that much free." in client.page(check_url(client_api, second, "31"), status=422).texts()
    )
    check = client.page(check_url(client_api, second, "3"), lang="en")
    assert "You move 3 hours." in main(check)
    assert "Left now30 hoursAfter the move27 hours" in main(check)
    assert "Left now€1,000.00After the move€1,100.00" in main(check)
    assert "After this you can still move 6 hours." in main(check)
    receipt = client.send(check)
    assert "Moved3 hoursLeft now27 hours" in main(receipt)
    assert "Moved€100Left now€1,100.00" in main(receipt)
    assert "You have 27 hours left." in main(client.page(f"/oma/seteli/{client_api.voucher}", lang="en"))
    movements = f"/oma/seteli/{client_api.voucher}/tapahtumat"
    assert "3 hours" in main(client.page(movements, lang="en"))


@pytest.mark.parametrize("hours", ["1", "0,07", "2,5"])
def test_hours_are_moved_back_to_the_hundredth(client_api: ClientApi, second: str, hours: str) -> None:
    """An hour of 1 000 € for 30 hours has no whole cents: 33.33 € leave, and come back as the same hour."""
    grant_in_hours(client_api)
    client = logged_in_by_key(client_api.web, client_api.session, CLIENT)
    receipt = client.send(client.page(check_url(client_api, second, hours), lang="en"))
    check = client.page(back_url(receipt), lang="en")
    assert "After the move30 hours" in main(check)
    again = client.page(str(check.root.xpath("//a[text()='No, go back']/@href")[0]), lang="en")
    assert again.form().fields["target"] == str(client_api.funding_id)
    back = client.send(check)
    assert f"Moved{hours.replace(',', '.')} hour" in main(back)
    assert "Left now30 hours" in main(back)
    assert free(client_api, second) == "1000.00"
    forth = client.page(back_url(back), lang="en")
    assert f"You move {hours.replace(',', '.')} hour" in main(forth)
    check_books(client_api.session)


def back_url(receipt: StrictPage) -> str:
    return str(receipt.root.xpath("//a[text()='Move it back']/@href")[0])


def test_a_number_of_another_move_moves_what_is_typed(client_api: ClientApi, second: str) -> None:
    client = logged_in_by_key(client_api.web, client_api.session, CLIENT)
    receipt = client.send(client.page(check_url(client_api, second, "100"), lang="en"))
    number = receipt.path.rpartition("/")[2].partition("?")[0]
    for mark in (number, "999999", "x"):
        check = client.page(f"{check_url(client_api, second, '50')}&takaisin={mark}", lang="en")
        assert "You move €50." in main(check)


def test_the_api_moves_units(client_api: ClientApi, second: str) -> None:
    grant_in_hours(client_api)
    sent = {"from": client_api.voucher, "to": second, "quantity": "3.00"}
    body = client_api.post("/me/moves", sent).get_json()
    assert (body["amount"], body["quantity"], body["quantity_to"]) == ("100.00", "3.00", None)
    assert (body["from_quantity"]["free"], body["to_quantity"]) == ("27.00", None)
    assert body["left_to_move"] == "200.00"
    back = {"from": second, "to": client_api.voucher, "amount": "100.00"}
    body = client_api.post("/me/moves", back).get_json()
    assert (body["quantity"], body["quantity_to"], body["to_quantity"]["free"]) == (None, "3.00", "30.00")
    check_books(client_api.session)


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"quantity": "9.01"}, "quantity", "over_move_limit"),
        ({"quantity": "30.01"}, "quantity", "over_quantity"),
        ({"quantity": "0.00"}, "quantity", "amount_not_positive"),
        ({"quantity": "1.00", "amount": "1.00"}, "amount", "one_amount"),
        ({}, "amount", "one_amount"),
    ],
)
def test_the_units_that_cannot_be_moved_are_reported(
    client_api: ClientApi, second: str, change: dict[str, Any], field: str, code: str
) -> None:
    grant_in_hours(client_api)
    vouchers = {"from": client_api.voucher, "to": second}
    answer = client_api.send("POST", "/me/moves", vouchers | change)
    errors = [(error["field"], error["code"]) for error in answer.get_json()["errors"]]
    assert (answer.status_code, errors) == (422, [(field, code)])


def test_units_do_not_leave_a_voucher_in_euros(client_api: ClientApi, second: str) -> None:
    grant_in_hours(client_api)
    sent = {"from": second, "to": client_api.voucher, "quantity": "1.00"}
    errors = client_api.post("/me/moves", sent).get_json()["errors"]
    assert [(error["field"], error["code"]) for error in errors] == [("quantity", "not_in_units")]


@pytest.mark.parametrize("language", ["fi", "sv", "en", "selko"])
def test_check_and_receipt_are_right_in_every_language(
    client_api: ClientApi, second: str, language: str
) -> None:
    client = logged_in_by_key(client_api.web, client_api.session, CLIENT)
    check = client.page(check_url(client_api, second, "100"), lang=language)
    client.send(client.send(check, {"mark": "old"}, status=409))


@pytest.mark.parametrize(
    ("amount", "error"),
    [("99999999", "The number is too large."), ("0", "more than zero"), ("", "Enter the amount")],
)
def test_a_wrong_sum_says_what_is_wrong(client_api: ClientApi, second: str, amount: str, error: str) -> None:
    client = logged_in_by_key(client_api.web, client_api.session, CLIENT)
    assert error in client.page(check_url(client_api, second, amount), status=422, lang="en").texts("main")


def test_a_receipt_is_for_those_who_see_both_vouchers(client_api: ClientApi, second: str) -> None:
    client = logged_in_by_key(client_api.web, client_api.session, CLIENT)
    receipt = client.send(client.page(check_url(client_api, second, "100"))).path
    client.page("/oma/siirra/valmis/999999", status=404)
    logged_in_by_key(client_api.web, client_api.session, STRANGER).page(receipt, status=404)
    helper = logged_in_by_key(client_api.web, client_api.session, HELPER)
    helper.send(helper.page("/puolesta"))
    assert "Move it back" not in helper.page(receipt, lang="en").texts("main")
    helper.page(check_url(client_api, second, "100"), status=404)


def typed_of(api: ClientApi, voucher: str, amount: str) -> dict[str, str]:
    """The fields of a move from the first voucher to the second."""
    other = api.session.query(Funding).filter_by(voucher=voucher).one()
    return {"source": str(api.funding_id), "target": str(other.id), "amount": amount}


def check_url(api: ClientApi, voucher: str, amount: str) -> str:
    return f"/oma/siirra/tarkista?{urlencode(typed_of(api, voucher, amount))}"


def free(api: ClientApi, voucher: str) -> str:
    return str(api.read(f"/fundings/{voucher}")["balance"]["free"])


def main(page: StrictPage) -> str:
    return page.texts("main").replace("\xa0", " ")
