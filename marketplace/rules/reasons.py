"""Why an offering cannot be chosen: public codes with words for the client (what, what to do, who helps).

Where the rulebook has the same fact for a charge, the code is the rulebook's. Placeholders name their kind
by their last word, as in `clearing.reasons`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from foundation.vocabulary.refusals import Refusal

Value = str | int
NO_VALUES: Mapping[str, Value] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Reason:
    """One code with its words as msgids."""

    code: str
    field: str
    title: str
    detail: str
    fix: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A reason against one offering and funding, with the values of its texts."""

    reason: Reason
    values: Mapping[str, Value]

    @property
    def code(self) -> str:
        """The public code."""
        return self.reason.code

    def as_refusal(self) -> Refusal:
        """Return the finding as one reason of a refusal."""
        return Refusal(self.code, self.reason.field, self.values)


def report(reason: Reason, **values: Value) -> Finding:
    """Return a finding of the reason with its values."""
    return Finding(reason, values)


REASONS: dict[str, Reason] = {}
"""Every reason by its code."""


def finding_of(refusal: Refusal) -> Finding:
    """Return the finding that a reason of a refusal was made from."""
    return Finding(REASONS[refusal.code], refusal.values)


def _reason(code: str, field: str, title: str, detail: str, fix: str) -> Reason:
    REASONS[code] = Reason(code, field, title, detail, fix)
    return REASONS[code]


_CHOOSE_ANOTHER = "Choose another provider."
_ASK_COUNTY = "Call the county and ask."

VOUCHER_NOT_OPEN = _reason(
    "voucher_not_open", "voucher", "Your voucher is not open yet",
    "You can choose when the voucher is open.", _ASK_COUNTY)  # fmt: skip
VOUCHER_PAUSED = _reason(
    "voucher_paused", "voucher", "Your voucher is on a break",
    "You cannot choose during the break.", _ASK_COUNTY)  # fmt: skip
VOUCHER_CLOSED = _reason(
    "voucher_closed", "voucher", "Your voucher has ended",
    "You can no longer use this voucher.", _ASK_COUNTY)  # fmt: skip
VOUCHER_REVOKED = _reason(
    "voucher_revoked", "voucher", "Your voucher has been cancelled",
    "You can no longer use this voucher.", _ASK_COUNTY)  # fmt: skip
DECISION_NOT_IN_FORCE = _reason(
    "decision_not_in_force", "voucher", "Your decision is not in force",
    "The decision is under review.", _ASK_COUNTY)  # fmt: skip
OUTSIDE_VOUCHER_WINDOW = _reason(
    "outside_voucher_window", "starts_on", "Your voucher is not valid on that day",
    "Your voucher is valid from %(first_day)s to %(last_day)s.", "Choose another day.")  # fmt: skip
CLIENT_ENDED = _reason(
    "client_ended", "voucher", "You are not the county's client on that day",
    "The county no longer pays for your services.", _ASK_COUNTY)  # fmt: skip
SERVICE_NOT_IN_VOUCHER = _reason(
    "service_not_in_voucher", "offering", "Your voucher does not pay for this service",
    "Your voucher is for another service.", "Choose a service that your voucher pays for.")  # fmt: skip
PROVIDER_NOT_NAMED = _reason(
    "provider_not_named", "offering", "Your decision names another provider",
    "You can use this voucher only with that provider.", _ASK_COUNTY)  # fmt: skip
NOT_PUBLISHED = _reason(
    "offering_not_published", "offering", "The provider does not offer this now",
    "The provider has taken this service off the list.", _CHOOSE_ANOTHER)  # fmt: skip
PROVIDER_NOT_APPROVED = _reason(
    "provider_not_approved", "offering", "The county has not approved the provider",
    "The county pays only approved providers.", _CHOOSE_ANOTHER)  # fmt: skip
PROVIDER_APPROVAL_PENDING = _reason(
    "provider_approval_pending", "offering", "The provider is waiting for approval",
    "The county has not decided yet.", _CHOOSE_ANOTHER)  # fmt: skip
PROVIDER_APPROVAL_ENDED = _reason(
    "provider_approval_ended", "offering", "The provider's approval has ended",
    "The county no longer pays this provider.", _CHOOSE_ANOTHER)  # fmt: skip
PROVIDER_SUSPENDED = _reason(
    "provider_suspended", "offering", "The provider is on a break",
    "The county has stopped new visits for now.", _CHOOSE_ANOTHER)  # fmt: skip
PROVIDER_PAPERS_EXPIRED = _reason(
    "provider_papers_expired", "offering", "The provider's papers are not valid",
    "The county is waiting for a new paper.", "Ask the provider before you choose.")  # fmt: skip
MUNICIPALITY_NOT_SERVED = _reason(
    "municipality_not_served", "offering", "The provider does not come to your area",
    "The provider does not work in your municipality.", _CHOOSE_ANOTHER)  # fmt: skip
OTHER_COUNTY = _reason(
    "other_county", "offering", "The service is in another county",
    "Your voucher is valid in your own county.", _CHOOSE_ANOTHER)  # fmt: skip
NO_PRICE_ON_DAY = _reason(
    "no_price_on_day", "offering", "There is no price for that day",
    "The provider has not given a price.", _CHOOSE_ANOTHER)  # fmt: skip
PRICE_OVER_CAP = _reason(
    "price_over_cap", "offering", "The price is too high",
    "The highest price of your voucher is %(limit_cents)s.", _CHOOSE_ANOTHER)  # fmt: skip
CO_PAYMENT_NOT_ALLOWED = _reason(
    "co_payment_not_allowed", "offering", "The price is above your voucher",
    "This service must be free for you.", _CHOOSE_ANOTHER)  # fmt: skip
OVER_AMOUNT = _reason(
    "over_amount", "quantity", "Your money is not enough for this",
    "The plan takes %(planned_cents)s of your money. You have %(left_cents)s free.",
    "Choose less, or a shorter time.")  # fmt: skip
OVER_QUANTITY = _reason(
    "over_quantity", "quantity", "Your voucher does not have that much left",
    "Your voucher has %(left_hundredths)s left.", "Choose less.")  # fmt: skip
OVER_PERIOD_LIMIT = _reason(
    "over_period_limit", "quantity", "Your voucher has a smaller limit",
    "The plan exceeds the limit for a week, month or quarter.", "Choose less.")  # fmt: skip
ALREADY_CHOSEN = _reason(
    "already_chosen", "offering", "You have already chosen this",
    "Your earlier choice is in force.", "You can change it on the page of your voucher.")  # fmt: skip
