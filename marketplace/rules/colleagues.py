"""To which role of a provider somebody may be invited, and until when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from foundation.vocabulary.dates import is_plausible
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import PEOPLE_OF_PROVIDERS, Role
from marketplace.rules.accounts import EMAIL

ROLE_REFUSED: Final = "role_refused"
"""The code of an invitation or change that is not possible; the refusal's reasons say why."""
INVITATION_UNKNOWN: Final = Refusal("invitation_unknown")
"""No open invitation has this code: it was used, withdrawn, has expired, or never was."""
OWN_ROLE: Final = Refusal("own_role")
"""Nobody gives, changes or ends a role of their own, so that a provider always keeps an owner."""
OTHER_ACCOUNT: Final = Refusal("other_account")
"""The invitation is for another person than the one who is logged in."""
ACCOUNT_KNOWN: Final = Refusal("account_known")
"""The invited person has an account with a password, and logs in first."""
PERSON_UNKNOWN: Final = Refusal("person_unknown")
"""The provider has no such person, or the role has ended."""
ROLE_HELD: Final = Refusal("role_held", "role")
"""The person has this role at the provider already."""


@dataclass(frozen=True, slots=True)
class ColleagueTerms:
    """A role at a provider from the day of acceptance on, and its last day, if any."""

    role: Role
    last_day: date | None = None


def faults_of_colleague(email: str, terms: ColleagueTerms, today: date) -> Iterator[Refusal]:
    """Yield every reason why nobody can be invited with this address on these terms."""
    if not EMAIL.fullmatch(email):
        yield Refusal("email_malformed", "email")
    if terms.role not in PEOPLE_OF_PROVIDERS:
        yield Refusal("role_not_of_provider", "role")
    yield from faults_of_last_day(terms.last_day, today)


def faults_of_last_day(last_day: date | None, today: date) -> Iterator[Refusal]:
    """Yield what is wrong with the last day of a role."""
    if last_day is not None and last_day < today:
        yield Refusal("last_day_past", "last_day")
    elif last_day is not None and not is_plausible(last_day):
        yield Refusal("day_impossible", "last_day")
