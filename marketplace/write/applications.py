"""Rows of applications, their services and papers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, literal, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from clearing.eligibility.facts.kinds import PaperKind
from foundation.database.rows import store_rows
from foundation.database.tables.provider_applications import (
    ApplicationPaper,
    ApplicationService,
    ProviderApplication,
)
from foundation.vocabulary.languages import Language
from marketplace.rules.applying import ANSWERS, FORGOTTEN_AFTER, ApplicationState


def store_application(
    session: Session,
    county_id: int,
    email: str,
    language: Language,
    answers: Mapping[str, str],
    *,
    provider_id: int | None,
    now: datetime,
    link: tuple[str, datetime] | None,
) -> int:
    """Store a new application; return its id. `link` is the SHA-256 of a code, and until when it works."""
    digest, expires_at = link or (None, None)
    values = {
        **{name: answers.get(name, "") for name in ANSWERS},
        "county_id": county_id,
        "provider_id": provider_id,
        "state": ApplicationState.DRAFT.value,
        "email": email,
        "language": language.value,
        "code_sha256": digest,
        "link_expires_at": expires_at,
        "question": "",
        "started_at": now,
        "saved_at": now,
    }
    statement = insert(ProviderApplication).values(values).returning(ProviderApplication.id)
    return session.execute(statement).scalar_one()


def change_application(session: Session, application_id: int, values: Mapping[str, Any]) -> None:
    """Store other values of an application's columns."""
    changed = update(ProviderApplication).where(ProviderApplication.id == application_id)
    session.execute(changed.values(**values))


def replace_services(
    session: Session, application_id: int, service_ids: Collection[int], municipalities: Sequence[str]
) -> None:
    """Store the services that are applied for, in place of those that are not decided."""
    own = ApplicationService.application_id == application_id
    session.execute(delete(ApplicationService).where(own, ApplicationService.state == "pending"))
    rows = [
        {
            "application_id": application_id,
            "service_id": service_id,
            "municipalities": list(municipalities),
            "state": "pending",
            "why": "",
        }
        for service_id in sorted(service_ids)
    ]
    store_rows(session, ApplicationService, rows)


def store_paper(
    session: Session,
    application_id: int,
    kind: PaperKind,
    days: tuple[date, date | None],
    media_type: str,
    content: bytes,
    now: datetime,
) -> None:
    """Store a paper in place of an earlier one of its kind."""
    values = {
        "first_day": days[0],
        "last_day": days[1],
        "media_type": media_type,
        "size": len(content),
        "content": content,
        "uploaded_at": now,
    }
    statement = upsert(ApplicationPaper).values(application_id=application_id, kind=kind.value, **values)
    changed = statement.on_conflict_do_update(index_elements=["application_id", "kind"], set_=values)
    session.execute(changed)


def copy_papers(session: Session, from_id: int, to_id: int, today: date) -> None:
    """Copy the papers of an application that are still valid to another one."""
    names = ("kind", "first_day", "last_day", "media_type", "size", "content", "uploaded_at")
    columns = [getattr(ApplicationPaper, name) for name in names]
    valid = (ApplicationPaper.last_day.is_(None)) | (ApplicationPaper.last_day >= today)
    rows = select(literal(to_id), *columns).where(ApplicationPaper.application_id == from_id, valid)
    session.execute(insert(ApplicationPaper).from_select(["application_id", *names], rows))


def store_service_decision(session: Session, applied_id: int, values: Mapping[str, Any]) -> None:
    """Store the decision on a service of an application."""
    changed = update(ApplicationService).where(ApplicationService.id == applied_id)
    session.execute(changed.values(**values))


def delete_forgotten(session: Session, now: datetime) -> None:
    """Delete drafts in which nothing was saved for a long time, with their papers."""
    old = select(ProviderApplication.id).where(
        ProviderApplication.state == ApplicationState.DRAFT,
        ProviderApplication.saved_at < now - FORGOTTEN_AFTER,
    )
    ids = list(session.scalars(old))
    for table in (ApplicationPaper, ApplicationService):
        session.execute(delete(table).where(table.application_id.in_(ids)))
    session.execute(delete(ProviderApplication).where(ProviderApplication.id.in_(ids)))
