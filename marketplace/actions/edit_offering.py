"""A provider adds an offering of a service in a county, or edits its texts and terms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from foundation.vocabulary.roles import Actor
from marketplace.load.own_offerings import OwnOffering, lock_offering, offered_service, own_offering
from marketplace.write.offerings import store_offering, update_offering

EDITABLE = frozenset(
    {
        "title",
        "about",
        "languages",
        "municipalities",
        "remote",
        "next_free_on",
        "cancel_notice_hours",
        "cancel_share_percent",
        "unit_id",
        "published",
    }
)
"""Columns of an offering that its provider may set; service, county and unit never change."""


def add_offering(
    session: Session,
    *,
    provider_id: int,
    county: str,
    service: str,
    said: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> OwnOffering | None:
    """Add an offering, measured in the service's unit; None if the county does not offer the service."""
    found = offered_service(session, county, service)
    if found is None:
        return None
    county_id, service_id, unit, name = found
    fixed = {"provider_id": provider_id, "county_id": county_id, "service_id": service_id, "unit": unit}
    empty = {"title": name, "languages": ["fi"], "municipalities": []}
    key = store_offering(session, {**empty, **_editable(said), **fixed})
    subject = ("offering", key)
    record(
        session,
        actor=actor,
        now=now,
        act="offering.add",
        subject=subject,
        county_id=county_id,
        detail={"service": service},
    )
    return own_offering(session, provider_id, key)


def edit_offering(
    session: Session,
    *,
    provider_id: int,
    offering_id: int,
    said: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> OwnOffering | None:
    """Change the texts and terms of an offering; None if it does not exist or belongs to another provider."""
    if not lock_offering(session, provider_id, offering_id):
        return None
    values = _editable(said)
    if values:
        update_offering(session, offering_id, values)
        record(
            session,
            actor=actor,
            now=now,
            act="offering.edit",
            subject=("offering", offering_id),
            detail={"fields": sorted(values)},
        )
    return own_offering(session, provider_id, offering_id)


def _editable(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if name in EDITABLE}
