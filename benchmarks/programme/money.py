"""The charges and the balance of a voucher, read over the API."""

from __future__ import annotations

from benchmarks.programme.api_client import ApiClient, Json
from benchmarks.programme.failure import require
from benchmarks.programme.instance import Instance, cents_of
from benchmarks.programme.vouchers import Voucher

PARTS = ("free", "held", "charged", "settled", "returned")


def charges_of(api: ApiClient, voucher: str) -> dict[str, Json]:
    """Return every charge of a voucher that this provider sees, including refused ones, by reference.

    Raises:
        CheckFailedError: A reference occurs twice, or a page of the list is empty.
    """
    found: list[Json] = []
    page, total = 1, 1
    while len(found) < total:
        body = api.get(f"/charges?voucher={voucher}&page={page}&page_size=200")
        found += body["items"]
        page, total = page + 1, body["total"]
        require(body["items"] or not total, f"{voucher}: a page of the list is empty")
    by_reference = {str(charge["reference"]): charge for charge in found}
    require(len(by_reference) == len(found), f"{voucher}: a reference occurs twice")
    return by_reference


def balance_of(instance: Instance, voucher: Voucher) -> dict[str, int]:
    """Return the balance that the client sees, in whole cents, after checking that it adds up."""
    amounts = instance.api("client", client=voucher.client).get(f"/fundings/{voucher.code}")["balance"]
    balance = {name: cents_of(amount) for name, amount in amounts.items()}
    require_balanced(voucher.code, balance)
    return balance


def require_balanced(voucher: str, balance: dict[str, int]) -> None:
    """Require that granted = free + held + charged + settled + returned, each zero or more."""
    require(
        balance["granted"] == sum(balance[name] for name in PARTS), f"{voucher} does not add up: {balance}"
    )
    require(min(balance.values()) >= 0, f"{voucher} is below zero: {balance}")
