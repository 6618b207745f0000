"""What people read for the marketplace's own codes: msgids by code, for pages and the API.

Labels that several packages share are in `foundation/vocabulary/labels.py`.
"""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from clearing.reasons import Finding, Value
from foundation.tabular.import_report import Note, Translate
from foundation.vocabulary.labels import DAY_KINDS_IN_SENTENCE, N_
from foundation.vocabulary.refusals import Refusal
from marketplace.rules.ranking import Sort
from marketplace.rules.visit_refusals import PLAN_FAULTS, SAME_HELP_TWICE, SAME_TIME

ACCESS: Final = {
    "step_free": N_("Step-free entrance"),
    "accessible_toilet": N_("Accessible toilet"),
    "lift": N_("Lift"),
    "parking": N_("Accessible parking space"),
    "hearing_loop": N_("Hearing loop"),
}
"""What is measured of the access to a place."""

ACCESS_MISSING: Final = {
    "step_free": N_("There are steps at the door"),
    "accessible_toilet": N_("No accessible toilet"),
    "lift": N_("No lift"),
    "parking": N_("No accessible parking space"),
    "hearing_loop": N_("No hearing loop"),
}
"""The same where the place does not have it."""

CANCELLATION_REASONS: Final = {
    "client_cancelled": N_("The client cancelled the visit"),
    "client_ill": N_("The client was ill"),
    "client_absent": N_("The client was not there"),
    "other": N_("Another reason"),
}
CANCELLATION_REASONS_FOR_CLIENT: Final = {
    "client_cancelled": N_("You cancelled the visit."),
    "client_ill": N_("You were ill."),
    "client_absent": N_("You were not there."),
    "other": N_("There was another reason."),
}


class ClientWords(NamedTuple):
    """A reason in words for the client: the field of the form, what happened, and what to do."""

    field: str
    title: str
    detail: str
    fix: str


_CHOOSE_ANOTHER: Final = N_("Choose another provider.")
_NO_LONGER_USED: Final = N_("You can no longer use this voucher.")
_ASK_COUNTY: Final = N_("Call the county and ask.")

CLIENT_WORDS: Final = {
    "possible_double": ClientWords(
        "start",
        N_("You have another visit of the same helper at that time"),
        N_("The same help cannot be given twice at the same time."),
        N_("Choose another time, or change the help that you have."),
    ),
    "voucher_not_open": ClientWords(
        "voucher",
        N_("Your voucher is not open yet"),
        N_("You can choose when the voucher is open."),
        _ASK_COUNTY,
    ),
    "voucher_paused": ClientWords(
        "voucher", N_("Your voucher is on a break"), N_("You cannot choose during the break."), _ASK_COUNTY
    ),
    "voucher_closed": ClientWords("voucher", N_("Your voucher has ended"), _NO_LONGER_USED, _ASK_COUNTY),
    "voucher_revoked": ClientWords(
        "voucher", N_("Your voucher has been cancelled"), _NO_LONGER_USED, _ASK_COUNTY
    ),
    "decision_not_in_force": ClientWords(
        "voucher", N_("Your decision is not in force"), N_("The decision is under review."), _ASK_COUNTY
    ),
    "outside_voucher_window": ClientWords(
        "starts_on",
        N_("Your voucher is not valid on that day"),
        N_("Your voucher is valid from %(first_day)s to %(last_day)s."),
        N_("Choose another day."),
    ),
    "client_ended": ClientWords(
        "voucher",
        N_("You are not the county's client on that day"),
        N_("The county no longer pays for your services."),
        _ASK_COUNTY,
    ),
    "service_not_in_voucher": ClientWords(
        "offering",
        N_("Your voucher does not pay for this service"),
        N_("Your voucher is for another service."),
        N_("Choose a service that your voucher pays for."),
    ),
    "other_county": ClientWords(
        "offering",
        N_("The service is in another county"),
        N_("Your voucher is valid in your own county."),
        _CHOOSE_ANOTHER,
    ),
    "overlaps_other_provider": ClientWords("plan", *SAME_TIME),
    "same_help_twice": ClientWords("plan", *SAME_HELP_TWICE),
    "provider_not_named": ClientWords(
        "offering",
        N_("Your decision names another provider"),
        N_("You can use this voucher only with that provider."),
        _ASK_COUNTY,
    ),
    "offering_not_published": ClientWords(
        "offering",
        N_("The provider does not offer this now"),
        N_("The provider has taken this service off the list."),
        _CHOOSE_ANOTHER,
    ),
    "provider_not_approved": ClientWords(
        "offering",
        N_("The county has not approved the provider"),
        N_("The county pays only approved providers."),
        _CHOOSE_ANOTHER,
    ),
    "provider_approval_pending": ClientWords(
        "offering",
        N_("The provider is waiting for approval"),
        N_("The county has not decided yet."),
        _CHOOSE_ANOTHER,
    ),
    "provider_approval_ended": ClientWords(
        "offering",
        N_("The provider's approval has ended"),
        N_("The county no longer pays this provider."),
        _CHOOSE_ANOTHER,
    ),
    "provider_suspended": ClientWords(
        "offering",
        N_("The provider is on a break"),
        N_("The county has stopped new visits for now."),
        _CHOOSE_ANOTHER,
    ),
    "provider_papers_expired": ClientWords(
        "offering",
        N_("The provider's papers are not valid"),
        N_("The county is waiting for a new paper."),
        N_("Ask the provider before you choose."),
    ),
    "municipality_not_served": ClientWords(
        "offering",
        N_("The provider does not come to your area"),
        N_("The provider does not work in your municipality."),
        _CHOOSE_ANOTHER,
    ),
    "no_time_class": ClientWords(
        "offering",
        N_("We do not know what the county pays"),
        N_("The county's table has no value for this time."),
        N_("Call the county before you choose."),
    ),
    "no_price_on_day": ClientWords(
        "offering",
        N_("There is no price for that day"),
        N_("The provider has not given a price."),
        _CHOOSE_ANOTHER,
    ),
    "price_over_cap": ClientWords(
        "offering",
        N_("The price is too high"),
        N_("Your voucher allows a price of at most %(limit_cents)s."),
        _CHOOSE_ANOTHER,
    ),
    "co_payment_not_allowed": ClientWords(
        "offering",
        N_("The price is above your voucher"),
        N_("This service must be free for you."),
        _CHOOSE_ANOTHER,
    ),
    "over_amount": ClientWords(
        "quantity",
        N_("Your money is not enough for this"),
        N_("The plan takes %(planned_cents)s of your money. You have %(left_cents)s free."),
        N_("Choose less, or a shorter time."),
    ),
    "over_quantity": ClientWords(
        "quantity",
        N_("Your voucher does not have that much left"),
        N_("When your earlier plans are counted, your voucher has %(left_hundredths)s left."),
        N_("Choose less."),
    ),
    "over_period_limit": ClientWords(
        "quantity",
        N_("Your voucher has a smaller limit"),
        N_("The plan exceeds the limit for a week, month or quarter."),
        N_("Choose less."),
    ),
    "already_chosen": ClientWords(
        "offering",
        N_("You have already chosen this"),
        N_("Your earlier choice is in force."),
        N_("You can change it on the page of your voucher."),
    ),
    **{code: ClientWords("plan", title, "", "") for code, title in PLAN_FAULTS.items()},
}
"""Every reason that can stand against a choice, as the client reads it, by code."""

