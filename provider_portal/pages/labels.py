"""Labels of codes that only the provider's pages show (msgids)."""

from __future__ import annotations

from clearing.payments.rules.answers import ACCOUNT_CODES
from foundation.vocabulary.labels import StateLabel
from foundation.vocabulary.roles import Role
from foundation.web.languages import N_

SHORT_ROLES = {
    Role.PROVIDER_BILLER: N_("Biller"),
    Role.PROVIDER_OWNER: N_("Owner"),
    Role.PROVIDER_WORKER: N_("Worker"),
}
APPLICATION_STATES = {
    "draft": StateLabel(N_("Not sent"), "wait"),
    "submitted": StateLabel(N_("The county is handling it"), "wait"),
    "more_needed": StateLabel(N_("The county asks for more"), "bad"),
    "decided": StateLabel(N_("Decided"), "good"),
    "withdrawn": StateLabel(N_("Withdrawn"), "plain"),
}
SERVICE_DECISIONS = {
    "pending": StateLabel(N_("Not decided"), "wait"),
    "approved": StateLabel(N_("Approved"), "good"),
    "refused": StateLabel(N_("Not approved"), "bad"),
}
FILE_STATES = {
    "waiting": StateLabel(N_("Waits for its turn"), "wait"),
    "running": StateLabel(N_("Being processed"), "wait"),
    "stopped": StateLabel(N_("You stopped it"), "bad"),
    "ended": StateLabel(N_("Ended in part"), "bad"),
    "failed": StateLabel(N_("Not processed"), "bad"),
}
TRIAL_STATES = {
    "waiting": StateLabel(N_("Waits for its turn"), "wait"),
    "running": StateLabel(N_("Being tried"), "wait"),
    "stopped": StateLabel(N_("You stopped it"), "bad"),
    "failed": StateLabel(N_("Could not be tried"), "bad"),
    "done": StateLabel(N_("Tried"), "good"),
}
PAPER_STATES = {
    "waiting": StateLabel(N_("The county is looking at it"), "wait"),
    "accepted": StateLabel(N_("Accepted"), "good"),
    "rejected": StateLabel(N_("Not accepted"), "bad"),
    "withdrawn": StateLabel(N_("Withdrawn"), "plain"),
}
PAPER_VALIDITY = {
    "valid": StateLabel(N_("Valid"), "good"),
    "ending": StateLabel(N_("Ends soon"), "wait"),
    "missing": StateLabel(N_("Not valid"), "bad"),
}
PAYMENT_WAITS = {
    "nothing_due": N_("There is nothing to pay."),
    "negative_sum_carried": N_(
        "The corrections are larger than the charges. The rest is deducted from the next payment."
    ),
    "held_by_officer": N_("The county is holding it for a check."),
    "bank_account_missing": N_("You have not given a bank account."),
    "bank_account_unverified": N_("It is waiting for your bank account to be confirmed."),
    "bank_account_changed": N_(
        "Your bank account has changed. Payments to a changed account wait for 48 hours."
    ),
    "bank_refuses_details": N_("The bank does not accept the account details."),
    "bank_account_returned": N_("The bank could not pay to your account. Give another bank account."),
    "bank_answer_open": N_("The county is checking an earlier payment with the bank."),
    "payment_way_changed_since": N_(
        "The county has changed how it pays you. The next payment goes the new way."
    ),
    "stripe_restricted": N_(
        "Stripe needs something from you. Open your Stripe account on the page of your company."
    ),
    "stripe_payout_failed": N_("Stripe could not pay to your bank. Give Stripe another bank account."),
    "stripe_changed": N_(
        "The way of paying, or your bank account at Stripe, has changed. Payments wait for 48 hours."
    ),
    "stripe_unclear": N_("The county is checking an earlier payment with Stripe."),
}
"""Why a settlement is not paid yet, by the code of its `waiting`."""
RETURNED_OTHERWISE = N_("The bank could not make the payment. The county pays it again.")


def returned_text(reason: str) -> str:
    """Return why a payment came back, in words; `reason` is the code of the bank, or ours at Stripe."""
    return PAYMENT_WAITS.get(
        "bank_account_returned" if reason in ACCOUNT_CODES else reason, RETURNED_OTHERWISE
    )


TOO_MANY_CHECKS_TODAY = N_("Too many checks of this client today. Send the charge itself.")
