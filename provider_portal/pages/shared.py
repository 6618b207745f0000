"""What every page of the provider's face needs."""

from __future__ import annotations

from foundation.vocabulary import labels
from foundation.web.identity import current_actor
from foundation.web.languages import N_
from foundation.web.pages import not_found

TEMPLATES = "../templates"


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

WORDS = {
    "states": labels.CHARGE_STATES,
    "settlement_states": labels.SETTLEMENT_STATES,
    "papers": labels.PAPERS,
    "units": labels.UNITS,
    "waiting": WAITING,
    "approvals": labels.APPROVAL_STATES_FOR_PROVIDER,
}
"""The labels (msgids) of codes, for templates."""


def provider_id() -> int:
    """The provider for whom the actor works; 404 without one."""
    found = current_actor().provider_id
    return not_found() if found is None else found
