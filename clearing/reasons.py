"""Every reason code: its rule, severity, field and texts (what happened, how to fix it, who can).

Codes are public and do not change. The texts are msgids. The last word of a placeholder's name gives its
kind: `_cents` and `_hundredths` are integers, `_day` is an ISO day, the rest is text.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

Value = str | int
NO_VALUES: Mapping[str, Value] = MappingProxyType({})


class Severity(StrEnum):
    """What a reason does to a charge (rulebook, Deciding a charge)."""

    REFUSE = "R"
    HOLD = "H"
    WARN = "W"
    INFORM = "I"


@dataclass(frozen=True, slots=True)
class Reason:
    """A code of the rulebook with its texts as msgids."""

    rule: str
    code: str
    severity: Severity
    field: str | None
    title: str
    detail: str
    fix: str
    who: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A reason that applies to a charge, with the field it is about and the values for its texts."""

    reason: Reason
    field: str | None
    values: Mapping[str, Value]

    @property
    def code(self) -> str:
        """Return the public code."""
        return self.reason.code


def report(reason: Reason, field: str | None = None, **values: Value) -> Finding:
    """Return a finding, about the reason's usual field unless another is given."""
    return Finding(reason, reason.field if field is None else field, values or NO_VALUES)


REASONS: dict[str, Reason] = {}
"""Every reason by its code, in the order of the rulebook."""


@dataclass(frozen=True, slots=True)
class _Rule:
    rule: str
    code: str
    severity: Severity
    field: str | None
    who: str

    def reason(self, title: str, detail: str, fix: str) -> Reason:
        """Add the reason to REASONS and return it."""
        words = (title, detail, fix, self.who)
        return REASONS.setdefault(self.code, Reason(self.rule, self.code, self.severity, self.field, *words))


_REFUSE, _HOLD, _WARN, _INFORM = Severity
_PROVIDER = "The provider."
_CLIENT = "The client, or the person who helps the client."
_COUNTY = "A worker in the wellbeing services county."

