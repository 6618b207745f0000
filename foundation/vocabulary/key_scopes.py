"""What a key for programs may do: scopes. Each operation of the API needs one (docs/keys-and-webhooks.md)."""

from enum import StrEnum

from foundation.vocabulary.roles import PROVIDER_OWNERS, Role


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


def scopes_beyond_role(scopes: frozenset[KeyScope], role: Role) -> frozenset[KeyScope]:
    """Return the scopes that the role of a provider's person does not allow."""
    return frozenset() if role in PROVIDER_OWNERS else scopes & OWNER_SCOPES
