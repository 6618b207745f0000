"""What people read for a code: msgids by code, for pages, documents and files of every package.

An English text is its own msgid; the others are in `foundation/vocabulary/translations`. A client reads
plainer words than staff for the same code: those tables end in `_FOR_CLIENT`.
"""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from foundation.vocabulary.roles import Role


def N_(text: str) -> str:  # noqa: N802 - gettext's own name, known to every extraction tool
    """Mark a text for translation where no language is known yet."""
    return text


class UnitLabels(NamedTuple):
    """The labels of a unit. `n` is a number and `sum` a price, both formatted."""

    name: str
    plural: str
    count_one: str
    count_many: str
    price: str
    question: str


class StateLabel(NamedTuple):
    """A state, and the tone of its tag: good, wait, bad or plain. The text says the same as the tone."""

    text: str
    tone: str


UNITS: Final[Mapping[str, UnitLabels]] = {
    "hour": UnitLabels(
        name=N_("hour"),
        plural=N_("hours"),
        count_one=N_("%(n)s hour"),
        count_many=N_("%(n)s hours"),
        price=N_("%(sum)s an hour"),
        question=N_("How many hours?"),
    ),
    "visit": UnitLabels(
        name=N_("visit"),
        plural=N_("visits"),
        count_one=N_("%(n)s visit"),
        count_many=N_("%(n)s visits"),
        price=N_("%(sum)s a visit"),
        question=N_("How many visits?"),
    ),
    "day": UnitLabels(
        name=N_("day"),
        plural=N_("days"),
        count_one=N_("%(n)s day"),
        count_many=N_("%(n)s days"),
        price=N_("%(sum)s a day"),
        question=N_("How many days?"),
    ),
    "night": UnitLabels(
        name=N_("night"),
        plural=N_("nights"),
        count_one=N_("%(n)s night"),
        count_many=N_("%(n)s nights"),
        price=N_("%(sum)s a night"),
        question=N_("How many nights?"),
    ),
    "month": UnitLabels(
        name=N_("month"),
        plural=N_("months"),
        count_one=N_("%(n)s month"),
        count_many=N_("%(n)s months"),
        price=N_("%(sum)s a month"),
        question=N_("How many months?"),
    ),
    "km": UnitLabels(
        name=N_("kilometre"),
        plural=N_("kilometres"),
        count_one=N_("%(n)s km"),
        count_many=N_("%(n)s km"),
        price=N_("%(sum)s a kilometre"),
        question=N_("How many kilometres?"),
    ),
    "piece": UnitLabels(
        name=N_("piece"),
        plural=N_("pieces"),
        count_one=N_("%(n)s piece"),
        count_many=N_("%(n)s pieces"),
        price=N_("%(sum)s a piece"),
        question=N_("How many pieces?"),
    ),
}

MEAL: Final = "meal"
"""What a piece of a service of meals is called. It is a word, not a unit: prices and charges say `piece`."""
SAID_UNITS: Final[Mapping[str, UnitLabels]] = {
    **UNITS,
    MEAL: UnitLabels(
        name=N_("meal"),
        plural=N_("meals"),
        count_one=N_("%(n)s meal"),
        count_many=N_("%(n)s meals"),
        price=N_("%(sum)s a meal"),
        question=N_("How many meals?"),
    ),
}
PIECES: Final[Mapping[str, str]] = {"MEALS": MEAL}
"""What people call a piece of a service, by its code; of other services a piece is a piece."""


def said_unit(unit: str, services: Iterable[str]) -> str:
    """Return the key in `SAID_UNITS` of a unit as people say it for the services."""
    words = {PIECES.get(code, unit) for code in services} if unit == "piece" else {unit}
    return words.pop() if len(words) == 1 else unit


LANGUAGES: Final = {
    "fi": N_("Finnish"),
    "fi-x-selko": N_("Plain Finnish"),
    "sv": N_("Swedish"),
    "en": N_("English"),
    "se": N_("Northern Sámi"),
    "ru": N_("Russian"),
    "et": N_("Estonian"),
    "ar": N_("Arabic"),
    "so": N_("Somali"),
    "fse": N_("Finnish Sign Language"),
}

COMMUNICATION: Final = {
    "plain_language": N_("Plain language"),
    "pictures": N_("Pictures and symbols"),
    "supported_signs": N_("Signs that support speech"),
    "speech_device": N_("A communication device"),
    "writing": N_("Writing"),
    "tactile_signs": N_("Tactile signing"),
}
"""Ways of communication that an offering supports beside its languages."""

ROLES: Final = {
    Role.CLIENT: N_("Client"),
    Role.REPRESENTATIVE: N_("Support person or guardian"),
    Role.PROVIDER_BILLER: N_("Service provider: charges"),
    Role.PROVIDER_WORKER: N_("Service provider: visits"),
    Role.PROVIDER_OWNER: N_("Service provider: owner"),
    Role.WORKER: N_("Case worker"),
    Role.COORDINATOR: N_("Coordinator"),
    Role.SETTLEMENT_OFFICER: N_("Settlement officer"),
    Role.SETTLEMENT_APPROVER: N_("Settlement approver"),
    Role.AUDITOR: N_("Auditor"),
    Role.ADMIN: N_("Administrator"),
}
ROLES_FOR_CLIENT: Final[Mapping[str, str]] = {
    Role.CLIENT: N_("You"),
    Role.REPRESENTATIVE: N_("Acts for you"),
    Role.PROVIDER_BILLER: N_("The provider"),
    Role.PROVIDER_WORKER: N_("The provider"),
    Role.PROVIDER_OWNER: N_("The provider"),
    Role.WORKER: N_("Your case worker"),
    Role.COORDINATOR: N_("The county's coordinator"),
    Role.SETTLEMENT_OFFICER: N_("The county's payments"),
    Role.SETTLEMENT_APPROVER: N_("The county's payments"),
    Role.AUDITOR: N_("The county's auditor"),
    Role.ADMIN: N_("Support"),
}
MANDATES: Final = {"support_person": N_("Support person"), "guardian": N_("Guardian")}

