"""What people read for the marketplace's own codes: msgids by code, for pages and the API.

Labels that several packages share are in `foundation/vocabulary/labels.py`.
"""

from collections.abc import Mapping
from typing import Final

from clearing.grants.rules.moving import MoveRefusalCode
from foundation.tabular.import_report import Note, Translate
from foundation.vocabulary.labels import DAY_KINDS_IN_SENTENCE, N_
from marketplace.rules.ranking import Sort

ACCESS: Final = {
    "step_free": N_("Step-free entrance"),
    "accessible_toilet": N_("Accessible toilet"),
    "lift": N_("Lift"),
    "parking": N_("Accessible parking space"),
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

MOVE_REFUSALS: Final[Mapping[str, str]] = {
    MoveRefusalCode.NOT_POSITIVE: N_("The sum must be more than zero."),
    MoveRefusalCode.SAME_FUNDING: N_("Choose two different vouchers."),
    MoveRefusalCode.NOT_ONE_BUDGET: N_("You cannot move money between these vouchers."),
    MoveRefusalCode.NOT_OPEN: N_("One of the vouchers is not in use at the moment."),
    MoveRefusalCode.OVER_FREE: N_("There is not that much free money. Move a smaller amount."),
    MoveRefusalCode.OVER_LIMIT: N_("You cannot move that much. The limit is in your decision."),
}

SORTS: Final = {
    Sort.OWN_SHARE: N_("What I pay"),
    Sort.PRICE: N_("Price"),
    Sort.DISTANCE: N_("Distance"),
    Sort.SOONEST: N_("Who can start soonest"),
}
WHY_IN_THIS_ORDER: Final = {
    Sort.OWN_SHARE: N_(
        "The one that costs you the least is first. If two cost you the same, the lower price is first."
    ),
    Sort.PRICE: N_("The lowest price is first."),
    Sort.DISTANCE: N_("The nearest place is first. Remote help is last."),
    Sort.SOONEST: N_("The one that can start soonest is first."),
}
NO_PAID_PLACES: Final = N_("Nobody can pay for a better place in this list.")

WITHOUT_CONDITION: Final = {
    "q": N_("without the search words"),
    "free_within_days": N_("with a later start"),
    "within_km": N_("farther away"),
    "max_price": N_("at a higher price"),
    "language": N_("in any language"),
    "remote": N_("for help that comes to you, too"),
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
