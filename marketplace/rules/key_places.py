"""Whose programs API keys are for: a provider or a county, with the roles that its keys may act in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from foundation.vocabulary.key_scopes import COUNTY_SCOPES, PROVIDER_SCOPES, KeyScope, scopes_beyond_role
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import COUNTY_KEY_ROLES, PROVIDER_ROLES, Role

ROLE_ENDED: Final = Refusal("role_ended", "holder")
"""The person has no such role today, or no key may act in it."""
KEY_UNKNOWN: Final = Refusal("key_unknown")
"""The company or the county has no such key."""
OWN_KEY: Final = Refusal("own_key", "holder")
"""An administrator makes and renews no key that acts as the same person."""
SCOPE_BEYOND_ROLE: Final = "scope_beyond_role"
KEY_TOO_WIDE: Final = Refusal("key_too_wide")
"""The key may do more than one that is made now: it is revoked, not renewed."""


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """A provider or a county, by its id; the other is None."""

    provider_id: int | None = None
    county_id: int | None = None

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles that a new key may act in."""
        return PROVIDER_ROLES if self.county_id is None else COUNTY_KEY_ROLES

    @property
    def scopes(self) -> tuple[KeyScope, ...]:
        """What a new key may do, in the order of the page."""
        return PROVIDER_SCOPES if self.county_id is None else COUNTY_SCOPES

    def in_order(self, stored: Iterable[str]) -> tuple[KeyScope, ...]:
        """Return stored scopes in the order of the page, those that no new key gets at the end."""
        found = {KeyScope(value) for value in stored}
        return tuple(scope for scope in dict.fromkeys((*self.scopes, *KeyScope)) if scope in found)

    def why_not_made(self, scopes: frozenset[KeyScope], role: Role, *, is_own: bool) -> Refusal | None:
        """Return why a key with scopes may not act in a role of somebody: of a county, of oneself never."""
        if self.county_id is not None and is_own:
            return OWN_KEY
        beyond = scopes_beyond_role(scopes, role)
        return Refusal(SCOPE_BEYOND_ROLE, "scopes") if beyond else None

    def why_not_renewed(
        self, scopes: tuple[KeyScope, ...] | None, role: Role, *, is_own: bool
    ) -> Refusal | None:
        """Return why a key's secret may not be renewed: whoever renews a county's key reads the secret."""
        if self.county_id is None:
            return None
        if is_own:
            return OWN_KEY
        is_made_now = scopes is not None and role in self.roles
        is_wide = not is_made_now or bool(scopes_beyond_role(frozenset(scopes or ()), role))
        return KEY_TOO_WIDE if is_wide else None
