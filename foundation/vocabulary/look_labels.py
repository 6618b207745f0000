"""What a client reads of those who have used the client's data: what they did, and with which data."""

from typing import Final

from foundation.vocabulary.labels import N_

LOOK_ACTS: Final = {
    "look": N_("Looked at your data"),
    "address": N_("Saw your protected address"),
    "protect": N_("Protected your address"),
    "unprotect": N_("Ended the protection of your address"),
    "copy": N_("Saved a copy of your data"),
    "choice": N_("Changed your choice of provider"),
    "charge": N_("Handled a visit"),
    "funding": N_("Handled your voucher"),
    "decision": N_("Handled your decision"),
    "card": N_("Handled your card"),
    "help_request": N_("Handled what you asked of the county"),
    "time_request": N_("Handled your question about a free time"),
    "feedback": N_("Handled your feedback on a provider"),
    "alert": N_("Read a warning about your help"),
    "question": N_("Asked or answered why your data was used"),
    "mandate": N_("Changed who may act for you"),
    "proposal": N_("Suggested help for you, or answered a suggestion"),
    "keep_wish": N_("Wrote down what you want"),
    "pause": N_("Paused your help"),
    "visit": N_("Changed one of your visits"),
    "move": N_("Moved your money"),
    "share_plan": N_("Changed who may read your support plan"),
}
"""What somebody did with a client's data, by the verb or the noun of an audit act."""

LOOKED_AT: Final = {
    "funding": N_("your voucher"),
    "charge": N_("your visits"),
    "choice": N_("your choice of provider"),
    "client": N_("your name and basic data"),
    "page": N_("the pages that you see too"),
    "mandate": N_("your name"),
    "invitation": N_("your name"),
    "own_data": N_("a copy of everything about you"),
    "audit": N_("the list of who has used your data"),
    "letter": N_("your monthly letter"),
    "card": N_("your card"),
    "ledger": N_("payments from your vouchers"),
    "support_plan": N_("your support plan and goals"),
    "help_request": N_("what you asked of the county"),
    "time_request": N_("your question about a free time"),
    "feedback": N_("your feedback on a provider"),
    "alert": N_("how your help compares with your plan"),
}
"""What was looked at, by the kind of an audit row's subject."""


def look_act_label(act: str) -> str:
    """Return the label of an audit act, such as `client.look` or `choice.make`."""
    noun, _dot, verb = act.partition(".")
    return LOOK_ACTS.get(verb) or LOOK_ACTS.get(noun) or N_("Handled your data")
