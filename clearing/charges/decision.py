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
from clearing.charges.rules.charge_in_context import ChargeInContext
from clearing.charges.rules.charge_order import in_order
from clearing.charges.rules.charge_reasons import by_rule, reasons_of_charge
from clearing.charges.rules.co_payment import split_of
from clearing.charges.rules.duplicates import reference_reused
from clearing.charges.rules.eligibility import voucher_unknown
from clearing.charges.rules.open_book import OpenBook
from clearing.charges.rules.rule_order import reasons_in_context
from clearing.reasons import (
    Finding,
    Severity,
)
from foundation.vocabulary.money import Money

_REFUSE, _HOLD, _NOTHING_STOPS = Severity.REFUSE, Severity.HOLD, Severity.INFORM


def _severest(findings: Iterable[Finding]) -> Severity:
    """Return refuse, hold, or inform where nothing stops the charge."""
    severest = _NOTHING_STOPS
    for one in findings:
        if one.reason.severity is _REFUSE:
            return _REFUSE
        if one.reason.severity is _HOLD:
            severest = _HOLD
    return severest


def _held(context: ChargeInContext, findings: tuple[Finding, ...]) -> OnHold:
    share = context.county_share_cents
    return OnHold(
        findings=findings,
        price_cents=Money(context.price_cents or 0),
        split=None if share is None else split_of(context, share),
        funding_id=context.funding.id,
        choice_id=context.terms_in_force.choice.id if context.terms_in_force.choice else None,
        offering_id=context.terms_in_force.offering.id if context.terms_in_force.offering else None,
    )


def _accepted(context: ChargeInContext, findings: tuple[Finding, ...]) -> Accepted:
    """Draw the county's share, at most what is left, and count it."""
    from_held, from_free = draw(context, context.county_share_cents or 0)
    county_pays = from_held + from_free
    charge, choice, offering = context.charge, context.terms_in_force.choice, context.terms_in_force.offering
    if charge.service_day is not None:
        context.open_funding.take(charge.service_day, county_pays, charge.quantity or 0)
    return Accepted(
        findings,
        split_of(context, county_pays),
        funding_id=context.funding.id,
        choice_id=choice.id if choice else None,
        offering_id=offering.id if offering else None,
        from_held_cents=Money(from_held),
        from_free_cents=Money(from_free),
    )


def _conclude(context: ChargeInContext, findings: list[Finding]) -> Accepted | OnHold | Refused:
    """Refuse, hold or accept by the severest reason; R-25 is asked last, when nothing else stops.

    What is more than the book can hold cannot wait in it either.
    """
    if not findings and not over_amount(context):
        return _accepted(context, ())
    severest = _severest(findings)
    stands = severest is _NOTHING_STOPS or (severest is _HOLD and exceeds_the_book(context))
    if stands and (over := over_amount(context)):
        findings.append(over)
        severest = _severest(findings)
    if len(findings) > 1:
        findings.sort(key=by_rule)
    if severest is _REFUSE:
        return Refused(tuple(findings), price_to_tell(context.charge), context.funding.id)
    return _held(context, tuple(findings)) if severest is _HOLD else _accepted(context, tuple(findings))


def _decide(open_book: OpenBook, index: int, reading: Reading) -> Outcome:
    charge, faults = reading
    if charge.reference is not None:
        used = open_book.used_reference(charge.provider_id, charge.reference)
        if used is not None and (again := reference_reused(charge, used)):
            return Refused((again,), price_to_tell(charge), None) if isinstance(again, Finding) else again
    findings = [*faults, *reasons_of_charge(charge, open_book.book)]
    opened = None if charge.voucher is None else open_book.funding(charge.voucher)
    unknown = voucher_unknown(opened.known_to if opened else frozenset(), charge.provider_id)
    if opened is None or unknown is not None:
        findings += [unknown] if unknown and charge.voucher is not None else []
        return Refused(tuple(findings), price_to_tell(charge), None)
    context = open_book.in_context(charge, opened)
    outcome = _conclude(context, reasons_in_context(open_book, context, findings))
    if not isinstance(outcome, Refused):
        open_book.remember(context, index)
    return outcome


def decide_charges(book: Book, readings: Sequence[Reading]) -> tuple[Outcome, ...]:
    """Decide charges in order of service day, start, reference; answer in the order given.

    Each charge sees what the ones before it left, so a batch decides exactly as its charges one by one.
    """
    open_book, outcomes = OpenBook(book), dict[int, Outcome]()
    places = [in_order(charge) for charge, _ in readings]
    for index in sorted(range(len(readings)), key=places.__getitem__):
        outcomes[index] = _decide(open_book, index, readings[index])
    return tuple(map(outcomes.__getitem__, range(len(readings))))
