"""What every page of the provider's face needs."""

from __future__ import annotations

from foundation.web.identity import current_actor
from foundation.web.languages import N_
from foundation.web.pages import not_found

TEMPLATES = "../templates"

STATES = {
    "accepted": (N_("Accepted"), "good"),
    "settled": (N_("Settled"), "good"),
    "on_hold": (N_("On hold"), "wait"),
    "refused": (N_("Refused"), "bad"),
    "rejected": (N_("Refused by the county"), "bad"),
    "withdrawn": (N_("Withdrawn"), "plain"),
}
"""Each state of a charge: its text and its tone."""

SETTLEMENT_STATES = {
    "prepared": (N_("Being prepared"), "wait"),
    "approved": (N_("Approved for payment"), "wait"),
    "sent": (N_("Sent to the bank"), "wait"),
    "paid": (N_("Paid"), "good"),
    "returned": (N_("Returned by the bank"), "bad"),
    "waiting": (N_("Waits"), "wait"),
}
PAPERS = {
    "register_entry": N_("Entry in the register of service providers"),
    "insurance": N_("Liability insurance"),
    "prepayment_register": N_("Entry in the prepayment register"),
}
UNITS = {
    "hour": N_("hour"),
    "visit": N_("visit"),
    "day": N_("day"),
    "night": N_("overnight"),
    "month": N_("month"),
    "km": N_("kilometre"),
    "piece": N_("piece"),
}
WAITING = {
    "nothing_due": N_("There is nothing to pay."),
    "negative_sum_carried": N_(
        "The corrections are more than the charges. The rest is taken from the next payment."
    ),
    "held_by_officer": N_("The county has set it aside for a check."),
    "bank_account_missing": N_("You have not given a bank account."),
    "bank_account_unverified": N_("It waits until your bank account has been confirmed."),
    "bank_account_changed": N_("Your bank account has changed. A changed account waits 48 hours."),
    "bank_refuses_details": N_("The bank does not take the details of the account."),
}
"""Why a payment waits."""

APPROVALS = {
    "pending": N_("The application is being handled"),
    "approved": N_("Approved"),
    "suspended": N_("Suspended"),
    "ended": N_("Ended"),
}
WORDS = {
    "states": STATES,
    "settlement_states": SETTLEMENT_STATES,
    "papers": PAPERS,
    "units": UNITS,
    "waiting": WAITING,
    "approvals": APPROVALS,
}
"""The texts (msgids) of codes, for templates."""


def provider_id() -> int:
    """The provider for whom the actor works; 404 without one."""
    found = current_actor().provider_id
    return not_found() if found is None else found
