"""The form of a key for a program of the county, and the words for what such a key may do."""

from __future__ import annotations

from collections.abc import Mapping

from foundation.vocabulary.key_scopes import COUNTY_SCOPES, KeyScope
from foundation.web.forms import ChoiceField, ChoicesField, needed
from foundation.web.key_forms import LabelledForm
from foundation.web.languages import N_

SCOPE_WORDS: Mapping[KeyScope, str] = {
    KeyScope.CASES_READ: N_("Read vouchers, budgets and alerts"),
    KeyScope.CASES_WRITE: N_("Bring decisions, and pause or end vouchers"),
    KeyScope.CHARGES_READ: N_("Read charges"),
    KeyScope.PROVIDERS_READ: N_("Read providers and their applications"),
    KeyScope.APPROVALS_WRITE: N_("Decide on applications and approve providers"),
    KeyScope.PAYMENTS_READ: N_("Read payment runs and claims"),
    KeyScope.SETTINGS_READ: N_("Read the settings of the county"),
    KeyScope.SETTINGS_WRITE: N_("Change the settings of the county, not its paying account"),
}
OTHER_SCOPES = N_("More than a new key may do")
"""The words for what no new key gets, such as to approve payments."""


class KeyForm(LabelledForm):
    """What the key is for, as whom it acts, and what it may do."""

    holder = ChoiceField(
        N_("As whom does it act?"),
        [needed(N_("Choose a person"))],
        hint=N_("What the program does is in the log under this name. The person gets an e-mail."),
    )
    scopes = ChoicesField(
        N_("What may it do?"),
        [needed(N_("Choose at least one thing that the key may do"))],
        choices=[(scope.value, SCOPE_WORDS[scope]) for scope in COUNTY_SCOPES],
    )

    def chosen_scopes(self) -> frozenset[KeyScope]:
        """Return the scopes that were chosen."""
        return frozenset(map(KeyScope, self.scopes.data))
