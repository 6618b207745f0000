"""Every reason code: its rule, severity, field and words (what happened, how to fix it, who can).

Codes are public and stable. The words are gettext msgids, translated in clearing/translations.
Placeholders name their kind by their last word: ``_cents`` and ``_hundredths`` are integers,
``_day`` is an ISO day; the rest is text. The faces format them in the reader's language.
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
    """One code of the rulebook with its words as msgids."""

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
    """A reason as told of one charge: the field it concerns and the values for its words."""

    reason: Reason
    field: str | None
    values: Mapping[str, Value]

    @property
    def code(self) -> str:
        """Return the public code."""
        return self.reason.code


def report(reason: Reason, field: str | None = None, **values: Value) -> Finding:
    """Tell a reason, of its usual field unless another is named."""
    return Finding(reason, reason.field if field is None else field, values or NO_VALUES)


REASONS: dict[str, Reason] = {}
"""Every reason by its code, in the order of the rulebook."""

_REFUSE, _HOLD, _WARN, _INFORM = Severity.REFUSE, Severity.HOLD, Severity.WARN, Severity.INFORM
_PROVIDER = "The provider."
_CLIENT = "The client, or the person who helps the client."
_COUNTY = "A worker in the wellbeing services county."


def _reason(
    rule: str, code: str, severity: Severity, field: str | None, title: str, detail: str, fix: str, who: str
) -> Reason:
    REASONS[code] = Reason(rule, code, severity, field, title, detail, fix, who)
    return REASONS[code]


# fmt: off
FIELD_MISSING = _reason(
    "R-01", "field_missing", _REFUSE, None, "Something is missing",
    "The field %(name)s is empty.", "Fill in the field and send the charge again.", _PROVIDER)
FIELD_MALFORMED = _reason(
    "R-01", "field_malformed", _REFUSE, None, "A field is in the wrong form",
    "The field %(name)s could not be read.", "Write the field in the right form and send the charge again.",
    _PROVIDER)
FIELD_UNKNOWN = _reason(
    "R-01", "field_unknown", _REFUSE, None, "A field is not known",
    "A charge has no field %(name)s.", "Remove the field or correct its name.", _PROVIDER)
AMOUNT_NOT_POSITIVE = _reason(
    "R-02", "amount_not_positive", _REFUSE, "quantity", "The amount is not above zero",
    "The quantity and the unit price must be above zero.", "Correct the number and send the charge again.",
    _PROVIDER)
AMOUNT_MISMATCH = _reason(
    "R-03", "amount_mismatch", _REFUSE, "total", "The total does not match",
    "The total is %(total_cents)s. Quantity times unit price is %(price_cents)s.",
    "Correct the total, the quantity or the unit price.", _PROVIDER)
REFERENCE_REUSED = _reason(
    "R-04", "reference_reused", _REFUSE, "reference", "The reference is already in use",
    "You have another charge with the reference %(reference)s, and its content is different.",
    "Give this charge a reference of its own.", _PROVIDER)
SERVICE_DAY_IN_FUTURE = _reason(
    "R-05", "service_day_in_future", _REFUSE, "service_day", "The service day is in the future",
    "The service day is %(service_day)s. Today is %(today_day)s.",
    "Send the charge after the service has been given.", _PROVIDER)
TIMES_INVALID = _reason(
    "R-06", "times_invalid", _REFUSE, "end", "The times cannot be right",
    "The start, the end and the quantity do not fit together, or a time does not exist.",
    "Correct the times or the quantity. Give the end day when the visit passes midnight.", _PROVIDER)
VOUCHER_UNKNOWN = _reason(
    "R-07", "voucher_unknown", _REFUSE, "voucher", "The voucher is not known",
    "No voucher that you may charge has this code.",
    "Check the code on the client's card. Check that the client has chosen you.", _PROVIDER)
CLIENT_MISMATCH = _reason(
    "R-08", "client_mismatch", _REFUSE, "client", "The client is another person",
    "The voucher does not belong to this client number.", "Check the voucher code and the client number.",
    _PROVIDER)
VOUCHER_NOT_OPEN = _reason(
    "R-09", "voucher_not_open", _REFUSE, "voucher", "The voucher was not yet open",
    "The voucher was not open on %(service_day)s.", "Ask the county when the voucher opens.", _COUNTY)
VOUCHER_PAUSED = _reason(
    "R-09", "voucher_paused", _REFUSE, "voucher", "The voucher was paused",
    "The voucher was paused on %(service_day)s.", "Ask the county about the pause.", _COUNTY)
VOUCHER_CLOSED = _reason(
    "R-09", "voucher_closed", _REFUSE, "voucher", "The voucher was closed",
    "The voucher was closed on %(service_day)s.", "Ask the county why the voucher was closed.", _COUNTY)
VOUCHER_REVOKED = _reason(
    "R-09", "voucher_revoked", _REFUSE, "voucher", "The voucher was revoked",
    "The voucher was revoked on %(service_day)s.", "Ask the county why the voucher was revoked.", _COUNTY)
DECISION_NOT_IN_FORCE = _reason(
    "R-10", "decision_not_in_force", _HOLD, "voucher", "The decision is not in force",
    "The decision behind the voucher was annulled or appealed on %(service_day)s.",
    "Wait. The county looks into the matter.", _COUNTY)
OUTSIDE_VOUCHER_WINDOW = _reason(
    "R-11", "outside_voucher_window", _REFUSE, "service_day", "The voucher is not valid on that day",
    "The voucher is valid from %(first_day)s to %(last_day)s.",
    "Check the service day. Ask the county if the voucher should go on.", _PROVIDER)
CLIENT_ENDED = _reason(
    "R-12", "client_ended", _REFUSE, "service_day", "The client is no longer the county's client",
    "The client has not been a client of the county after %(ended_day)s.", "Check the service day.",
    _PROVIDER)
PROVIDER_NOT_CHOSEN = _reason(
    "R-13", "provider_not_chosen", _REFUSE, "voucher", "The client had not chosen you",
    "The client had not chosen you for this voucher on %(service_day)s.",
    "Ask the client to choose you, or check the service day.", _CLIENT)
PROVIDER_NOT_APPROVED = _reason(
    "R-14", "provider_not_approved", _REFUSE, "service", "You are not approved for the service",
    "You were not approved for this service in this county on %(service_day)s.",
    "Apply to be approved for the service.", _PROVIDER)
PROVIDER_APPROVAL_PENDING = _reason(
    "R-14", "provider_approval_pending", _REFUSE, "service", "Your approval is not ready",
    "Your approval for this service was not decided by %(service_day)s.", "Wait for the county's decision.",
    _COUNTY)
PROVIDER_APPROVAL_ENDED = _reason(
    "R-14", "provider_approval_ended", _REFUSE, "service", "Your approval has ended",
    "Your approval for this service had ended by %(service_day)s.", "Apply to be approved again.", _PROVIDER)
PROVIDER_SUSPENDED = _reason(
    "R-14", "provider_suspended", _REFUSE, "service", "Your approval is suspended",
    "Your approval for this service was suspended on %(service_day)s.",
    "Ask the county what must be put right.", _COUNTY)
PROVIDER_PAPERS_EXPIRED = _reason(
    "R-15", "provider_papers_expired", _HOLD, None, "Your papers are not valid",
    "A paper was not valid on %(service_day)s: %(papers)s.", "Send the valid paper to the county.", _PROVIDER)
SERVICE_NOT_IN_VOUCHER = _reason(
    "R-16", "service_not_in_voucher", _REFUSE, "service", "The voucher does not pay for this service",
    "The service %(service)s does not belong to this voucher.", "Check the service and the voucher code.",
    _PROVIDER)
UNIT_MISMATCH = _reason(
    "R-17", "unit_mismatch", _REFUSE, "unit", "The unit is not the one on your price list",
    "The unit is %(unit)s. On your price list it is %(offering_unit)s.",
    "Use the unit of your price list.", _PROVIDER)
NO_PRICE_ON_DAY = _reason(
    "R-18", "no_price_on_day", _REFUSE, "service_day", "There is no price for that day",
    "Your price list has no price for this service and time on %(service_day)s.",
    "Check the service day, or add the price to your list.", _PROVIDER)
PRICE_OVER_LIST = _reason(
    "R-19", "price_over_list", _REFUSE, "unit_price", "The price is above your price list",
    "The charge is %(price_cents)s. By your price list it is at most %(limit_cents)s.",
    "Use the price that was on your list on the service day.", _PROVIDER)
PRICE_OVER_CAP = _reason(
    "R-20", "price_over_cap", _REFUSE, "unit_price", "The price is above the price cap",
    "The charge is %(price_cents)s. The cap of this voucher is %(limit_cents)s.",
    "Lower the unit price to the cap.", _PROVIDER)
NO_TIME_CLASS = _reason(
    "R-21", "no_time_class", _HOLD, "start", "The county has no value for that time",
    "The county's table has no value for every minute of the visit.",
    "Wait. The county completes its table.", _COUNTY)
CO_PAYMENT_NOT_ALLOWED = _reason(
    "R-22", "co_payment_not_allowed", _REFUSE, "unit_price", "The client must not pay for this service",
    "The service is free of charge, but %(co_payment_cents)s would be left for the client.",
    "Lower the unit price to the value of the voucher.", _PROVIDER)
OVER_QUANTITY = _reason(
    "R-23", "over_quantity", _REFUSE, "quantity", "Too few units are left",
    "The voucher has %(left_hundredths)s units left. The charge has %(quantity_hundredths)s.",
    "Charge at most what is left. Ask the county about more.", _PROVIDER)
OVER_PERIOD_LIMIT = _reason(
    "R-24", "over_period_limit", _REFUSE, "quantity", "The limit of the period is full",
    "The charge goes over the limit of the period from %(first_day)s to %(last_day)s.",
    "Charge at most what is left in the period. Ask the county about more.", _PROVIDER)
OVER_AMOUNT = _reason(
    "R-25", "over_amount", _REFUSE, "quantity", "Too little money is left",
    "The county's share would be %(county_pays_cents)s. You can charge at most %(left_cents)s.",
    "Charge at most what is left. Ask the county about more.", _PROVIDER)
CUT_TO_BALANCE = _reason(
    "R-25", "cut_to_balance", _WARN, "quantity", "The county pays what is left",
    "The county's share would be %(county_pays_cents)s, but only %(left_cents)s is left.",
    "Tell the client that the client's own share grew.", _PROVIDER)
TOO_LATE = _reason(
    "R-26", "too_late", _REFUSE, "service_day", "The charge came too late",
    "The last day to send this charge was %(last_day)s.",
    "Ask the county to admit the charge. Tell the reason.", _COUNTY)
POSSIBLE_DOUBLE = _reason(
    "R-27", "possible_double", _HOLD, "start", "The same visit may have been charged already",
    "The charge looks like your charge %(reference)s.",
    "Withdraw one of the two if they are the same visit.", _COUNTY)
OVERLAPS_OTHER_PROVIDER = _reason(
    "R-28", "overlaps_other_provider", _WARN, "start", "The client had another visit at the same time",
    "Another provider has charged a visit at the same time.", "Check the times.", _PROVIDER)
IMPOSSIBLE_DAY = _reason(
    "R-29", "impossible_day", _HOLD, "service_day", "The day does not look possible",
    "The worker has over 14 hours on %(service_day)s, or the client was away.",
    "Check the day, the times and the worker.", _COUNTY)
PERIOD_LOCKED = _reason(
    "R-30", "period_locked", _REFUSE, "reference", "The charge has been settled",
    "The charge %(reference)s has been settled and can no longer change.",
    "Make a correction to the settled charge.", _PROVIDER)
CORRECTION_OVER_ORIGINAL = _reason(
    "R-31", "correction_over_original", _REFUSE, "price", "The corrections are more than the charge",
    "At most %(left_cents)s of the charge can still be corrected.", "Make the correction smaller.", _PROVIDER)
BANK_ACCOUNT_UNVERIFIED = _reason(
    "R-32", "bank_account_unverified", _INFORM, None, "Your bank account is not confirmed",
    "The payout waits until your bank account has been confirmed.", "Confirm your bank account.", _PROVIDER)
SAMPLED_FOR_CHECK = _reason(
    "R-33", "sampled_for_check", _HOLD, None, "The charge was picked for a check",
    "The county checks some charges. This does not mean that anything is wrong.",
    "Wait. You need not do anything.", _COUNTY)
DISPUTED_BY_CLIENT = _reason(
    "R-34", "disputed_by_client", _HOLD, None, "The client says the charge is not right",
    "The client has said that the charge is not right.",
    "Wait for the county, or withdraw the charge if it is wrong.", _COUNTY)
CANCELLATION_RULE = _reason(
    "R-35", "cancellation_rule", _REFUSE, "unit_price", "The visit was cancelled in time or costs too much",
    "A cancelled visit may be charged when notice was under %(notice)s hours, at most %(limit_cents)s.",
    "Follow your cancellation rule and give the reason of the cancellation.", _PROVIDER)
# fmt: on
