"""Papers of approved providers whose newest last day is near or past, and who is reminded of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clearing.eligibility.facts.kinds import ApprovalState, PaperKind
from clearing.eligibility.load.approvals import approval_state_on
from foundation.database.tables.people import Person, RoleGrant
from foundation.database.tables.providers import Approval, Provider, ProviderPaper
from foundation.vocabulary.dates import ONE_DAY
from foundation.vocabulary.roles import Role


@dataclass(frozen=True, slots=True)
class EndingPaper:
    """The newest last day of a kind of paper, and the addresses of the provider and its owners."""

    provider_id: int
    kind: PaperKind
    last_day: date
    addresses: Sequence[str]


def ending_papers(session: Session, until: date, today: date) -> list[EndingPaper]:
    """Return the papers that end on a day or earlier, of providers with an approval in force today."""
    approved = select(Approval.provider_id).where(approval_state_on(today) == ApprovalState.APPROVED)
    after = func.max(func.upper(ProviderPaper.valid))
    rows = session.execute(
        select(ProviderPaper.provider_id, ProviderPaper.kind, after, Provider.email)
        .join(Provider, Provider.id == ProviderPaper.provider_id)
        .where(ProviderPaper.provider_id.in_(approved))
        .group_by(ProviderPaper.provider_id, ProviderPaper.kind, Provider.email)
        .having(func.bool_and(~func.upper_inf(ProviderPaper.valid)), after <= until + ONE_DAY)
        .order_by(ProviderPaper.provider_id, ProviderPaper.kind)
    ).all()
    owners = _owners(session, {row.provider_id for row in rows}, today)
    return [
        EndingPaper(key, PaperKind(kind), end - ONE_DAY, sorted({email, *owners.get(key, [])}))
        for key, kind, end, email in rows
    ]


def _owners(session: Session, provider_ids: set[int], today: date) -> dict[int, list[str]]:
    rows = session.execute(
        select(RoleGrant.provider_id, func.array_agg(Person.email))
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            RoleGrant.role == Role.PROVIDER_OWNER,
            RoleGrant.provider_id.in_(provider_ids),
            RoleGrant.valid.contains(today),
            Person.email.is_not(None),
        )
        .group_by(RoleGrant.provider_id)
    )
    return {key: [email for email in emails if email] for key, emails in rows if key is not None}
