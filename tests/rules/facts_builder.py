"""A small valid world of facts for rule tests: one county, one provider, one open voucher.

Every test names only what it is about; the rest fits and is accepted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from clearing.charges.decision import decide_charges
from clearing.charges.facts.book import Book, CountySettings
from clearing.charges.facts.charge import SentCharge
from clearing.charges.facts.outcomes import Accepted, Duplicate, OnHold, Outcome, Refused
from clearing.charges.hot.memo import Memo
from clearing.charges.reading.fields import read_charge
from clearing.eligibility.facts.calendar import CalendarRange, DayKind
from clearing.eligibility.facts.kinds import ApprovalState, PaperKind, VatKind
from clearing.eligibility.facts.provider import Offering, Paper, Price, ProviderFacts
from clearing.grants.facts.funding import Choice, Funding, Terms
from clearing.grants.facts.kinds import ChargeState, DecisionState, FundingKind, FundingState
from foundation.vocabulary.dates import HELSINKI, DateWindow
from foundation.vocabulary.money import Money, Quantity

TODAY = date(2026, 11, 21)
LONG_AGO = date(2020, 1, 1)
PROVIDER, OTHER_PROVIDER, STRANGER = 1, 2, 3
COUNTY = 12
OFFERING, CHOICE, FUNDING = 500, 700, 900
ASSISTANCE, MEALS, TAXI = "PERSONAL_ASSISTANCE", "MEALS", "TAXI"

DAYS = {"weekday": DayKind.WEEKDAY, "saturday": DayKind.SATURDAY, "sunday": DayKind.SUNDAY_OR_HOLIDAY}


def calendar(*rows: tuple[str, str, str, str]) -> tuple[CalendarRange, ...]:
    """Lay out rows of (day kind, from, to, time class), times as ``HH:MM`` or ``24:00``."""
    return tuple(CalendarRange(DAYS[kind], minute(a), minute(b), c) for kind, a, b, c in rows)


def minute(text: str) -> int:
    """Return the minute of the day of ``HH:MM``."""
    return int(text[:2]) * 60 + int(text[3:])


FULL_CALENDAR = calendar(
    ("weekday", "07:00", "18:00", "weekday"),
    ("weekday", "18:00", "22:00", "evening"),
    ("weekday", "22:00", "07:00", "night"),
    ("saturday", "00:00", "24:00", "saturday"),
    ("sunday", "00:00", "24:00", "sunday_or_holiday"),
)

ALL_APPROVED = {
    (COUNTY, service): ((LONG_AGO, ApprovalState.APPROVED),) for service in (ASSISTANCE, MEALS, TAXI)
}


def papers(**ends: date | None) -> tuple[Paper, ...]:
    """Return one paper of each kind, valid from long ago to the end named for its kind."""
    return tuple(Paper(kind, LONG_AGO, ends.get(kind.value)) for kind in PaperKind)


def cents_by_class(**cents: int) -> dict[str, Money]:
    """Return cents by time class (``any`` is ``any_``)."""
    return {name.rstrip("_"): Money(value) for name, value in cents.items()}


def prices(first: Any = LONG_AGO, last: Any = None, **cents: int) -> tuple[Price, ...]:
    """Return prices by time class, in force between two days."""
    return tuple(Price(name, value, first, last) for name, value in cents_by_class(**cents).items())


def offering(**changes: Any) -> Offering:
    """Return personal assistance by the hour at 40.00, whatever the time class."""
    base = Offering(OFFERING, ASSISTANCE, "hour", prices(any_=4000))
    return replace(base, **changes)


def provider(**changes: Any) -> ProviderFacts:
    """Return an approved provider with valid papers and one offering."""
    offered = changes.pop("offering", None) or offering()
    base = ProviderFacts(
        id=PROVIDER,
        approvals=ALL_APPROVED,
        offerings={(COUNTY, offered.service): (offered,)},
        papers=papers(),
    )
    return replace(base, **changes)


def terms(**changes: Any) -> Terms:
    """Return terms that pay 36.00 an hour of personal assistance, refusing over the balance."""
    values = changes.pop("values", cents_by_class(any_=3600))
    caps = changes.pop("caps", {})
    base = Terms(
        from_day=LONG_AGO,
        unit_values={ASSISTANCE: values} if values else {},
        price_caps={ASSISTANCE: caps} if caps else {},
    )
    return replace(base, **changes)


def choice(**changes: Any) -> Choice:
    """Return the client's choice of the provider for the whole year, holding nothing."""
    return replace(Choice(CHOICE, OFFERING, PROVIDER, date(2026, 1, 1), None, Money(0)), **changes)


