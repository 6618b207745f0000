"""What a provider reads for the portal's own codes (msgids)."""

from __future__ import annotations

from foundation.web.languages import N_

PAYMENT_WAITS = {
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
"""Why a settlement is not paid yet, by the code of its `waiting`."""
