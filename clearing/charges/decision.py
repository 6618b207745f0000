"""How a charge is decided. Start reading here.

Every rule is a pure function of the facts. All are asked and all reasons told, but a rule is silent
when it lacks what it needs (rulebook, Order and silence): R-04 is told alone, R-07 leaves only R-01 to
R-06, R-16 or R-17 silences R-18 to R-25, R-21 or impossible times silence R-18 to R-22 and R-25, and
R-25 is asked only when nothing else refuses or holds. A refusal is a value, never an exception.
"""

from collections.abc import Iterable, Sequence

from clearing.charges.facts.book import Book
from clearing.charges.facts.outcomes import Accepted, OnHold, Outcome, Refused
from clearing.charges.reading.fields import Reading
from clearing.charges.rules.amounts import price_to_tell
from clearing.charges.rules.balances import draw, exceeds_the_book, over_amount
from clearing.charges.rules.case import Case
from clearing.charges.rules.charge_order import in_order
from clearing.charges.rules.charge_reasons import by_rule, reasons_of_charge
from clearing.charges.rules.co_payment import split_of
from clearing.charges.rules.duplicates import reference_reused
from clearing.charges.rules.eligibility import voucher_unknown
from clearing.charges.rules.open_book import OpenBook
from clearing.charges.rules.silence import reasons_of_case
from clearing.reasons import (
    Severity,
    Told,
)
from foundation.vocabulary.money import Money

_REFUSE, _HOLD, _NOTHING_STOPS = Severity.REFUSE, Severity.HOLD, Severity.INFORM


def _severest(told: Iterable[Told]) -> Severity:
    """Return refuse, hold, or inform where nothing stops the charge."""
    severest = _NOTHING_STOPS
    for one in told:
        if one.reason.severity is _REFUSE:
            return _REFUSE
        if one.reason.severity is _HOLD:
            severest = _HOLD
    return severest


def _held(case: Case, told: tuple[Told, ...]) -> OnHold:
    share = case.county_share_cents
    return OnHold(
        told=told,
        price_cents=Money(case.price_cents or 0),
        split=None if share is None else split_of(case, share),
        funding_id=case.funding.id,
        choice_id=case.standing.choice.id if case.standing.choice else None,
        offering_id=case.standing.offering.id if case.standing.offering else None,
    )


def _accepted(case: Case, told: tuple[Told, ...]) -> Accepted:
    """Draw the county's share, at most what is left, and count it."""
    from_held, from_free = draw(case, case.county_share_cents or 0)
    county_pays = from_held + from_free
    charge, choice, offering = case.charge, case.standing.choice, case.standing.offering
    if charge.service_day is not None:
        case.open_funding.take(charge.service_day, county_pays, charge.quantity or 0)
    return Accepted(
        told,
        split_of(case, county_pays),
        funding_id=case.funding.id,
        choice_id=choice.id if choice else None,
        offering_id=offering.id if offering else None,
        from_held_cents=Money(from_held),
        from_free_cents=Money(from_free),
    )


def _conclude(case: Case, told: list[Told]) -> Accepted | OnHold | Refused:
    """Refuse, hold or accept by the severest reason; R-25 is asked last, when nothing else stops.

    What is more than the book can hold cannot wait in it either.
    """
    if not told and not over_amount(case):
        return _accepted(case, ())
    severest = _severest(told)
    stands = severest is _NOTHING_STOPS or (severest is _HOLD and exceeds_the_book(case))
    if stands and (over := over_amount(case)):
        told.append(over)
        severest = _severest(told)
    if len(told) > 1:
        told.sort(key=by_rule)
    if severest is _REFUSE:
        return Refused(tuple(told), price_to_tell(case.charge), case.funding.id)
    return _held(case, tuple(told)) if severest is _HOLD else _accepted(case, tuple(told))


def _decide(desk: OpenBook, index: int, reading: Reading) -> Outcome:
    charge, faults = reading
    if charge.reference is not None:
        used = desk.used_reference(charge.provider_id, charge.reference)
        if used is not None and (again := reference_reused(charge, used)):
            return Refused((again,), price_to_tell(charge), None) if isinstance(again, Told) else again
    told = [*faults, *reasons_of_charge(charge, desk.book)]
    opened = None if charge.voucher is None else desk.funding(charge.voucher)
    unknown = voucher_unknown(opened.known_to if opened else frozenset(), charge.provider_id)
    if opened is None or unknown is not None:
        told += [unknown] if unknown and charge.voucher is not None else []
        return Refused(tuple(told), price_to_tell(charge), None)
    case = desk.open_case(charge, opened)
    outcome = _conclude(case, reasons_of_case(desk, case, told))
    if not isinstance(outcome, Refused):
        desk.remember(case, index)
    return outcome


def decide_charges(book: Book, readings: Sequence[Reading]) -> tuple[Outcome, ...]:
    """Decide charges in order of service day, start, reference; answer in the order given.

    Each charge sees what the ones before it left, so a batch decides exactly as its charges one by one.
    """
    desk, outcomes = OpenBook(book), dict[int, Outcome]()
    places = [in_order(charge) for charge, _ in readings]
    for index in sorted(range(len(readings)), key=places.__getitem__):
        outcomes[index] = _decide(desk, index, readings[index])
    return tuple(map(outcomes.__getitem__, range(len(readings))))