def funding(**changes: Any) -> Funding:
    """Return an open voucher of 1,000.00 for 2026, the provider chosen. ``values`` … go to its terms."""
    terms_changes = {
        name: changes.pop(name)
        for name in ("values", "caps", "free_of_charge", "overrun", "period_limit", "quantity_limit")
        if name in changes
    }
    base = Funding(
        id=FUNDING,
        county_id=COUNTY,
        voucher="AB12",
        client_number="C-1",
        kind=FundingKind.VOUCHER,
        window=DateWindow(date(2026, 1, 1), date(2026, 12, 31)),
        services=frozenset({ASSISTANCE}),
        states=((date(2025, 12, 1), FundingState.GRANTED), (date(2025, 12, 15), FundingState.OPEN)),
        decision_states=((date(2025, 12, 1), DecisionState.IN_FORCE),),
        terms=(terms(**terms_changes),),
        granted_cents=Money(100_000),
        free_cents=Money(100_000),
        choices=(choice(),),
    )
    return with_units(replace(base, **changes), **changes)


def with_units(found: Funding, **changes: Any) -> Funding:
    """Return the funding with the units that its newest limit and its charges leave, unless named."""
    limit = found.terms[-1].quantity_limit
    if limit is None or "free_quantity" in changes:
        return found
    used = sum(charge.quantity for charge in found.earlier if charge.state is not ChargeState.ON_HOLD)
    granted = Quantity(max(limit, used))
    free = Quantity(granted - used)
    return replace(found, granted_quantity=granted, free_quantity=free, used_quantity=Quantity(used))


def county(**changes: Any) -> CountySettings:
    """Return a county with a full calendar and 60 late days."""
    return replace(CountySettings(COUNTY, "12", 60, FULL_CALENDAR), **changes)


def book(
    *fundings: Funding,
    providers: Iterable[ProviderFacts] = (),
    county: CountySettings | None = None,
    **rest: Any,
) -> Book:
    """Return a book of these fundings (one, unless some are named)."""
    people = {p.id: p for p in (provider(), *_others(), *providers)}
    settings = county or CountySettings(COUNTY, "12", 60, FULL_CALENDAR)
    base = Book(
        today=TODAY,
        counties={settings.id: settings},
        services={ASSISTANCE: VatKind.EXEMPT, MEALS: VatKind.REDUCED, TAXI: VatKind.GENERAL},
        fundings={f.voucher: f for f in fundings or (funding(),)},
        providers=people,
    )
    return replace(base, **rest)


def _others() -> tuple[ProviderFacts, ...]:
    """Return two more providers like the first."""
    return tuple(
        replace(provider(), id=key, offerings={(COUNTY, ASSISTANCE): (offering(id=OFFERING + key),)})
        for key in (OTHER_PROVIDER, STRANGER)
    )


def values(**changes: object) -> dict[str, object]:
    """Return the values of a charge that is accepted: two hours at 40.00 on 3 November 2026.

    A change to None leaves the field out.
    """
    base: dict[str, object] = {
        "reference": "R-1",
        "voucher": "AB12",
        "service": ASSISTANCE,
        "service_day": "2026-11-03",
        "quantity": "2.00",
        "unit": "hour",
        "unit_price": "40.00",
    }
    return {name: value for name, value in (base | changes).items() if value is not None}


def sent(received: Any = TODAY, provider_id: Any = PROVIDER, **rest: Any) -> SentCharge:
    """Return a sent charge; what SentCharge does not know goes to its values."""
    own = {name: rest.pop(name) for name in ("from_file", "waived", "replaces") if name in rest}
    at = datetime(received.year, received.month, received.day, 12, tzinfo=HELSINKI).astimezone(UTC)
    return SentCharge(provider_id, values(**rest), at, **own)


def decide(book_of_facts: Book | None = None, *charges: SentCharge) -> tuple[Outcome, ...]:
    """Read and decide charges (one usual one, unless some are named): with a memo as without one."""
    facts, readings = book_of_facts or book(), [read_charge(charge) for charge in charges or (sent(),)]
    outcomes = decide_charges(facts, readings)
    assert decide_charges(facts, readings, Memo) == outcomes
    return outcomes


def decide_one(book_of_facts: Any = None, **changes: Any) -> Outcome:
    """Read and decide one charge, as changed."""
    return decide(book_of_facts, sent(**changes))[0]


def codes(outcome: Outcome) -> list[str]:
    """Return the reason codes; of a duplicate ``["duplicate"]``."""
    return ["duplicate"] if isinstance(outcome, Duplicate) else [finding.code for finding in outcome.findings]


def verdict(outcome: Outcome) -> str:
    """Return the outcome and its codes in one line: ``refused: voucher_paused``."""
    names: Mapping[type, str] = {
        Accepted: "accepted",
        OnHold: "on_hold",
        Refused: "refused",
        Duplicate: "duplicate",
    }
    found = "" if isinstance(outcome, Duplicate) else " ".join(codes(outcome))
    return f"{names[type(outcome)]}: {found}" if found else names[type(outcome)]


def verdicts(outcomes: Sequence[Outcome]) -> list[str]:
    """Return the verdict of each outcome."""
    return [verdict(outcome) for outcome in outcomes]


def hours(amount: str) -> Quantity:
    """Return a quantity from its text."""
    return Quantity(round(float(amount) * 100))
