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
    "visit_left_changed": N_("Less of it is left than when you pressed. Look at it, and press again"),
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
    Code.TOTAL_CHANGED: N_("The sums have changed meanwhile. Look at them and press again"),
    Code.NOTHING_RETURNED: N_("No payment went back of which you still have to decide"),
    Code.INVOICE_UNKNOWN: N_("There is no such invoice"),
}
"""Why something about an invoice of own shares is not done."""
PRICE_COLUMNS: Mapping[str, str] = {
    "service": N_("Service"),
    "unit": N_("Unit"),
    "time_class": N_("Time class"),
    "unit_price": N_("Unit price, VAT included"),
    "from": N_("From"),
    "to": N_("Until"),
    "vat_rate": N_("VAT"),
    "communication": N_("Ways of communication"),
    "home_visits": N_("Do you come to the client's home?"),
}
"""The columns of a price list, as the forms call them."""
WEBHOOK_REFUSALS: Mapping[str, str] = {
    "webhook_url_malformed": N_(
        "Enter an address that begins with https://, for example https://example.com/omatori"
    ),
    "webhook_url_not_https": N_("The address must begin with https://"),
    "webhook_url_with_user": N_("Leave the name and the password out of the address"),
    "webhook_url_not_public": N_("This address is not on the public internet. Choose one that is"),
    "webhook_url_too_long": N_("The address is too long. At most 500 characters fit"),
    "webhook_events_missing": N_("Choose at least one thing to report"),
    "webhook_event_unknown": N_("There is no such event"),
    "webhooks_too_many": N_("There are ten addresses already. Remove one first"),
    "webhook_not_on": N_("Nothing is sent to this address at the moment. Turn it on first"),
}
