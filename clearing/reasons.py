"""Every reason code, which is public and does not change: its rule, severity, field and texts (msgids).

A placeholder's last word gives its kind: `_cents`, `_hundredths` (integers), `_day` (ISO day), else a text.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from clearing.field_forms import FIELD_FORMS
from clearing.reason_kinds import REASONS as REASONS  # noqa: PLC0414
from clearing.reason_kinds import Reason as Reason  # noqa: PLC0414
from clearing.reason_kinds import Severity as Severity  # noqa: PLC0414

Value = str | int
NO_VALUES: Mapping[str, Value] = MappingProxyType({})


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

    @property
    def fix(self) -> str:
        """Return how to fix it (msgid): of a field that could not be read, its accepted form."""
        fix = self.reason.fix
        return FIELD_FORMS.get(self.field or "", fix) if self.reason is FIELD_MALFORMED else fix


def report(reason: Reason, field: str | None = None, **values: Value) -> Finding:
    """Return a finding, about the reason's usual field unless another is given."""
    return Finding(reason, reason.field if field is None else field, values or NO_VALUES)


_REFUSE, _HOLD, _WARN, _INFORM = Severity
_PROVIDER = "The provider."
_CLIENT = "The client, or the person who helps the client."
_COUNTY = "A worker in the wellbeing services county."