SORTS: Final = {
    Sort.OWN_SHARE: N_("What I pay"),
    Sort.PRICE: N_("Price"),
    Sort.DISTANCE: N_("Distance"),
    Sort.SOONEST: N_("Who can start soonest"),
    Sort.FIT: N_("What fits best"),
}
WHY_IN_THIS_ORDER: Final = {
    Sort.OWN_SHARE: N_(
        "The one that costs you the least is first. If two cost you the same, the lower price is first."
    ),
    Sort.PRICE: N_("The lowest price is first."),
    Sort.DISTANCE: N_("The nearest place is first. Remote help is last."),
    Sort.SOONEST: N_("The one that can start soonest is first."),
    Sort.FIT: N_("What fits your words best is first. After that, the one that can start soonest."),
}
NO_PAID_PLACES: Final = N_("Nobody can pay for a better place in this list.")

TIMES: Final = {
    "evening": N_("In the evening"),
    "night": N_("At night"),
    "weekend": N_("At the weekend"),
}
"""The times of `marketplace.rules.searching.CLASSES_OF_TIME`."""

PRICE_TIMES: Final = {
    "evening": N_("This is the price in the evening."),
    "night": N_("This is the price at night."),
    "weekend": N_("This is the price at the weekend."),
}
"""Which time a shown price is of, if one was searched for."""

WITHOUT_CONDITION: Final = {
    "q": N_("without the search words"),
    "free_within_days": N_("with a later start"),
    "time": N_("at any time of day"),
    "within_km": N_("farther away"),
    "max_price": N_("at a higher price"),
    "language": N_("in any language"),
    "remote": N_("for help that comes to you, too"),
    "home_visits": N_("for help that does not come to your home, too"),
    "communication": N_("without the wishes for communication"),
    "municipality": N_("in all municipalities"),
    "access": N_("without the accessibility wishes"),
    "service": N_("for any service"),
}
"""A search without one of its conditions: continues `Search …`."""


def note_text(note: Note, translate: Translate) -> str:
    """Return the sentence of a note of an imported price list."""
    values = dict(note.values)
    if (kind := values.get("day_kind")) is not None:
        values["day_kind"] = translate(DAY_KINDS_IN_SENTENCE[kind])
    return translate(note.text, **values)


class ClientFinding(NamedTuple):
    """A reason in words for the client, with the values of its placeholders."""

    reason: ClientWords
    values: Mapping[str, Value]


CHARGE_TITLES: Final[Mapping[str, str | None]] = {
    "client_mismatch": N_("The visit was for another person"),
    "provider_not_chosen": N_("You had not chosen this provider"),
    "approval_changed_afterwards": N_("The provider's approval changed afterwards"),
    "provider_papers_expired": N_("The provider's papers are not valid"),
    "co_payment_not_allowed": N_("You must not pay for this service"),
    "disputed_by_client": None,
}
"""What a client reads of a charge if the reason's own title speaks to the provider or about the client.

None: the client's own answer says it already.
"""


def findings_for_client(findings: Iterable[Finding]) -> list[tuple[str, Mapping[str, Value]]]:
    """Return the titles of a charge's findings as the client reads them, with their values."""
    titles = [(CHARGE_TITLES.get(each.code, each.reason.title), each.values) for each in findings]
    return [(title, values) for title, values in titles if title is not None]


def for_client(finding: Finding | Refusal) -> ClientFinding:
    """Return a reason against a choice as the client reads it."""
    return ClientFinding(CLIENT_WORDS[finding.code], finding.values)
