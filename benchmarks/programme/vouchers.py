"""Vouchers granted over HTTP for a check, and charges that only a lack of money can refuse."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from benchmarks.programme.api_client import Json
from benchmarks.programme.instance import TODAY, Instance

SERVICE = "HOME_CARE"
VALUE = "30.00"
VISIT_CENTS, SHORT_VISIT_CENTS = 750, 240
"""A quarter of an hour, and five minutes (0.08 h), at 30 euros: below every provider's list price."""
PROVIDERS = tuple(range(12))
STEADY = (0, 1, 2, 3, 4, 9, 10, 11)
"""Indexes of the providers whose papers and prices are valid on every day of the visits."""
CHOOSABLE = (0, 1, 2, 3, 4, 5, 6, 9, 10, 11)
"""Indexes of the ten providers whose home care can be chosen and charged today."""
CLIENTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 18, 19, 20)
"""Clients of county 12 who live there and are at home."""
FIRST_VISIT = date(2026, 10, 1)
VISITS_A_DAY, DAYS = 60, 50
MOST_VISITS = VISITS_A_DAY * DAYS
SHORT_VISITS = 180
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Voucher:
    """A granted voucher and its decision; `provider` (a business ID) if the voucher names one."""

    code: str
    client: str
    provider: str | None
    amount_cents: int
    decision: str


def business_id(instance: Instance, index: int) -> str:
    """Return the business ID of a provider by its index in the world."""
    return str(instance.seed_report["providers"][index]["business_id"])


def offering_of(instance: Instance, index: int) -> int:
    """Return the id of that provider's home care offering in county 12."""
    key = (business_id(instance, index), "12", SERVICE)
    found = (
        offering
        for offering in instance.seed_report["offerings"]
        if (offering["provider"], offering["county"], offering["service"]) == key
    )
    return int(next(found)["id"])


def grant(
    instance: Instance, amounts: list[int], *, index: int | None = None, may_move: bool = False
) -> list[Voucher]:
    """Send one decision for the next client, and return its vouchers.

    Args:
        instance: The served program.
        amounts: The amount of each voucher in whole cents.
        index: The provider that the vouchers name; None for free choice.
        may_move: Whether the client may move money between the vouchers.
    """
    number = next(_numbers)
    client = f"C-{CLIENTS[number % len(CLIENTS)]:06d}"
    provider = None if index is None else business_id(instance, index)
    name = f"OHJELMA/{number}"
    document = decision(instance, name, client, amounts, provider)
    if may_move:
        total = euros(sum(amounts))
        move = {"up_to": total}
        document["personal_budget"] = {"amount": total, "window": WINDOW, "client_may_move": move}
    codes = instance.api("worker", county="12").post("/decisions", document)["vouchers"]
    return [Voucher(codes[str(n)], client, provider, cents, name) for n, cents in enumerate(amounts)]


WINDOW = ["2026-09-01", "2027-02-28"]


def decision(instance: Instance, number: str, client: str, amounts: list[int], provider: str | None) -> Json:
    """Return the document of a decision."""
    person = instance.person("client", client=client)
    clients = instance.seed_report["clients"]
    home = next(row["municipality"] for row in clients if row["number"] == client)
    funding = {"kind": "voucher", "services": [SERVICE], "window": WINDOW, "unit_values": {"any": VALUE}}
    fundings = [funding | {"external_id": str(n), "amount": euros(cents)} for n, cents in enumerate(amounts)]
    return {
        "number": number,
        "county": "12",
        "decided_on": "2026-08-20",
        "decided_by": "Viran Haltija",
        "legal_basis": "Laki 569/2009",
        "cost_centre": "4430",
        "client": {"number": client, "name": person["name"], "municipality": home},
        "fundings": [row | {"provider": provider} if provider else row for row in fundings],
        "acknowledged": ["over_appropriation"],
    }


def visit(voucher: str, reference: str, number: int) -> Json:
    """Return a charge of a quarter of an hour; no two numbers of a voucher overlap."""
    day = FIRST_VISIT + timedelta(days=number // VISITS_A_DAY % DAYS)
    return _charge(voucher, reference, day.isoformat(), 7 * 60 + 15 * (number % VISITS_A_DAY), 15, "0.25")


def short_visit(voucher: str, reference: str, number: int) -> Json:
    """Return a charge of five minutes of today, for choices that begin today."""
    return _charge(voucher, reference, TODAY, 7 * 60 + 5 * (number % SHORT_VISITS), 5, "0.08")


def _charge(voucher: str, reference: str, day: str, begins: int, minutes: int, quantity: str) -> Json:
    start, end = (f"{minute // 60:02d}:{minute % 60:02d}" for minute in (begins, begins + minutes))
    charge = {"reference": reference, "voucher": voucher, "service": SERVICE, "service_day": day}
    return charge | {"start": start, "end": end, "quantity": quantity, "unit": "hour", "unit_price": VALUE}


def euros(cents: int) -> str:
    """Format whole cents as the API does."""
    return f"{cents // 100}.{cents % 100:02d}"
