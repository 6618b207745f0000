"""What people read for the marketplace's own codes: msgids by code, for pages and the API.

Labels that several packages share are in `foundation/vocabulary/labels.py`.
"""

from typing import Final

from clearing.grants.rules.moving import MoveFault
from foundation.tabular.import_report import Note, Translate
from foundation.vocabulary.labels import DAY_KINDS_IN_SENTENCE, N_
from marketplace.rules.ranking import Sort

ACCESS: Final = {
    "step_free": N_("Way in without steps"),
    "accessible_toilet": N_("Accessible toilet"),
    "lift": N_("Lift"),
    "parking": N_("Accessible parking place"),
    "hearing_loop": N_("Hearing loop"),
}
"""What is measured of the access to a place."""

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

MOVE_FAULTS: Final = {
    MoveFault.NOT_POSITIVE: N_("The sum must be more than zero."),
    MoveFault.SAME_FUNDING: N_("Choose two different vouchers."),
    MoveFault.NOT_ONE_BUDGET: N_("You cannot move money between these vouchers."),
    MoveFault.NOT_OPEN: N_("One of the vouchers is not in use now."),
    MoveFault.OVER_FREE: N_("There is not so much free money. Move a smaller sum."),
    MoveFault.OVER_LIMIT: N_("You cannot move so much. The limit is in your decision."),
}

SORTS: Final = {
    Sort.OWN_SHARE: N_("What I pay"),
    Sort.PRICE: N_("Price"),
    Sort.DISTANCE: N_("Distance"),
    Sort.SOONEST: N_("Who can start soonest"),
}
WHY_IN_THIS_ORDER: Final = {
    Sort.OWN_SHARE: N_(
        "The one that costs you least is first. If two cost the same, the cheaper price is first."
    ),
    Sort.PRICE: N_("The lowest price is first."),
    Sort.DISTANCE: N_("The nearest place is first. Help at a distance comes last."),
    Sort.SOONEST: N_("The one that can start soonest is first."),
}
NO_PAID_PLACES: Final = N_("Nobody can pay for a better place in this list.")

WITHOUT_CONDITION: Final = {
    "q": N_("without the search words"),
    "free_within_days": N_("if it may start later"),
    "within_km": N_("if it may be farther away"),
    "max_price": N_("if the price may be higher"),
    "language": N_("in any language"),
    "remote": N_("if somebody may come to you"),
    "municipality": N_("in every municipality"),
    "access": N_("without the access wishes"),
    "service": N_("of every service"),
}
"""A search without one of its conditions: continues `Search …`."""


def note_text(note: Note, translate: Translate) -> str:
    """Return the sentence of a note of an imported price list."""
    values = dict(note.values)
    if (kind := values.get("day_kind")) is not None:
        values["day_kind"] = translate(DAY_KINDS_IN_SENTENCE[kind])
    return translate(note.words, **values)
