"""What a key for programs may do: scopes. Each operation of the API needs one (docs/keys-and-webhooks.md)."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from foundation.vocabulary.roles import CASEWORK_ROLES, PROVIDER_OWNERS, RUN_READERS, Role


class KeyScope(StrEnum):
    """A part of the API that a key may use. The values are public."""

    CHARGES_READ = "charges:read"
    CHARGES_SEND = "charges:send"
    SETTLEMENTS_READ = "settlements:read"
    INVOICES_READ = "invoices:read"
    INVOICES_WRITE = "invoices:write"
    OFFERINGS_READ = "offerings:read"
    OFFERINGS_WRITE = "offerings:write"
    VISITS_READ = "visits:read"
    VISITS_WRITE = "visits:write"
    CARDS_READ = "cards:read"
    MESSAGES_READ = "messages:read"
    MESSAGES_WRITE = "messages:write"
    DISPUTES_READ = "disputes:read"
    DISPUTES_WRITE = "disputes:write"
    FEEDBACK_READ = "feedback:read"
    FEEDBACK_WRITE = "feedback:write"
    QUESTIONS_READ = "questions:read"
    QUESTIONS_WRITE = "questions:write"
    PEOPLE_MANAGE = "people:manage"
    STAFF_MANAGE = "staff:manage"
    SETTINGS_READ = "settings:read"
    SETTINGS_WRITE = "settings:write"
    WEBHOOKS_MANAGE = "webhooks:manage"
    OWN_READ = "own:read"
    OWN_WRITE = "own:write"
    CASES_READ = "cases:read"
    CASES_WRITE = "cases:write"
    PROVIDERS_READ = "providers:read"
    APPROVALS_WRITE = "approvals:write"
    PAYMENTS_READ = "payments:read"
    PAYMENTS_WRITE = "payments:write"


PROVIDER_SCOPES = (
    KeyScope.CHARGES_SEND,
    KeyScope.CHARGES_READ,
    KeyScope.SETTLEMENTS_READ,
    KeyScope.INVOICES_READ,
    KeyScope.INVOICES_WRITE,
    KeyScope.VISITS_READ,
    KeyScope.VISITS_WRITE,
    KeyScope.CARDS_READ,
    KeyScope.OFFERINGS_READ,
    KeyScope.OFFERINGS_WRITE,
    KeyScope.MESSAGES_READ,
    KeyScope.MESSAGES_WRITE,
    KeyScope.DISPUTES_READ,
    KeyScope.DISPUTES_WRITE,
    KeyScope.FEEDBACK_READ,
    KeyScope.FEEDBACK_WRITE,
    KeyScope.QUESTIONS_READ,
    KeyScope.QUESTIONS_WRITE,
    KeyScope.PEOPLE_MANAGE,
    KeyScope.WEBHOOKS_MANAGE,
)
"""The scopes that an owner gives to a key of the company, in the order of the page."""

OWNER_SCOPES = frozenset({KeyScope.PEOPLE_MANAGE, KeyScope.WEBHOOKS_MANAGE})
"""The scopes whose operations are for owners: a key that acts as somebody else cannot have them."""


COUNTY_SCOPES = (
    KeyScope.CASES_READ,
    KeyScope.CASES_WRITE,
    KeyScope.CHARGES_READ,
    KeyScope.PROVIDERS_READ,
    KeyScope.APPROVALS_WRITE,
    KeyScope.PAYMENTS_READ,
    KeyScope.SETTINGS_READ,
    KeyScope.SETTINGS_WRITE,
)
"""The scopes that an administrator gives to a key of the county, in the order of the page.

None prepares, approves or sends payments, and none gives roles: these acts are of two people."""

_READING = frozenset({KeyScope.CASES_READ, KeyScope.CHARGES_READ, KeyScope.PROVIDERS_READ})
_CASEWORK = _READING | {KeyScope.CASES_WRITE, KeyScope.APPROVALS_WRITE}
SCOPES_OF_COUNTY_ROLES: Mapping[Role, frozenset[KeyScope]] = MappingProxyType(
    dict.fromkeys(CASEWORK_ROLES, _CASEWORK)
    | dict.fromkeys(RUN_READERS, _READING | {KeyScope.PAYMENTS_READ})
    | {Role.ADMIN: frozenset({KeyScope.SETTINGS_READ, KeyScope.SETTINGS_WRITE})}
)
"""What a key of the county may do at most, by the role that it acts in."""


def scopes_beyond_role(scopes: frozenset[KeyScope], role: Role) -> frozenset[KeyScope]:
    """Return the scopes that a role of a provider's or a county's person does not allow."""
    of_county = SCOPES_OF_COUNTY_ROLES.get(role)
    if of_county is not None:
        return scopes - of_county
    return frozenset() if role in PROVIDER_OWNERS else scopes & OWNER_SCOPES