DAY_KINDS: Final = {
    "weekday": N_("Weekdays"),
    "saturday": N_("Saturdays"),
    "sunday_or_holiday": N_("Sundays and holidays"),
}
DAY_KINDS_IN_SENTENCE: Final = DAY_KINDS | {"weekday": N_("weekdays")}

PERIODS: Final = {"week": N_("a week"), "month": N_("a month"), "quarter": N_("in three months")}
"""How often a limit starts again: `12 hours a week`."""

ALWAYS: Final = N_("Always")
"""The time class `any`, for a client; the county's calendar names the others."""

FUNDING_KINDS: Final = {"voucher": N_("Service voucher"), "commitment": N_("Payment commitment")}
FUNDING_STATES: Final = {
    None: StateLabel(N_("Not open yet"), "wait"),
    "granted": StateLabel(N_("Granted, not open yet"), "wait"),
    "open": StateLabel(N_("Open"), "good"),
    "paused": StateLabel(N_("Paused"), "wait"),
    "closed": StateLabel(N_("Closed"), "plain"),
    "revoked": StateLabel(N_("Revoked"), "bad"),
}
INVOICE_STATES: Final = {
    "open": StateLabel(N_("Not paid yet"), "wait"),
    "overdue": StateLabel(N_("Late"), "bad"),
    "paid": StateLabel(N_("Paid"), "good"),
    "credited": StateLabel(N_("Nothing to pay"), "plain"),
    "paid_too_much": StateLabel(N_("Paid too much"), "bad"),
    "returned": StateLabel(N_("The payment went back"), "wait"),
}
"""The states of an invoice of own shares."""

WAYS_OF_PAYING: Final = {
    "bank": N_("To the bank account"),
    "cash": N_("In cash"),
    "stripe": N_("By card at Stripe"),
}
"""How a client paid an invoice."""

FUNDING_STATES_FOR_CLIENT: Final = {
    None: StateLabel(N_("Not open yet"), "wait"),
    "granted": StateLabel(N_("Not open yet"), "wait"),
    "open": StateLabel(N_("In use"), "good"),
    "paused": StateLabel(N_("On a break"), "wait"),
    "closed": StateLabel(N_("Ended"), "plain"),
    "revoked": StateLabel(N_("Cancelled"), "bad"),
}

CHARGE_STATES: Final = {
    "accepted": StateLabel(N_("Accepted"), "good"),
    "settled": StateLabel(N_("Settled"), "good"),
    "on_hold": StateLabel(N_("On hold"), "wait"),
    "refused": StateLabel(N_("Refused"), "bad"),
    "rejected": StateLabel(N_("Refused by the county"), "bad"),
    "withdrawn": StateLabel(N_("Withdrawn"), "plain"),
}
CHARGE_STATES_FOR_CLIENT: Final = {
    "accepted": StateLabel(N_("Accepted"), "good"),
    "on_hold": StateLabel(N_("The county is checking this"), "wait"),
    "settled": StateLabel(N_("Paid to the provider"), "good"),
    "withdrawn": StateLabel(N_("Taken back"), "plain"),
    "rejected": StateLabel(N_("Not accepted"), "bad"),
}

APPROVAL_STATES: Final = {
    None: StateLabel(N_("No approval"), "plain"),
    "pending": StateLabel(N_("Waits for the county"), "wait"),
    "approved": StateLabel(N_("Approved"), "good"),
    "suspended": StateLabel(N_("Suspended"), "bad"),
    "ended": StateLabel(N_("Ended"), "plain"),
}
APPROVAL_STATES_FOR_PROVIDER: Final = APPROVAL_STATES | {
    "pending": StateLabel(N_("The application is being handled"), "wait"),
}
PAPERS: Final = {
    "register_entry": N_("Entry in the register of service providers"),
    "insurance": N_("Liability insurance"),
    "prepayment_register": N_("Entry in the prepayment register"),
}

CHARGE_FIELDS: Final = {
    "reference": N_("Your reference"),
    "voucher": N_("Voucher code"),
    "service": N_("Service"),
    "service_day": N_("Service day"),
    "start": N_("Start time"),
    "end": N_("End time"),
    "quantity": N_("How much"),
    "unit": N_("Unit"),
    "unit_price": N_("Unit price"),
    "total": N_("Total"),
    "client": N_("Client number"),
    "worker": N_("Worker"),
    "note": N_("More about the visit"),
    "visit": N_("Planned visit"),
    "cancel_reason": N_("Why was the visit cancelled?"),
    "notice_hours": N_("How many hours' notice did the client give?"),
}
"""The fields of a charge, as its forms call them."""

SETTLEMENT_STATES: Final = {
    "prepared": StateLabel(N_("Being prepared"), "wait"),
    "approved": StateLabel(N_("Approved for payment"), "wait"),
    "sent": StateLabel(N_("Sent to the bank"), "wait"),
    "paid": StateLabel(N_("Paid"), "good"),
    "returned": StateLabel(N_("Returned by the bank"), "bad"),
    "waiting": StateLabel(N_("Waits"), "wait"),
}
