"""Days that cannot be, and charges that the county samples (R-29, R-33)."""

import hashlib

from clearing.charges.facts.book import Sampling
from clearing.charges.rules.charge_in_context import ChargeInContext
from clearing.eligibility.facts.provider import ProviderFacts
from clearing.reasons import IMPOSSIBLE_DAY, SAMPLED_FOR_CHECK, Finding, report
from foundation.vocabulary.money import half_up_division
from foundation.vocabulary.units import HOUR

LONGEST_WORKING_DAY_MINUTES = 14 * 60


def worked_minutes(minutes: int | None, unit: str | None, quantity: int | None) -> int:
    """Return the minutes of work in a charge: by its times, else by its hours, else none."""
    if minutes is not None:
        return minutes
    return half_up_division(quantity * 60, 100) if unit == HOUR and quantity else 0


def impossible_day(context: ChargeInContext) -> Finding | None:
    """More than 14 h a day by one named worker, or in the client's announced absence (R-29).

    An absence is what the county has entered, or a pause of all help that the client has made. The fee of a
    visit that the client had cancelled in the plan may be of such a day.
    """
    charge = context.charge
    if (day := charge.service_day) is None:
        return None
    absences = context.open_funding.funding.client_absences
    if absences and not _was_cancelled_before(context) and any(day in absence for absence in absences):
        return report(IMPOSSIBLE_DAY, service_day=day.isoformat())
    if charge.worker is None or context.times_unread:
        return None
    minutes = worked_minutes(charge.minutes, charge.unit, charge.quantity)
    if not minutes or context.worker_minutes + minutes <= LONGEST_WORKING_DAY_MINUTES:
        return None
    return report(IMPOSSIBLE_DAY, "worker", service_day=day.isoformat())


def _was_cancelled_before(context: ChargeInContext) -> bool:
    """Return whether a charge is the fee of a visit of the plan that the client cancelled: nobody came."""
    cancellation = context.charge.cancellation
    return cancellation is not None and cancellation.fee is not None


def _picked(sampling: Sampling, provider_id: int, reference: str) -> bool:
    """Pick a share by a hash, so that the same charge is always or never picked."""
    text = f"{sampling.salt}|{provider_id}|{reference}".encode()
    number = int.from_bytes(hashlib.blake2b(text, digest_size=8).digest())
    return number % 1000 < sampling.share_per_mille


def _far_from_usual(sampling: Sampling, provider: ProviderFacts, price_cents: int) -> bool:
    far, usual = sampling.far_from_usual_hundredths, provider.usual_price_cents
    if not far or not usual:
        return False
    return abs(price_cents - usual) * 100 > usual * far


def sampled_for_check(context: ChargeInContext) -> Finding | None:
    """The county's sampling setting picks the charge for a person to look at (R-33).

    Share at random, over an amount, far from the provider's usual, new provider.
    """
    sampling, price, reference = context.county.sampling, context.price_cents, context.charge.reference
    if sampling is None or price is None or reference is None:
        return None
    if (
        (sampling.over_cents is not None and price > sampling.over_cents)
        or context.provider.accepted_before < sampling.first_charges_of_provider
        or _far_from_usual(sampling, context.provider, price)
        or _picked(sampling, context.provider.id, reference)
    ):
        return report(SAMPLED_FOR_CHECK)
    return None
