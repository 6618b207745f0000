"""The forms of keys for programs, and the words for what a key may do."""

from __future__ import annotations

from collections.abc import Mapping

from foundation.vocabulary.key_scopes import PROVIDER_SCOPES, KeyScope
from foundation.web.forms import ChoiceField, ChoicesField, needed
from foundation.web.key_forms import LabelledForm
from foundation.web.languages import N_

SCOPE_WORDS: Mapping[KeyScope, str] = {
    KeyScope.CHARGES_SEND: N_("Send, correct and withdraw charges"),
    KeyScope.CHARGES_READ: N_("Read charges and the answers to files"),
    KeyScope.SETTLEMENTS_READ: N_("Read settlements and claims"),
    KeyScope.INVOICES_READ: N_("Read what clients owe, and the invoices to them"),
    KeyScope.INVOICES_WRITE: N_("Invoice clients, and mark what they have paid"),
    KeyScope.VISITS_READ: N_("Read planned visits and requests for a time"),
    KeyScope.VISITS_WRITE: N_("Answer requests for a time, and say that a visit did not happen"),
    KeyScope.CARDS_READ: N_("Look up a client's card"),
    KeyScope.OFFERINGS_READ: N_("Read services and prices"),
    KeyScope.OFFERINGS_WRITE: N_("Change services and prices"),
    KeyScope.MESSAGES_READ: N_("Read messages"),
    KeyScope.MESSAGES_WRITE: N_("Write messages"),
    KeyScope.DISPUTES_READ: N_("Read disputes"),
    KeyScope.DISPUTES_WRITE: N_("Answer disputes"),
    KeyScope.FEEDBACK_READ: N_("Read feedback"),
    KeyScope.FEEDBACK_WRITE: N_("Answer feedback"),
    KeyScope.QUESTIONS_READ: N_("Read clients' questions about who looked at their data"),
    KeyScope.QUESTIONS_WRITE: N_("Answer clients' questions about who looked at their data"),
    KeyScope.PEOPLE_MANAGE: N_("See the people of the company and end their roles (a key of an owner)"),
    KeyScope.WEBHOOKS_MANAGE: N_("Choose what is reported to your program at once (a key of an owner)"),
}
USUAL_SCOPES = (KeyScope.CHARGES_SEND, KeyScope.CHARGES_READ, KeyScope.SETTLEMENTS_READ)


class KeyForm(LabelledForm):
    """What the key is for, as whom it acts, and what it may do."""

    holder = ChoiceField(
        N_("As whom does it act?"),
        [needed(N_("Choose a person"))],
        hint=N_("It may do at most what this person may do. To send charges, choose a biller."),
    )
    scopes = ChoicesField(
        N_("What may it do?"),
        [needed(N_("Choose at least one thing that the key may do"))],
        choices=[(scope.value, SCOPE_WORDS[scope]) for scope in PROVIDER_SCOPES],
        default=USUAL_SCOPES,
    )

    def chosen_scopes(self) -> frozenset[KeyScope]:
        """Return the scopes that were chosen."""
        return frozenset(map(KeyScope, self.scopes.data))
