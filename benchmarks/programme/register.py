"""What a provider's register holds of a voucher, and whether the money agrees with it."""

from __future__ import annotations

from benchmarks.programme.broken import hold
from benchmarks.programme.caller import Caller, Json
from benchmarks.programme.stage import Stage, cents_of
from benchmarks.programme.vouchers import Voucher

PARTS = ("free", "held", "charged", "settled", "returned")


def charges_of(caller: Caller, voucher: str) -> dict[str, Json]:
    """Every charge of a voucher that this provider sees, refused ones too, by reference; each stands once."""
    found: list[Json] = []
    page, total = 1, 1
    while len(found) < total:
        body = caller.get(f"/charges?voucher={voucher}&page={page}&page_size=200")
        found += body["items"]
        page, total = page + 1, body["total"]
        hold(body["items"] or not total, f"{voucher}: a page of the list is empty")
    kept = {str(one["reference"]): one for one in found}
    hold(len(kept) == len(found), f"{voucher}: a reference stands twice")
    return kept


def balance_of(stage: Stage, voucher: Voucher) -> dict[str, int]:
    """The client's view of the money in whole cents; it always adds up and is never below zero."""
    told = stage.caller("client", client=voucher.client).get(f"/fundings/{voucher.code}")["balance"]
    balance = {name: cents_of(amount) for name, amount in told.items()}
    adds_up(voucher.code, balance)
    return balance


def adds_up(voucher: str, balance: dict[str, int]) -> None:
    """granted = free + held + charged + settled + returned, each zero or more."""
    hold(balance["granted"] == sum(balance[name] for name in PARTS), f"{voucher} does not add up: {balance}")
    hold(min(balance.values()) >= 0, f"{voucher} is below zero: {balance}")
