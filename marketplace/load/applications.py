"""Applications of companies, with their services and papers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from clearing.eligibility.facts.kinds import PaperKind
from foundation.database.tables.counties import County
from foundation.database.tables.provider_applications import (
    ApplicationPaper,
    ApplicationService,
    ProviderApplication,
)
from foundation.database.tables.services import Service
from marketplace.load.names import Names
from marketplace.rules.applying import ANSWERS, Application, ApplicationState, AppliedService, AttachedPaper

WAITING = (ApplicationState.SUBMITTED.value, ApplicationState.MORE_NEEDED.value)


def application(
    session: Session, application_id: int, *, county_id: int | None = None, provider_id: int | None = None
) -> Application | None:
    """Return an application by its id, of a county or of a provider; None if it is not theirs."""
    condition = ProviderApplication.id == application_id
    if county_id is not None:
        condition &= (ProviderApplication.county_id == county_id) & _is_sent()
    if provider_id is not None:
        condition &= ProviderApplication.provider_id == provider_id
    return next(iter(_applications(session, condition)), None)


def lock_application(session: Session, application_id: int) -> Application | None:
    """Return an application, locked."""
    condition = ProviderApplication.id == application_id
    session.execute(select(ProviderApplication.id).where(condition).with_for_update())
    return next(iter(_applications(session, condition)), None)


def application_with_digest(session: Session, digest: str, now: datetime) -> Application | None:
    """Return the application whose link has a code with this SHA-256; None if the link does not work."""
    works = ProviderApplication.link_expires_at > now
    found = _applications(session, (ProviderApplication.code_sha256 == digest) & works)
    return next(iter(found), None)


def applications_of_address(session: Session, email: str) -> list[Application]:
    """Return the applications of an address that were not withdrawn and have a link, newest first."""
    condition = (
        (ProviderApplication.email == email)
        & (ProviderApplication.state != ApplicationState.WITHDRAWN)
        & ProviderApplication.code_sha256.is_not(None)
    )
    return _applications(session, condition)


def applications_of_provider(session: Session, provider_id: int) -> list[Application]:
    """Return the applications of a provider, newest first."""
    return _applications(session, ProviderApplication.provider_id == provider_id)


def waiting_applications(session: Session, county_id: int) -> list[Application]:
    """Return the applications to a county that are not decided, the longest wait first."""
    waits = (ProviderApplication.county_id == county_id) & ProviderApplication.state.in_(WAITING)
    return sorted(
        _applications(session, waits), key=lambda each: (each.submitted_at or each.saved_at, each.id)
    )


def decided_applications(session: Session, county_id: int, count: int) -> list[Application]:
    """Return the newest applications to a county that were decided."""
    decided = ProviderApplication.state == ApplicationState.DECIDED
    return _applications(session, (ProviderApplication.county_id == county_id) & decided)[:count]


def count_waiting(session: Session, county_id: int) -> int:
    """Return how many applications wait for a county."""
    waits = ProviderApplication.state == ApplicationState.SUBMITTED
    query = select(func.count()).where(ProviderApplication.county_id == county_id, waits)
    return session.scalar(query) or 0


def paper_file(session: Session, application_id: int, paper_id: int) -> tuple[str, str, bytes] | None:
    """Return the kind, the media type and the content of a paper of an application."""
    row = session.execute(
        select(ApplicationPaper.kind, ApplicationPaper.media_type, ApplicationPaper.content).where(
            ApplicationPaper.application_id == application_id, ApplicationPaper.id == paper_id
        )
    ).one_or_none()
    return None if row is None else (row.kind, row.media_type, row.content)


def counties_to_apply_to(session: Session) -> list[tuple[int, Names]]:
    """Return the id and the name of each county, by its code."""
    rows = session.execute(
        select(County.id, County.name_fi, County.name_sv, County.name_en).order_by(County.code)
    )
    return [(key, Names(fi, sv, en)) for key, fi, sv, en in rows]


def _is_sent() -> ColumnElement[bool]:
    return ProviderApplication.submitted_at.is_not(None)


def _applications(session: Session, condition: ColumnElement[bool]) -> list[Application]:
    rows = session.scalars(
        select(ProviderApplication)
        .where(condition)
        .order_by(ProviderApplication.id.desc())
        .execution_options(populate_existing=True)
    ).all()
    ids = [row.id for row in rows]
    services, papers = _services(session, ids), _papers(session, ids)
    return [
        Application(
            id=row.id,
            county_id=row.county_id,
            provider_id=row.provider_id,
            state=ApplicationState(row.state),
            email=row.email,
            language=row.language,
            answers={name: getattr(row, name) for name in ANSWERS},
            services=tuple(services[row.id]),
            papers={paper.kind: paper for paper in papers[row.id]},
            question=row.question,
            link_expires_at=row.link_expires_at,
            saved_at=row.saved_at,
            submitted_at=row.submitted_at,
        )
        for row in rows
    ]


def _services(session: Session, ids: Sequence[int]) -> dict[int, list[AppliedService]]:
    rows = session.execute(
        select(ApplicationService, Service.code)
        .join(Service, Service.id == ApplicationService.service_id)
        .where(ApplicationService.application_id.in_(ids))
        .order_by(Service.name_fi)
        .execution_options(populate_existing=True)
    )
    found: dict[int, list[AppliedService]] = defaultdict(list)
    for row, code in rows:
        days = (row.first_day, row.last_day)
        applied = AppliedService(row.id, code, tuple(row.municipalities), row.state, *days, row.why)
        found[row.application_id].append(applied)
    return found


def _papers(session: Session, ids: Sequence[int]) -> dict[int, list[AttachedPaper]]:
    columns = (
        ApplicationPaper.id,
        ApplicationPaper.kind,
        ApplicationPaper.first_day,
        ApplicationPaper.last_day,
        ApplicationPaper.media_type,
        ApplicationPaper.size,
    )
    query = select(ApplicationPaper.application_id, *columns).where(ApplicationPaper.application_id.in_(ids))
    found: dict[int, list[AttachedPaper]] = defaultdict(list)
    for application_id, key, kind, first, last, media_type, size in session.execute(query):
        found[application_id].append(AttachedPaper(key, PaperKind(kind), first, last, media_type, size))
    return found
