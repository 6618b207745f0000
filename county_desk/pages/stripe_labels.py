"""What the county reads about rails and Stripe: msgids by public code."""

from __future__ import annotations

from collections.abc import Mapping

from clearing.payments.gateways.stripe_rail import Failure
from clearing.payments.rules.rails import RailRefusal
from clearing.payments.rules.stripe_events import Outcome
from clearing.payments.rules.stripe_payees import Rail
from clearing.payments.rules.stripe_transfers import StripeFault
from foundation.vocabulary.labels import N_

RAILS: Mapping[Rail, str] = {Rail.BANK: N_("Bank transfer"), Rail.STRIPE: N_("Stripe")}
RAIL_REFUSALS: Mapping[str, str] = {
    RailRefusal.ROLE_FORBIDDEN: N_("Your role does not do this step"),
    RailRefusal.PROVIDER_UNKNOWN: N_("The county does not know this provider"),
    RailRefusal.WHY_MISSING: N_("Write why"),
    RailRefusal.IN_USE: N_("The provider is paid this way already"),
    RailRefusal.NOT_READY: N_(
        "The provider's Stripe account is not ready. The provider opens it on its own pages"
    ),
    RailRefusal.NOT_OFFERED: N_("Stripe is not in use in this county"),
    RailRefusal.NOT_WAITING: N_("This choice does not wait any more"),
    RailRefusal.FINDING_CLOSED: N_("Somebody has closed this already"),
    RailRefusal.SAME_PERSON: N_("You chose this yourself. Another person confirms it"),
    Failure.LATER: N_("Stripe did not answer. Try again in a moment"),
    Failure.SETUP: N_("Stripe does not accept the county's keys. Tell the operator"),
    Failure.REFUSED: N_("Stripe refused this"),
    Failure.NO_MONEY: N_("There is too little money in the county's Stripe account. Move money there"),
    Failure.KEY_REUSED: N_("Stripe has this payment with other details. Look at it in Stripe"),
}
FINDINGS: Mapping[str, str] = {
    StripeFault.UNKNOWN: N_("Stripe has a transfer that no payment of ours explains. Find out who made it"),
    StripeFault.NOT_SENT: N_("Stripe has a transfer of a payment that was not sent"),
    StripeFault.AMOUNT: N_("The sum at Stripe is not that of the payment"),
    StripeFault.CURRENCY: N_("The transfer at Stripe is not in euros"),
    StripeFault.DESTINATION: N_("The transfer went to another account than the approved one"),
    StripeFault.SECOND: N_("Stripe has a second transfer of the same payment. Take one back"),
    StripeFault.PARTLY_REVERSED: N_(
        "A part of the transfer was taken back. Decide what the provider is owed"
    ),
    StripeFault.OTHER_MODE: N_("The transfer is of Stripe's other mode, test or live"),
    StripeFault.KEY_REUSED: N_("Stripe has this payment with other details. Look at it in Stripe"),
    StripeFault.NOT_DECIDED: N_("Stripe has not said for a day whether it paid"),
    StripeFault.ACCOUNT_UNKNOWN: N_("An account at Stripe that is no provider's here"),
    StripeFault.UNREADABLE: N_("Stripe sent something that could not be read"),
    Outcome.UNKNOWN_TYPE: N_("A kind of event that this program does not know. It changed nothing"),
}
CALL_KINDS: Mapping[str, str] = {
    "transfer": N_("Payment to the provider's Stripe account"),
    "payout": N_("From there to the provider's bank"),
    "reversal": N_("Taking the payment back"),
}


def call_error(error: str | None) -> str:
    """Return why a call did not get through, in words; `error` begins with the kind of the failure."""
    kind = (error or "").partition(":")[0]
    return RAIL_REFUSALS.get(kind) or FINDINGS.get(kind) or RAIL_REFUSALS[Failure.REFUSED]
