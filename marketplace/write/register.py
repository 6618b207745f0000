"""Rows of the provider register."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from foundation.database.columns import days
from foundation.database.rows import store_rows
from foundation.database.tables.providers import BankAccount, Provider, ProviderPaper, ProviderUnit
from foundation.vocabulary.roles import Actor
from marketplace.rules.registering import REGISTER_TEXTS, Centre, RegisterPaper, RegisterUnit, Registration


def store_provider(session: Session, registration: Registration) -> int:
    """Store a new provider; return its id."""
    row = {name: getattr(registration, name) for name in ("business_id", *REGISTER_TEXTS)}
    return session.execute(insert(Provider).values(**row).returning(Provider.id)).scalar_one()


def update_provider(session: Session, provider_id: int, texts: Mapping[str, str]) -> None:
    """Update a provider's texts."""
    if texts:
        session.execute(update(Provider).where(Provider.id == provider_id).values(**texts))


def store_papers(session: Session, provider_id: int, papers: Iterable[RegisterPaper]) -> None:
    """Store new papers; existing ones stay."""
    rows = [
        {"provider_id": provider_id, "kind": paper.kind.value, "valid": days(paper.first_day, paper.last_day)}
        for paper in papers
    ]
    store_rows(session, ProviderPaper, rows)


def store_units(
    session: Session, provider_id: int, units: Iterable[RegisterUnit], centres: Mapping[str, Centre]
) -> None:
    """Store new places; one without coordinates is put at the centre of its municipality."""
    rows: list[dict[str, Any]] = []
    for unit in units:
        centre = centres[unit.municipality]
        rows.append(
            {
                "provider_id": provider_id,
                "name": unit.name,
                "street": unit.street,
                "municipality_code": unit.municipality,
                "latitude": centre.latitude if unit.latitude is None else unit.latitude,
                "longitude": centre.longitude if unit.longitude is None else unit.longitude,
                "access": {},
            }
        )
    store_rows(session, ProviderUnit, rows)


def move_units(
    session: Session, provider_id: int, units: Iterable[RegisterUnit], centres: Mapping[str, Centre]
) -> None:
    """Move places to another address; without coordinates to the centre of the municipality."""
    for unit in units:
        centre = centres[unit.municipality]
        values: dict[str, Any] = {
            "municipality_code": unit.municipality,
            "latitude": centre.latitude if unit.latitude is None else unit.latitude,
            "longitude": centre.longitude if unit.longitude is None else unit.longitude,
            "version": ProviderUnit.version + 1,
        }
        if unit.street:
            values["street"] = unit.street
        moved = update(ProviderUnit).where(
            ProviderUnit.provider_id == provider_id, ProviderUnit.name == unit.name
        )
        session.execute(moved.values(values))


def store_account(
    session: Session, provider_id: int, *, iban: str, bic: str, actor: Actor, now: datetime
) -> None:
    """Store a new bank account, which a second person must confirm before anything is paid to it."""
    row = {
        "provider_id": provider_id,
        "iban": iban,
        "bic": bic,
        "entered_at": now,
        "entered_by": actor.person_id,
    }
    session.execute(insert(BankAccount).values(**row))
