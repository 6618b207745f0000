"""To which role a county may invite somebody, on which days and with which limit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from foundation.vocabulary.dates import is_plausible
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import COUNTY_ROLES, Role
from marketplace.rules.accounts import EMAIL

ROLE_REFUSED: Final = "role_refused"
"""The code of an invitation that is not possible; the refusal's reasons say why."""
INVITATION_UNKNOWN: Final = Refusal("invitation_unknown")
"""No open invitation has this code: it was used, withdrawn, has expired, or never was."""
OWN_ROLE: Final = Refusal("own_role")
"""Nobody gives, changes or ends a role of their own."""
OTHER_ACCOUNT: Final = Refusal("other_account")
"""The invitation is for another person than the one who is logged in."""
ACCOUNT_KNOWN: Final = Refusal("account_known")
"""The invited person has an account with a password, and logs in first."""
PERSON_UNKNOWN: Final = Refusal("person_unknown")
"""The county has no such person, or the role has ended."""
ROLE_HELD: Final = Refusal("role_held", "role")
"""The person has the role on some of these days already."""
SUBSTITUTE_UNKNOWN: Final = Refusal("substitute_unknown", "substitute_for")
"""The county has nobody else in this role with this address."""


@dataclass(frozen=True, slots=True)
class RoleTerms:
    """A role of a county: its days, the most that may be granted in one decision, and whose substitute."""

    role: Role
    first_day: date
    last_day: date | None = None
    granting_limit_cents: Money | None = None
    substitute_for: str | None = None

    def are_days_ordered(self) -> bool:
        """Return whether the last day, if any, is not before the first."""
        return self.last_day is None or self.first_day <= self.last_day


def faults_of_invitation(email: str, terms: RoleTerms, today: date) -> tuple[Refusal, ...]:
    """Return every reason why nobody can be invited with this address on these terms."""
    faults = [] if EMAIL.fullmatch(email) else [Refusal("email_malformed", "email")]
    if terms.role not in COUNTY_ROLES:
        faults.append(Refusal("role_not_of_county", "role"))
    if not is_plausible(terms.first_day):
        faults.append(Refusal("day_impossible", "first_day"))
    if terms.substitute_for is not None and terms.last_day is None:
        faults.append(Refusal("last_day_needed", "last_day"))
    return (*faults, *faults_of_terms(terms, today))


def faults_of_terms(terms: RoleTerms, today: date) -> Iterator[Refusal]:
    """Yield what is wrong with the last day and the limit of a role."""
    last = terms.last_day
    if last is not None and last < today:
        yield Refusal("last_day_past", "last_day")
    elif last is not None and last < terms.first_day:
        yield Refusal("last_day_before_first", "last_day")
    elif last is not None and not is_plausible(last):
        yield Refusal("day_impossible", "last_day")
    if terms.granting_limit_cents is None:
        return
    if terms.role is not Role.WORKER:
        yield Refusal("limit_of_worker_only", "granting_limit")
    elif terms.granting_limit_cents <= 0:
        yield Refusal("limit_not_positive", "granting_limit")
