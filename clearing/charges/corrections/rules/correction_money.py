"""What a correction of a correction must find left, and the postings of both directions."""

from dataclasses import dataclass
from datetime import date

from clearing.charges.corrections.rules.counter_entries import Share
from clearing.charges.rules.open_funding import open_funding
from clearing.eligibility.rules.period_limits import changes_of, period_fits
from clearing.grants.facts.funding import Funding
from clearing.grants.rules.funding_terms import terms_on
from clearing.ledger.rules.postings import Account, Event, Posting
from clearing.reasons import OVER_AMOUNT, OVER_PERIOD_LIMIT, OVER_QUANTITY, Finding, report
from foundation.vocabulary.dates import period_number, period_of
from foundation.vocabulary.money import Money, Quantity


@dataclass(frozen=True, slots=True)
class Movement:
    """Where a correction's money and units go: so much by the choice's hold, the rest by free.

    `quantity` is 0 if the charge moved no units.
    """

    correction_id: int
    county_id: int
    funding_id: int
    provider_id: int
    choice_id: int | None
    county_cents: int
    held_cents: int
    after_settlement: bool
    quantity: int = 0
    held_quantity: int = 0


def correction_postings(move: Movement) -> list[Posting]:
    """Charged, or after settlement payable, to free and held; the other way when county_cents is positive."""
    taken_from = Account.PAYABLE if move.after_settlement else Account.CHARGED
    again = move.county_cents > 0 or move.quantity > 0
    total, held = abs(move.county_cents), abs(move.held_cents)
    units, units_held = abs(move.quantity), abs(move.held_quantity)
    return [
        Posting(
            county_id=move.county_id,
            event=Event.CORRECT,
            from_account=account if again else taken_from,
            to_account=taken_from if again else account,
            amount_cents=Money(amount),
            funding_id=move.funding_id,
            choice_id=move.choice_id,
            charge_id=move.correction_id,
            provider_id=move.provider_id,
            quantity_hundredths=Quantity(quantity),
        )
        for account, amount, quantity in (
            (Account.HELD, held, units_held),
            (Account.FREE, total - held, units - units_held),
        )
        if amount > 0 or quantity > 0
    ]


def draws_again(
    funding: Funding, day: date, held_cents: int, held_quantity: int, share: Share
) -> list[Finding]:
    """Return why a correction of a correction cannot draw its money and units again (R-23, R-24, R-25)."""
    opened = open_funding(funding, {})
    terms, findings = terms_on(funding, day), []
    if funding.free_quantity is not None and share.quantity > (
        units := funding.free_quantity + held_quantity
    ):
        findings.append(report(OVER_QUANTITY, left_hundredths=units, quantity_hundredths=share.quantity))
    if limit := terms.period_limit:
        new = share.quantity if limit.amount_cents is None else share.county_cents
        first, number = (period_number(limit.kind, one) for one in (funding.window.first, day))
        changes = changes_of(limit, funding.terms)
        if not period_fits(limit, first, number, new, opened.spent[limit.kind], changes):
            period = period_of(limit.kind, day)
            days = {"first_day": period.first.isoformat(), "last_day": period.last.isoformat()}
            findings.append(report(OVER_PERIOD_LIMIT, **days))
    left = funding.free_cents + held_cents
    if share.county_cents > left:
        findings.append(report(OVER_AMOUNT, county_pays_cents=share.county_cents, left_cents=left))
    return findings