FIELD_MISSING = Reason("R-01", "field_missing", _REFUSE, None, _PROVIDER).worded(
    title="Something is missing",
    detail="The field %(name)s is empty.",
    fix="Fill in the field and send the charge again.",
)
FIELD_MALFORMED = Reason("R-01", "field_malformed", _REFUSE, None, _PROVIDER).worded(
    title="A field is in the wrong form",
    detail="The field %(name)s could not be read.",
    fix="Write the field in the right form and send the charge again.",
)
FIELD_UNKNOWN = Reason("R-01", "field_unknown", _REFUSE, None, _PROVIDER).worded(
    title="A field is not known",
    detail="A charge has no field %(name)s.",
    fix="Remove the field or correct its name.",
)
AMOUNT_NOT_POSITIVE = Reason("R-02", "amount_not_positive", _REFUSE, "quantity", _PROVIDER).worded(
    title="The amount is not above zero",
    detail="The quantity and the unit price must be above zero.",
    fix="Correct the number and send the charge again.",
)
AMOUNT_MISMATCH = Reason("R-03", "amount_mismatch", _REFUSE, "total", _PROVIDER).worded(
    title="The total does not match",
    detail="The total is %(total_cents)s. Quantity times unit price is %(price_cents)s.",
    fix="Correct the total, the quantity or the unit price.",
)
REFERENCE_REUSED = Reason("R-04", "reference_reused", _REFUSE, "reference", _PROVIDER).worded(
    title="The reference is already in use",
    detail="You have another charge with the reference %(reference)s, and its content is different.",
    fix="Is it the same visit? Then correct the charge that you sent first. "
    "Only another visit gets a new reference.",
)
SERVICE_DAY_IN_FUTURE = Reason("R-05", "service_day_in_future", _REFUSE, "service_day", _PROVIDER).worded(
    title="The service day is in the future",
    detail="The service day is %(service_day)s. Today is %(today_day)s.",
    fix="Send the charge after the service has been given.",
)
TIMES_INVALID = Reason("R-06", "times_invalid", _REFUSE, "end", _PROVIDER).worded(
    title="The times cannot be right",
    detail="The start, the end and the quantity do not fit together, or a time does not exist.",
    fix="Correct the times or the quantity. Give the end day when the visit passes midnight.",
)
VOUCHER_UNKNOWN = Reason("R-07", "voucher_unknown", _REFUSE, "voucher", _PROVIDER).worded(
    title="The voucher is not known",
    detail="No voucher that you may charge has this code.",
    fix="Check the code on the client's card. Check that the client has chosen you.",
)
CLIENT_MISMATCH = Reason("R-08", "client_mismatch", _REFUSE, "client", _PROVIDER).worded(
    title="The client is another person",
    detail="The voucher does not belong to this client number.",
    fix="Check the voucher code and the client number.",
)
VOUCHER_NOT_OPEN = Reason("R-09", "voucher_not_open", _REFUSE, "voucher", _COUNTY).worded(
    title="The voucher was not yet open",
    detail="The voucher was not open on %(service_day)s.",
    fix="Ask the county when the voucher opens.",
)
VOUCHER_PAUSED = Reason("R-09", "voucher_paused", _REFUSE, "voucher", _COUNTY).worded(
    title="The voucher was paused",
    detail="The voucher was paused on %(service_day)s.",
    fix="Ask the county about the pause.",
)
VOUCHER_CLOSED = Reason("R-09", "voucher_closed", _REFUSE, "voucher", _COUNTY).worded(
    title="The voucher was closed",
    detail="The voucher was closed on %(service_day)s.",
    fix="Ask the county why the voucher was closed.",
)
VOUCHER_REVOKED = Reason("R-09", "voucher_revoked", _REFUSE, "voucher", _COUNTY).worded(
    title="The voucher was revoked",
    detail="The voucher was revoked on %(service_day)s.",
    fix="Ask the county why the voucher was revoked.",
)
DECISION_NOT_IN_FORCE = Reason("R-10", "decision_not_in_force", _HOLD, "voucher", _COUNTY).worded(
    title="The decision is not in force",
    detail="The decision behind the voucher was annulled or appealed on %(service_day)s.",
    fix="Wait. The county looks into the matter.",
)
OUTSIDE_VOUCHER_WINDOW = Reason("R-11", "outside_voucher_window", _REFUSE, "service_day", _PROVIDER).worded(
    title="The voucher is not valid on that day",
    detail="The voucher is valid from %(first_day)s to %(last_day)s.",
    fix="Check the service day, or ask the county to extend the voucher.",
)
CLIENT_ENDED = Reason("R-12", "client_ended", _REFUSE, "service_day", _PROVIDER).worded(
    title="The client is no longer the county's client",
    detail="The client has not been a client of the county after %(ended_day)s.",
    fix="Check the service day.",
)
PROVIDER_NOT_CHOSEN = Reason("R-13", "provider_not_chosen", _REFUSE, "voucher", _CLIENT).worded(
    title="The client had not chosen you",
    detail="The client had not chosen you for this voucher on %(service_day)s.",
    fix="Ask the client to choose you, or check the service day.",
)
VISIT_UNKNOWN = Reason("R-13", "visit_unknown", _REFUSE, "visit", _PROVIDER).worded(
    title="The visit is not in the plan",
    detail="The plan of the client's choice of you has no visit %(visit)s, or it is on a day far away.",
    fix="Check the visit, the voucher and the service day, or leave the visit out.",
)
PROVIDER_NOT_APPROVED = Reason("R-14", "provider_not_approved", _REFUSE, "service", _PROVIDER).worded(
    title="You are not approved for the service",
    detail="You were not approved for this service in this county on %(service_day)s.",
    fix="Apply to be approved for the service.",
)
PROVIDER_APPROVAL_PENDING = Reason("R-14", "provider_approval_pending", _REFUSE, "service", _COUNTY).worded(
    title="Your approval is not ready",
    detail="Your approval for this service was not decided by %(service_day)s.",
    fix="Wait for the county's decision.",
)
PROVIDER_APPROVAL_ENDED = Reason("R-14", "provider_approval_ended", _REFUSE, "service", _PROVIDER).worded(
    title="Your approval has ended",
    detail="Your approval for this service had ended by %(service_day)s.",
    fix="Apply to be approved again.",
)
PROVIDER_SUSPENDED = Reason("R-14", "provider_suspended", _REFUSE, "service", _COUNTY).worded(
    title="Your approval is suspended",
    detail="Your approval for this service was suspended on %(service_day)s.",
    fix="Ask the county what must be put right.",
)
APPROVAL_CHANGED_AFTERWARDS = Reason("R-14", "approval_changed_afterwards", _HOLD, "service", _COUNTY).worded(
    title="Your approval was changed afterwards",
    detail="The county has decided that you were not approved for this service from %(from_day)s on.",
    fix="Wait. The county decides whether the charge is paid.",
)
PROVIDER_PAPERS_EXPIRED = Reason("R-15", "provider_papers_expired", _HOLD, None, _PROVIDER).worded(
    title="Your papers are not valid",
    detail="A paper was not valid on %(service_day)s: %(papers)s.",
    fix="Send the valid paper to the county.",
)
SERVICE_NOT_IN_VOUCHER = Reason("R-16", "service_not_in_voucher", _REFUSE, "service", _PROVIDER).worded(
    title="The voucher does not pay for this service",
    detail="The service %(service)s does not belong to this voucher.",
    fix="Check the service and the voucher code.",
)
UNIT_MISMATCH = Reason("R-17", "unit_mismatch", _REFUSE, "unit", _PROVIDER).worded(
    title="The unit is not the one on your price list",
    detail="The unit is %(unit)s. On your price list it is %(offering_unit)s.",
    fix="Use the unit of your price list.",
)
NO_PRICE_ON_DAY = Reason("R-18", "no_price_on_day", _REFUSE, "service_day", _PROVIDER).worded(
    title="There is no price for that day",
    detail="Your price list has no price for this service and time on %(service_day)s.",
    fix="Check the service day, or add the price to your list.",
)
PRICE_OVER_LIST = Reason("R-19", "price_over_list", _REFUSE, "unit_price", _PROVIDER).worded(
    title="The price is above your price list",
    detail="The charge is %(price_cents)s. By your price list it is at most %(limit_cents)s.",
    fix="Use the price that was on your list on the service day.",
)
PRICE_OVER_CAP = Reason("R-20", "price_over_cap", _REFUSE, "unit_price", _PROVIDER).worded(
    title="The price is above the price cap",
    detail="The charge is %(price_cents)s. The cap of this voucher is %(limit_cents)s.",
    fix="Lower the unit price to the cap.",
)
NO_TIME_CLASS = Reason("R-21", "no_time_class", _HOLD, "start", _COUNTY).worded(
    title="The county has no value for that time",
    detail="The county's table has no value for every minute of the visit.",
    fix="Wait. The county completes its table.",
)
CO_PAYMENT_NOT_ALLOWED = Reason("R-22", "co_payment_not_allowed", _REFUSE, "unit_price", _PROVIDER).worded(
    title="The client must not pay for this service",
    detail="The service is free of charge, but %(co_payment_cents)s would be left for the client.",
    fix="Lower the unit price to the value of the voucher.",
)
OVER_QUANTITY = Reason("R-23", "over_quantity", _REFUSE, "quantity", _PROVIDER).worded(
    title="Too few units are left",
    detail="The voucher has %(left_hundredths)s units left. The charge has %(quantity_hundredths)s.",
    fix="Charge at most what is left, or ask the county for more.",
)
OVER_PERIOD_LIMIT = Reason("R-24", "over_period_limit", _REFUSE, "quantity", _PROVIDER).worded(
    title="The limit of the period is full",
    detail="The charge goes over the limit of the period from %(first_day)s to %(last_day)s.",
    fix="Charge at most what is left in the period, or ask the county for more.",
)
OVER_AMOUNT = Reason("R-25", "over_amount", _REFUSE, "quantity", _PROVIDER).worded(
    title="Too little money is left",
    detail="The county's share would be %(county_pays_cents)s. You can charge at most %(left_cents)s.",
    fix="Charge at most what is left, or ask the county for more.",
)
CUT_TO_BALANCE = Reason("R-25", "cut_to_balance", _WARN, "quantity", _PROVIDER).worded(
    title="The county pays what is left",
    detail="The county's share would be %(county_pays_cents)s, but only %(left_cents)s is left.",
    fix="Tell the client that the client's own share grew.",
)
TOO_LATE = Reason("R-26", "too_late", _REFUSE, "service_day", _COUNTY).worded(
    title="The charge came too late",
    detail="The last day to send this charge was %(last_day)s.",
    fix="Ask the county to admit the charge, and give the reason.",
)
POSSIBLE_DOUBLE = Reason("R-27", "possible_double", _HOLD, "start", _COUNTY).worded(
    title="The same visit may have been charged already",
    detail="The charge looks like your charge %(reference)s.",
    fix="Withdraw one of the two if they are the same visit.",
)
VISIT_CHARGED = Reason("R-27", "visit_charged", _REFUSE, "visit", _PROVIDER).worded(
    title="The visit has been charged already",
    detail="You have charged the visit %(visit)s already.",
    fix="Withdraw or correct the first charge, or name another visit.",
)
OVERLAPS_OTHER_PROVIDER = Reason("R-28", "overlaps_other_provider", _WARN, "start", _PROVIDER).worded(
    title="The client had another visit at the same time",
    detail="Another provider has charged a visit at the same time.",
    fix="Check the times.",
)
IMPOSSIBLE_DAY = Reason("R-29", "impossible_day", _HOLD, "service_day", _COUNTY).worded(
    title="The day does not look possible",
    detail="The worker has over 14 hours on %(service_day)s, or the client was away.",
    fix="Check the day, the times and the worker.",
)
PERIOD_LOCKED = Reason("R-30", "period_locked", _REFUSE, "reference", _PROVIDER).worded(
    title="The charge has been settled",
    detail="The charge %(reference)s has been settled and can no longer change.",
    fix="Make a correction to the settled charge.",
)
CORRECTION_OVER_ORIGINAL = Reason("R-31", "correction_over_original", _REFUSE, "price", _PROVIDER).worded(
    title="The corrections are more than the charge",
    detail="At most %(left_cents)s of the charge can still be corrected.",
    fix="Make the correction smaller.",
)
BANK_ACCOUNT_UNVERIFIED = Reason("R-32", "bank_account_unverified", _INFORM, None, _PROVIDER).worded(
    title="Your bank account is not confirmed",
    detail="The payout waits until your bank account has been confirmed.",
    fix="Confirm your bank account.",
)
SAMPLED_FOR_CHECK = Reason("R-33", "sampled_for_check", _HOLD, None, _COUNTY).worded(
    title="The charge was picked for a check",
    detail="The county checks some charges. This does not mean that anything is wrong.",
    fix="Wait. You do not need to do anything.",
)
DISPUTED_BY_CLIENT = Reason("R-34", "disputed_by_client", _HOLD, None, _COUNTY).worded(
    title="The client says the charge is not right",
    detail="The client has said that the charge is not right.",
    fix="Wait for the county, or withdraw the charge if it is wrong.",
)
CANCELLATION_RULE = Reason("R-35", "cancellation_rule", _REFUSE, "unit_price", _PROVIDER).worded(
    title="The visit was cancelled in time or costs too much",
    detail="You may charge at most %(limit_cents)s, and only if notice was less than %(notice)s hours.",
    fix="Follow your cancellation rule and give the reason for the cancellation.",
)
