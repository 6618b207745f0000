"""Vouchers granted over HTTP for a check, and charges of them that are good in every way but money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from benchmarks.programme.caller import Json
from benchmarks.programme.stage import TODAY, Stage

SERVICE = "HOME_CARE"
VALUE = "30.00"
VISIT_CENTS, SHORT_VISIT_CENTS = 750, 240
"""A quarter of an hour, and five minutes (0.08 h), at 30 euros: below every provider's list price."""
PROVIDERS = tuple(range(12))
STEADY = (0, 1, 2, 3, 4, 9, 10, 11)
"""Places of providers whose papers and prices hold on every day of the visits."""
CHOOSABLE = (0, 1, 2, 3, 4, 5, 6, 9, 10, 11)
"""Places of the ten providers whose home care can be chosen and charged today."""
CLIENTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 18, 19, 20)
"""Clients of county 12 who live there and are at home."""
FIRST_VISIT = date(2026, 10, 1)
VISITS_A_DAY, DAYS = 60, 50
MOST_VISITS = VISITS_A_DAY * DAYS
SHORT_VISITS = 180
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Voucher:
    """A granted voucher and its decision; `provider` (business ID) where it names one."""

    code: str
    client: str
    provider: str | None
    amount_cents: int
    decision: str


def business_id(stage: Stage, place: int) -> str:
    """The provider at a place of the world's list."""
    return str(stage.told["providers"][place]["business_id"])


def offering_of(stage: Stage, place: int) -> int:
    """That provider's home care in county 12."""
    wanted = (business_id(stage, place), "12", SERVICE)
    found = (
        one for one in stage.told["offerings"] if (one["provider"], one["county"], one["service"]) == wanted
    )
    return int(next(found)["id"])


def grant(
    stage: Stage, amounts: list[int], *, place: int | None = None, may_move: bool = False
) -> list[Voucher]:
    """One decision for the next client with vouchers of these whole cents, for one named provider or any."""
    number = next(_numbers)
    client = f"C-{CLIENTS[number % len(CLIENTS)]:06d}"
    provider = None if place is None else business_id(stage, place)
    name = f"OHJELMA/{number}"
    document = decision(stage, name, client, amounts, provider)
    if may_move:
        total = euros(sum(amounts))
        move = {"up_to": total}
        document["personal_budget"] = {"amount": total, "window": WINDOW, "client_may_move": move}
    told = stage.caller("worker", county="12").post("/decisions", document)["vouchers"]
    return [Voucher(told[str(n)], client, provider, cents, name) for n, cents in enumerate(amounts)]


WINDOW = ["2026-09-01", "2027-02-28"]


def decision(stage: Stage, number: str, client: str, amounts: list[int], provider: str | None) -> Json:
    """The document of a decision."""
    person = stage.person("client", client=client)
    home = next(one["municipality"] for one in stage.told["clients"] if one["number"] == client)
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
        "fundings": [one | {"provider": provider} if provider else one for one in fundings],
    }


def visit(voucher: str, reference: str, number: int) -> Json:
    """The number-th quarter of an hour of a voucher: no two overlap."""
    day = FIRST_VISIT + timedelta(days=number // VISITS_A_DAY % DAYS)
    return _charge(voucher, reference, day.isoformat(), 7 * 60 + 15 * (number % VISITS_A_DAY), 15, "0.25")


def short_visit(voucher: str, reference: str, number: int) -> Json:
    """The number-th five minutes of today, for choices that begin today."""
    return _charge(voucher, reference, TODAY, 7 * 60 + 5 * (number % SHORT_VISITS), 5, "0.08")


def _charge(voucher: str, reference: str, day: str, begins: int, minutes: int, quantity: str) -> Json:
    start, end = (f"{one // 60:02d}:{one % 60:02d}" for one in (begins, begins + minutes))
    place = {"reference": reference, "voucher": voucher, "service": SERVICE, "service_day": day}
    return place | {"start": start, "end": end, "quantity": quantity, "unit": "hour", "unit_price": VALUE}


def euros(cents: int) -> str:
    """Whole cents as the API writes them."""
    return f"{cents // 100}.{cents % 100:02d}"
