"""New papers of providers, and the papers that they renew."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from clearing.eligibility.facts.kinds import PaperKind
from clearing.eligibility.load.providers import papers_of
from clearing.eligibility.rules.paper_cover import covered_until
from foundation.database.tables.paper_renewals import PaperRenewal
from foundation.database.tables.providers import Approval, Provider
from marketplace.rules.renewing import PaperStatus, Renewal, RenewalState

_COLUMNS = (
    PaperRenewal.id,
    PaperRenewal.provider_id,
    Provider.business_id,
    Provider.name.label("provider"),
    PaperRenewal.kind,
    PaperRenewal.first_day,
    PaperRenewal.last_day,
    PaperRenewal.media_type,
    PaperRenewal.size,
    PaperRenewal.sent_at,
    PaperRenewal.sent_by,
    PaperRenewal.state,
    PaperRenewal.why,
    PaperRenewal.decided_at,
)
_WAITING = PaperRenewal.state == RenewalState.WAITING.value


def renewals_of_provider(session: Session, provider_id: int) -> list[Renewal]:
    """Return every new paper that a provider has sent, newest first."""
    return _renewals(session, PaperRenewal.provider_id == provider_id)


def renewals_of_county(session: Session, county_id: int, *, waits: bool, count: int | None) -> list[Renewal]:
    """Return the new papers of the providers that a county knows: those that wait, oldest first, or the
    newest so many that were decided."""
    decided = PaperRenewal.state.in_([RenewalState.ACCEPTED.value, RenewalState.REJECTED.value])
    found = _renewals(session, _known_to(county_id) & (_WAITING if waits else decided), count)
    return sorted(found, key=lambda each: (each.sent_at, each.id)) if waits else found


def count_waiting_renewals(session: Session, county_id: int) -> int:
    """Return how many new papers wait for a county."""
    query = select(func.count()).select_from(PaperRenewal).where(_known_to(county_id), _WAITING)
    return session.scalar(query) or 0


def renewal_of_county(
    session: Session, county_id: int, renewal_id: int, *, lock: bool = False
) -> Renewal | None:
    """Return a new paper of a provider that the county knows, locked if asked; withdrawn ones are hidden."""
    shown = PaperRenewal.state != RenewalState.WITHDRAWN.value
    return _one(session, (PaperRenewal.id == renewal_id) & _known_to(county_id) & shown, lock)


def renewal_of_provider(
    session: Session, provider_id: int, renewal_id: int, *, lock: bool = False
) -> Renewal | None:
    """Return a new paper of the provider, locked if asked."""
    return _one(session, (PaperRenewal.id == renewal_id) & (PaperRenewal.provider_id == provider_id), lock)


def renewal_file(session: Session, renewal_id: int) -> bytes:
    """Return the content of a new paper."""
    query = select(PaperRenewal.content).where(PaperRenewal.id == renewal_id)
    return session.scalars(query).one()


def paper_statuses(session: Session, provider_id: int, *, today: date) -> list[PaperStatus]:
    """Return each kind of paper of a provider, in the order of `PaperKind`."""
    papers = papers_of(session, [provider_id])[provider_id]
    newest: dict[PaperKind, Renewal] = {}
    for each in renewals_of_provider(session, provider_id):
        if each.state is not RenewalState.WITHDRAWN:
            newest.setdefault(each.kind, each)
    found = []
    for kind in PaperKind:
        own = sorted((paper for paper in papers if paper.kind is kind), key=lambda paper: paper.first_day)
        until = covered_until(own, kind, today) if own else None
        found.append(PaperStatus(kind, own[-1] if own else None, until, newest.get(kind)))
    return found


def _known_to(county_id: int) -> ColumnElement[bool]:
    return exists().where(Approval.provider_id == PaperRenewal.provider_id, Approval.county_id == county_id)


def _one(session: Session, condition: ColumnElement[bool], lock: bool) -> Renewal | None:
    if lock:
        session.execute(select(PaperRenewal.id).where(condition).with_for_update())
    return next(iter(_renewals(session, condition)), None)


def _renewals(session: Session, condition: ColumnElement[bool], count: int | None = None) -> list[Renewal]:
    query = (
        select(*_COLUMNS)
        .join(Provider, Provider.id == PaperRenewal.provider_id)
        .where(condition)
        .order_by(PaperRenewal.id.desc())
        .limit(count)
    )
    rows = [row._asdict() for row in session.execute(query)]
    return [
        Renewal(**row | {"kind": PaperKind(row["kind"]), "state": RenewalState(row["state"])}) for row in rows
    ]
