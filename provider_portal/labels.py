"""Labels of codes that the provider's pages and its API show (msgids)."""

from __future__ import annotations

from collections.abc import Mapping

from clearing.co_payments.rules.invoicing import CoPaymentRefusal as Code
from foundation.vocabulary.labels import N_

VISIT_REFUSALS: Mapping[str, str] = {
    "visit_unknown": N_("There is no such visit"),
    "visit_cancelled": N_("The visit has been cancelled"),
    "visit_not_over": N_("The visit is still to come"),
    "visit_charged": N_("The visit has been charged"),
    "visit_not_remote": N_("Only a remote visit to come has a video link"),
    "video_link_malformed": N_(
        "Enter an address that begins with https://, for example https://example.com/room"
    ),
    "visit_without_times": N_("This is help without fixed times, not one visit"),
}
"""Why a planned visit cannot be charged as planned, or taken off the list."""

CO_PAYMENT_REFUSALS: Mapping[str, str] = {
    Code.NOTHING_OWED: N_("The client owes nothing for that month that is not invoiced yet"),
    Code.NOTHING_TO_CREDIT: N_("Nothing of the invoice has been corrected"),
    Code.ACCOUNT_MISSING: N_("Your newest bank account is not confirmed yet. The county confirms it"),
    Code.DUE_TOO_SOON: N_("Give the client at least a week to pay"),
    Code.DUE_TOO_LATE: N_("Choose a due day within 90 days"),
    Code.NOTHING_OPEN: N_("Nothing of the invoice is open"),
    Code.PAID_TOO_MUCH: N_("That is more than what is open"),
    Code.PAID_NOTHING: N_("Enter the sum that came"),
    Code.PAID_IN_FUTURE: N_("Enter a day that has come"),
    Code.PAID_TOO_EARLY: N_("Enter a day after the invoice was made"),
    Code.RECEIPT_UNKNOWN: N_("There is no such mark, or it came by Stripe and stays"),
    Code.INVOICE_UNKNOWN: N_("There is no such invoice"),
}
"""Why something about an invoice of own shares is not done."""
