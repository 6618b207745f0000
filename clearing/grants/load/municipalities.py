"""Municipalities as they are named: by code and name, an ended one as the one that took its place."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.grants.rules.municipalities import NamedMunicipality, codes_by_name
from foundation.database.tables.counties import Municipality


def municipality_codes(session: Session, *, day: date, county_id: int | None = None) -> Mapping[str, str]:
    """Return the code in force on the day by `place_key` of each code and name, in one county or in all."""
    query = select(
        Municipality.code,
        Municipality.name_fi,
        Municipality.name_sv,
        Municipality.ended_on,
        Municipality.successor_code,
    )
    if county_id is not None:
        query = query.where(Municipality.county_id == county_id)
    return codes_by_name([NamedMunicipality(*row) for row in session.execute(query)], day)