FIELD_MISSING = _Rule("R-01", "field_missing", _REFUSE, None, _PROVIDER).reason(
    title="Something is missing",
    detail="The field %(name)s is empty.",
    fix="Fill in the field and send the charge again.",
)
FIELD_MALFORMED = _Rule("R-01", "field_malformed", _REFUSE, None, _PROVIDER).reason(
    title="A field is in the wrong form",
    detail="The field %(name)s could not be read.",
    fix="Write the field in the right form and send the charge again.",
)
FIELD_UNKNOWN = _Rule("R-01", "field_unknown", _REFUSE, None, _PROVIDER).reason(
    title="A field is not known",
    detail="A charge has no field %(name)s.",
    fix="Remove the field or correct its name.",
)
AMOUNT_NOT_POSITIVE = _Rule("R-02", "amount_not_positive", _REFUSE, "quantity", _PROVIDER).reason(
    title="The amount is not above zero",
    detail="The quantity and the unit price must be above zero.",
    fix="Correct the number and send the charge again.",
)
AMOUNT_MISMATCH = _Rule("R-03", "amount_mismatch", _REFUSE, "total", _PROVIDER).reason(
    title="The total does not match",
    detail="The total is %(total_cents)s. Quantity times unit price is %(price_cents)s.",
    fix="Correct the total, the quantity or the unit price.",
)
REFERENCE_REUSED = _Rule("R-04", "reference_reused", _REFUSE, "reference", _PROVIDER).reason(
    title="The reference is already in use",
    detail="You have another charge with the reference %(reference)s, and its content is different.",
    fix="Give this charge a reference of its own.",
)
SERVICE_DAY_IN_FUTURE = _Rule("R-05", "service_day_in_future", _REFUSE, "service_day", _PROVIDER).reason(
    title="The service day is in the future",
    detail="The service day is %(service_day)s. Today is %(today_day)s.",
    fix="Send the charge after the service has been given.",
)
TIMES_INVALID = _Rule("R-06", "times_invalid", _REFUSE, "end", _PROVIDER).reason(
    title="The times cannot be right",
    detail="The start, the end and the quantity do not fit together, or a time does not exist.",
    fix="Correct the times or the quantity. Give the end day when the visit passes midnight.",
)
VOUCHER_UNKNOWN = _Rule("R-07", "voucher_unknown", _REFUSE, "voucher", _PROVIDER).reason(
    title="The voucher is not known",
    detail="No voucher that you may charge has this code.",
    fix="Check the code on the client's card. Check that the client has chosen you.",
)
CLIENT_MISMATCH = _Rule("R-08", "client_mismatch", _REFUSE, "client", _PROVIDER).reason(
    title="The client is another person",
    detail="The voucher does not belong to this client number.",
    fix="Check the voucher code and the client number.",
)
VOUCHER_NOT_OPEN = _Rule("R-09", "voucher_not_open", _REFUSE, "voucher", _COUNTY).reason(
    title="The voucher was not yet open",
    detail="The voucher was not open on %(service_day)s.",
    fix="Ask the county when the voucher opens.",
)
VOUCHER_PAUSED = _Rule("R-09", "voucher_paused", _REFUSE, "voucher", _COUNTY).reason(
    title="The voucher was paused",
    detail="The voucher was paused on %(service_day)s.",
    fix="Ask the county about the pause.",
)
VOUCHER_CLOSED = _Rule("R-09", "voucher_closed", _REFUSE, "voucher", _COUNTY).reason(
    title="The voucher was closed",
    detail="The voucher was closed on %(service_day)s.",
    fix="Ask the county why the voucher was closed.",
)
VOUCHER_REVOKED = _Rule("R-09", "voucher_revoked", _REFUSE, "voucher", _COUNTY).reason(
    title="The voucher was revoked",
    detail="The voucher was revoked on %(service_day)s.",
    fix="Ask the county why the voucher was revoked.",
)
DECISION_NOT_IN_FORCE = _Rule("R-10", "decision_not_in_force", _HOLD, "voucher", _COUNTY).reason(
    title="The decision is not in force",
    detail="The decision behind the voucher was annulled or appealed on %(service_day)s.",
    fix="Wait. The county looks into the matter.",
)
OUTSIDE_VOUCHER_WINDOW = _Rule("R-11", "outside_voucher_window", _REFUSE, "service_day", _PROVIDER).reason(
    title="The voucher is not valid on that day",
    detail="The voucher is valid from %(first_day)s to %(last_day)s.",
    fix="Check the service day, or ask the county to extend the voucher.",
)
CLIENT_ENDED = _Rule("R-12", "client_ended", _REFUSE, "service_day", _PROVIDER).reason(
    title="The client is no longer the county's client",
    detail="The client has not been a client of the county after %(ended_day)s.",
    fix="Check the service day.",
)
PROVIDER_NOT_CHOSEN = _Rule("R-13", "provider_not_chosen", _REFUSE, "voucher", _CLIENT).reason(
    title="The client had not chosen you",
    detail="The client had not chosen you for this voucher on %(service_day)s.",
    fix="Ask the client to choose you, or check the service day.",
)
PROVIDER_NOT_APPROVED = _Rule("R-14", "provider_not_approved", _REFUSE, "service", _PROVIDER).reason(
    title="You are not approved for the service",
    detail="You were not approved for this service in this county on %(service_day)s.",
    fix="Apply to be approved for the service.",
)
PROVIDER_APPROVAL_PENDING = _Rule("R-14", "provider_approval_pending", _REFUSE, "service", _COUNTY).reason(
    title="Your approval is not ready",
    detail="Your approval for this service was not decided by %(service_day)s.",
    fix="Wait for the county's decision.",
)
PROVIDER_APPROVAL_ENDED = _Rule("R-14", "provider_approval_ended", _REFUSE, "service", _PROVIDER).reason(
    title="Your approval has ended",
    detail="Your approval for this service had ended by %(service_day)s.",
    fix="Apply to be approved again.",
)
PROVIDER_SUSPENDED = _Rule("R-14", "provider_suspended", _REFUSE, "service", _COUNTY).reason(
    title="Your approval is suspended",
    detail="Your approval for this service was suspended on %(service_day)s.",
    fix="Ask the county what must be put right.",
)
PROVIDER_PAPERS_EXPIRED = _Rule("R-15", "provider_papers_expired", _HOLD, None, _PROVIDER).reason(
    title="Your papers are not valid",
    detail="A paper was not valid on %(service_day)s: %(papers)s.",
    fix="Send the valid paper to the county.",
)
SERVICE_NOT_IN_VOUCHER = _Rule("R-16", "service_not_in_voucher", _REFUSE, "service", _PROVIDER).reason(
    title="The voucher does not pay for this service",
    detail="The service %(service)s does not belong to this voucher.",
    fix="Check the service and the voucher code.",
)
UNIT_MISMATCH = _Rule("R-17", "unit_mismatch", _REFUSE, "unit", _PROVIDER).reason(
    title="The unit is not the one on your price list",
    detail="The unit is %(unit)s. On your price list it is %(offering_unit)s.",
    fix="Use the unit of your price list.",
)
NO_PRICE_ON_DAY = _Rule("R-18", "no_price_on_day", _REFUSE, "service_day", _PROVIDER).reason(
    title="There is no price for that day",
    detail="Your price list has no price for this service and time on %(service_day)s.",
    fix="Check the service day, or add the price to your list.",
)
PRICE_OVER_LIST = _Rule("R-19", "price_over_list", _REFUSE, "unit_price", _PROVIDER).reason(
    title="The price is above your price list",
    detail="The charge is %(price_cents)s. By your price list it is at most %(limit_cents)s.",
    fix="Use the price that was on your list on the service day.",
)
PRICE_OVER_CAP = _Rule("R-20", "price_over_cap", _REFUSE, "unit_price", _PROVIDER).reason(
    title="The price is above the price cap",
    detail="The charge is %(price_cents)s. The cap of this voucher is %(limit_cents)s.",
    fix="Lower the unit price to the cap.",
)
NO_TIME_CLASS = _Rule("R-21", "no_time_class", _HOLD, "start", _COUNTY).reason(
    title="The county has no value for that time",
    detail="The county's table has no value for every minute of the visit.",
    fix="Wait. The county completes its table.",
)
CO_PAYMENT_NOT_ALLOWED = _Rule("R-22", "co_payment_not_allowed", _REFUSE, "unit_price", _PROVIDER).reason(
    title="The client must not pay for this service",
    detail="The service is free of charge, but %(co_payment_cents)s would be left for the client.",
    fix="Lower the unit price to the value of the voucher.",
)
OVER_QUANTITY = _Rule("R-23", "over_quantity", _REFUSE, "quantity", _PROVIDER).reason(
    title="Too few units are left",
    detail="The voucher has %(left_hundredths)s units left. The charge has %(quantity_hundredths)s.",
    fix="Charge at most what is left, or ask the county for more.",
)
OVER_PERIOD_LIMIT = _Rule("R-24", "over_period_limit", _REFUSE, "quantity", _PROVIDER).reason(
    title="The limit of the period is full",
    detail="The charge goes over the limit of the period from %(first_day)s to %(last_day)s.",
    fix="Charge at most what is left in the period, or ask the county for more.",
)
OVER_AMOUNT = _Rule("R-25", "over_amount", _REFUSE, "quantity", _PROVIDER).reason(
    title="Too little money is left",
    detail="The county's share would be %(county_pays_cents)s. You can charge at most %(left_cents)s.",
    fix="Charge at most what is left, or ask the county for more.",
)
CUT_TO_BALANCE = _Rule("R-25", "cut_to_balance", _WARN, "quantity", _PROVIDER).reason(
    title="The county pays what is left",
    detail="The county's share would be %(county_pays_cents)s, but only %(left_cents)s is left.",
    fix="Tell the client that the client's own share grew.",
)
TOO_LATE = _Rule("R-26", "too_late", _REFUSE, "service_day", _COUNTY).reason(
    title="The charge came too late",
    detail="The last day to send this charge was %(last_day)s.",
    fix="Ask the county to admit the charge, and give the reason.",
)
POSSIBLE_DOUBLE = _Rule("R-27", "possible_double", _HOLD, "start", _COUNTY).reason(
    title="The same visit may have been charged already",
    detail="The charge looks like your charge %(reference)s.",
    fix="Withdraw one of the two if they are the same visit.",
)
OVERLAPS_OTHER_PROVIDER = _Rule("R-28", "overlaps_other_provider", _WARN, "start", _PROVIDER).reason(
    title="The client had another visit at the same time",
    detail="Another provider has charged a visit at the same time.",
    fix="Check the times.",
)
IMPOSSIBLE_DAY = _Rule("R-29", "impossible_day", _HOLD, "service_day", _COUNTY).reason(
    title="The day does not look possible",
    detail="The worker has over 14 hours on %(service_day)s, or the client was away.",
    fix="Check the day, the times and the worker.",
)
PERIOD_LOCKED = _Rule("R-30", "period_locked", _REFUSE, "reference", _PROVIDER).reason(
    title="The charge has been settled",
    detail="The charge %(reference)s has been settled and can no longer change.",
    fix="Make a correction to the settled charge.",
)
CORRECTION_OVER_ORIGINAL = _Rule("R-31", "correction_over_original", _REFUSE, "price", _PROVIDER).reason(
    title="The corrections are more than the charge",
    detail="At most %(left_cents)s of the charge can still be corrected.",
    fix="Make the correction smaller.",
)
BANK_ACCOUNT_UNVERIFIED = _Rule("R-32", "bank_account_unverified", _INFORM, None, _PROVIDER).reason(
    title="Your bank account is not confirmed",
    detail="The payout waits until your bank account has been confirmed.",
    fix="Confirm your bank account.",
)
SAMPLED_FOR_CHECK = _Rule("R-33", "sampled_for_check", _HOLD, None, _COUNTY).reason(
    title="The charge was picked for a check",
    detail="The county checks some charges. This does not mean that anything is wrong.",
    fix="Wait. You do not need to do anything.",
)
DISPUTED_BY_CLIENT = _Rule("R-34", "disputed_by_client", _HOLD, None, _COUNTY).reason(
    title="The client says the charge is not right",
    detail="The client has said that the charge is not right.",
    fix="Wait for the county, or withdraw the charge if it is wrong.",
)
CANCELLATION_RULE = _Rule("R-35", "cancellation_rule", _REFUSE, "unit_price", _PROVIDER).reason(
    title="The visit was cancelled in time or costs too much",
    detail="You may charge at most %(limit_cents)s, and only if notice was less than %(notice)s hours.",
    fix="Follow your cancellation rule and give the reason for the cancellation.",
)
