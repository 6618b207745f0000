"""Add a provider's offering of a service in a county, or edit what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from clearing.grants.load.municipalities import municipality_codes
from clearing.ledger.write.audit import record
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.identifiers import place_key
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.load.own_offerings import (
    OwnOffering,
    approved_for_offering,
    approved_municipalities,
    county_of_offering,
    lock_offering,
    offered_service,
    own_offering,
)
from marketplace.load.own_places import hold_place
from marketplace.rules.refusals import (
    MUNICIPALITY_NOT_APPROVED,
    MUNICIPALITY_UNKNOWN,
    OFFERING_UNKNOWN,
    PLACE_UNKNOWN,
    SERVICE_UNKNOWN,
)
from marketplace.write.offerings import store_offering, update_offering

EDITABLE = frozenset(
    {
        "title",
        "about",
        "languages",
        "municipalities",
        "remote",
        "communication",
        "home_visits",
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
    values: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> OwnOffering | Refusal:
    """Add an offering; the unit is the service's. Refused with `service_unknown`, `municipality_unknown`,
    `municipality_not_approved`, `place_unknown`.
    """
    found = offered_service(session, county, service)
    if found is None:
        return SERVICE_UNKNOWN
    county_id, service_id, unit, name = found
    texts = _editable(session, provider_id, values, county_id, now)
    if isinstance(texts, Refusal):
        return texts
    fixed = {"provider_id": provider_id, "county_id": county_id, "service_id": service_id, "unit": unit}
    empty = {"title": name, "languages": ["fi"], "municipalities": []}
    approved = approved_municipalities(session, provider_id, county_id, service_id)
    limited = _limited({**empty, **texts}, approved)
    if isinstance(limited, Refusal):
        return limited
    key = store_offering(session, {**limited, **fixed})
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
    return _stored(session, provider_id, key)


def edit_offering(
    session: Session,
    *,
    provider_id: int,
    offering_id: int,
    values: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> OwnOffering | Refusal:
    """Change what an offering says. Refused with `offering_unknown`, `municipality_unknown`,
    `municipality_not_approved`, `place_unknown`.
    """
    if not lock_offering(session, provider_id, offering_id):
        return OFFERING_UNKNOWN
    county_id = county_of_offering(session, offering_id)
    changes = _editable(session, provider_id, values, county_id, now)
    if isinstance(changes, Refusal):
        return changes
    if "municipalities" in changes:
        limited = _limited(changes, approved_for_offering(session, offering_id))
        if isinstance(limited, Refusal):
            return limited
        changes = limited
    if changes:
        update_offering(session, offering_id, changes)
        record(
            session,
            actor=actor,
            now=now,
            act="offering.edit",
            subject=("offering", offering_id),
            detail={"fields": sorted(changes)},
        )
    return _stored(session, provider_id, offering_id)


def _limited(columns: dict[str, Any], approved: Sequence[str]) -> dict[str, Any] | Refusal:
    """Return the columns with municipalities for which the provider is approved; none in both: everywhere."""
    if not approved:
        return columns
    served = columns["municipalities"] or list(approved)
    if not set(served) <= set(approved):
        return MUNICIPALITY_NOT_APPROVED
    return {**columns, "municipalities": served}


def _stored(session: Session, provider_id: int, offering_id: int) -> OwnOffering:
    stored = own_offering(session, provider_id, offering_id)
    assert stored is not None
    return stored


def _editable(
    session: Session, provider_id: int, values: Mapping[str, Any], county_id: int, now: datetime
) -> dict[str, Any] | Refusal:
    """Return the columns to set; municipalities, given by code or name, as the codes in force today."""
    columns = {name: value for name, value in values.items() if name in EDITABLE}
    if columns.get("municipalities"):
        known = municipality_codes(session, day=helsinki_day(now), county_id=county_id)
        codes = [known.get(place_key(place)) for place in columns["municipalities"]]
        if None in codes:
            return MUNICIPALITY_UNKNOWN
        columns["municipalities"] = list(dict.fromkeys(codes))
    place_id = columns.get("unit_id")
    if place_id is not None and not hold_place(session, provider_id, place_id):
        return PLACE_UNKNOWN
    return columns
