"""How a charge is decided. Start reading here.

Every rule is a pure function of the facts. All are applied and all their findings reported, but a rule is
silent when it lacks what it needs (rulebook, Order and silence): R-04 is reported on its own, R-07 leaves
only R-01 to R-06, R-16 or R-17 silences R-18 to R-25, R-21 or impossible times silence R-18 to R-22 and
R-25, and R-25 is applied only when nothing else refuses or holds. A refusal is a value, never an exception.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from clearing.charges.facts.book import Book
from clearing.charges.facts.charge import Charge
from clearing.charges.facts.outcomes import Accepted, Duplicate, OnHold, Outcome, Refused, Split
from clearing.charges.reading.fields import Reading
from clearing.charges.rules.amounts import price_of, price_to_tell, sums_of
from clearing.charges.rules.balances import draw, draw_units, exceeds_the_book, over_amount
from clearing.charges.rules.cancellations import agreed_cancellation
from clearing.charges.rules.charge_in_context import ChargeInContext
from clearing.charges.rules.charge_order import in_order
from clearing.charges.rules.charge_reasons import by_rule
from clearing.charges.rules.date_windows import service_day_in_future
from clearing.charges.rules.duplicates import reference_reused
from clearing.charges.rules.evaluation import Evaluation
from clearing.charges.rules.matching import client_mismatch, voucher_unknown
from clearing.charges.rules.open_book import OpenBook
from clearing.charges.rules.open_funding import OpenFunding
from clearing.charges.rules.plans_in_use import PlanInUse
from clearing.charges.rules.rule_order import (
    are_times_unread,
    findings_in_context,
    is_on_a_day,
    is_priced,
    without_waived,
)
from clearing.charges.rules.visit_holds import UNCHANGED, change_hold, plan_in_use
from clearing.eligibility.facts.kinds import VatKind
from clearing.eligibility.facts.use import Cost
from clearing.eligibility.rules.vat import vat_rate_hundredths
from clearing.ledger.rules.hold_changes import HoldChange
from clearing.reasons import FIELD_MISSING, Finding, Severity
from foundation.vocabulary.money import Money

_REFUSE, _HOLD, _NOTHING_STOPS = Severity.REFUSE, Severity.HOLD, Severity.INFORM
_NO_COST = Cost(None, ())
_EXEMPT = VatKind.EXEMPT


def decide_charges(
    book: Book, readings: Sequence[Reading], evaluate: Callable[[Book], Evaluation] = Evaluation
) -> tuple[Outcome, ...]:
    """Decide charges in order of service day, start, reference; return the outcomes in the order given.

    Each charge sees what the ones before it left, so a batch decides exactly as its charges one by one.

    Args:
        book: The facts.
        readings: The charges as read, with the faults of their fields.
        evaluate: How the rules are applied to the book; `Memo` gives the same outcomes in less time.
    """
    batch, outcomes = _Batch(OpenBook(book), evaluate(book)), dict[int, Outcome]()
    places = [in_order(charge) for charge, _ in readings]
    for index in sorted(range(len(readings)), key=places.__getitem__):
        outcomes[index] = batch.decide(index, *readings[index])
    return tuple(map(outcomes.__getitem__, range(len(readings))))


@dataclass(frozen=True, slots=True)
class _Batch:
    """A batch while it is decided: its state, and the rules applied to its facts."""

    open_book: OpenBook
    evaluation: Evaluation

    def decide(self, index: int, charge: Charge, faults: tuple[Finding, ...]) -> Outcome:
        if (in_use := self._reference_in_use(charge)) is not None:
            return in_use
        findings = [*faults, *self.evaluation.findings_of_sums(sums_of(charge))]
        if in_future := service_day_in_future(charge, self.open_book.book.today):
            findings.append(in_future)
        opened = None if charge.voucher is None else self.open_book.funding(charge.voucher)
        unknown = voucher_unknown(opened.known_to if opened else frozenset(), charge.provider_id)
        if opened is None or unknown is not None:
            findings += [unknown] if unknown and charge.voucher is not None else []
            return Refused(_sorted(findings), price_to_tell(price_of(charge)), None)
        context = self._in_context(charge, opened, findings)
        outcome = self._conclude(context, without_waived(charge, findings))
        if not isinstance(outcome, Refused):
            self.open_book.remember(context, index)
        return outcome

    def _reference_in_use(self, charge: Charge) -> Refused | Duplicate | None:
        if charge.reference is None:
            return None
        used = self.open_book.used_reference(charge.provider_id, charge.reference)
        if used is None or not (again := reference_reused(charge, used)):
            return None
        if isinstance(again, Finding):
            return Refused((again,), price_to_tell(price_of(charge)), None)
        return again

    def _in_context(self, charge: Charge, opened: OpenFunding, findings: list[Finding]) -> ChargeInContext:
        """Apply the rules of a known funding and add what they find to the findings."""
        book, funding = self.open_book.book, opened.funding
        price: int | None = price_of(charge)
        terms, cost = self.evaluation.terms_in_force(charge, funding), _NO_COST
        findings += terms.findings
        if charge.cancellation is not None and terms.choice is not None:
            plan = opened.visit_plans.get(terms.choice.id)
            charge = agreed_cancellation(charge, terms.choice, plan)
        if mismatch := client_mismatch(charge, funding):
            findings.append(mismatch)
        priced, times_unread = is_priced(charge, findings), are_times_unread(charge)
        if priced and not times_unread and is_on_a_day(charge, findings):
            cost = self.evaluation.cost(charge, terms, funding.county_id, price)
            findings += cost.findings
            price = cost.price_cents if price is None else price
            times_unread = _are_times_missing(cost)
        county, provider = book.counties[funding.county_id], book.providers[charge.provider_id]
        minutes = 0 if charge.worker is None else self.open_book.minutes_of_worker(charge)
        context = ChargeInContext(
            charge, county, provider, opened, terms, price, cost.county_pays_cents, times_unread, minutes
        )
        findings += findings_in_context(context, findings, with_limits=priced)
        return context

    def _conclude(self, context: ChargeInContext, findings: list[Finding]) -> Accepted | OnHold | Refused:
        """Refuse, hold or accept by the severest finding; R-25 is applied last, when nothing else stops.

        A price that is more than the database can hold is refused, not held.
        """
        if not findings and not over_amount(context):
            return self._accepted(context, ())
        severest = _severest(findings)
        goes_on = severest is _NOTHING_STOPS or (severest is _HOLD and exceeds_the_book(context))
        if goes_on and (over := over_amount(context)):
            findings = [*findings, over]
            severest = _severest(findings)
        if severest is _REFUSE:
            price = price_to_tell(context.price_cents)
            return Refused(_sorted(findings), price, context.open_funding.funding.id)
        conclude = self._held if severest is _HOLD else self._accepted
        return conclude(context, _sorted(findings))

    def _held(self, context: ChargeInContext, findings: tuple[Finding, ...]) -> OnHold:
        share, choice = context.county_share_cents, context.terms_in_force.choice
        offering = context.terms_in_force.offering
        return OnHold(
            findings=findings,
            price_cents=Money(context.price_cents or 0),
            split=None if share is None else self._split(context, share),
            funding_id=context.open_funding.funding.id,
            choice_id=choice.id if choice else None,
            offering_id=offering.id if offering else None,
        )

    def _accepted(self, context: ChargeInContext, findings: tuple[Finding, ...]) -> Accepted:
        """Draw the units and the county's share, at most what is left, and count them."""
        from_held, from_free = draw(context, context.county_share_cents or 0)
        units_held, units_free = draw_units(context)
        county_pays = from_held + from_free
        charge, terms, opened = context.charge, context.terms_in_force, context.open_funding
        change, plan_again = UNCHANGED
        if terms.choice is not None and terms.choice.id in self.open_book.book.plans:
            change, plan_again = change_hold(
                context, self._plan_in_use(context), HoldChange(from_held, units_held)
            )
        if charge.service_day is not None:
            opened.take(charge.service_day, county_pays, charge.quantity or 0)
        return Accepted(
            findings,
            self._split(context, county_pays),
            funding_id=opened.funding.id,
            choice_id=terms.choice.id if terms.choice else None,
            offering_id=terms.offering.id if terms.offering else None,
            from_held_cents=Money(from_held),
            from_free_cents=Money(from_free),
            from_held_quantity=units_held,
            from_free_quantity=units_free,
            hold_change=change,
            plan_again=plan_again,
        )

    def _plan_in_use(self, context: ChargeInContext) -> PlanInUse | None:
        calendar = self.evaluation.time_classes(context.open_funding.funding.county_id)
        return plan_in_use(context, self.open_book.book, calendar)

    def _split(self, context: ChargeInContext, county_pays_cents: int) -> Split:
        charge = context.charge
        kind = self.open_book.book.services.get(charge.service or "", _EXEMPT)
        rate = vat_rate_hundredths(kind, charge.service_day) if charge.service_day else 0
        return self.evaluation.split(context.price_cents or 0, county_pays_cents, rate)


def _are_times_missing(cost: Cost) -> bool:
    return bool(cost.findings) and cost.findings[0].reason is FIELD_MISSING


def _sorted(findings: list[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=by_rule)) if len(findings) > 1 else tuple(findings)


def _severest(findings: Iterable[Finding]) -> Severity:
    """Return refuse, hold, or inform if nothing stops the charge."""
    severest = _NOTHING_STOPS
    for finding in findings:
        if finding.reason.severity is _REFUSE:
            return _REFUSE
        if finding.reason.severity is _HOLD:
            severest = _HOLD
    return severest
