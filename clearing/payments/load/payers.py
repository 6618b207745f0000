"""Counties as payers: whose account the money leaves."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select, text
from sqlalchemy.orm import Session

from foundation.database.tables.counties import County

SETTLING = 7_241_002
"""First half of the advisory lock under which a county's run is prepared; the second half is its id."""


@dataclass(frozen=True, slots=True)
class PayingCounty:
    """A county and the account it pays from. `letters`: those that its bank takes in names."""

    id: int
    code: str
    name: str
    iban: str
    bic: str
    letters: str = "nordic"


def paying_county(session: Session, code: str) -> PayingCounty | None:
    """The county with this code, or None."""
    return _county(session, County.code == code)


def county_paying(session: Session, county_id: int) -> PayingCounty | None:
    """The county with this id, or None."""
    return _county(session, County.id == county_id)


def first_county(session: Session) -> PayingCounty | None:
    """The county with the smallest code, or None."""
    first = session.scalar(select(County.id).order_by(County.code).limit(1))
    return None if first is None else county_paying(session, first)


def _county(session: Session, condition: ColumnElement[bool]) -> PayingCounty | None:
    query = select(County.id, County.code, County.name_fi, County.iban, County.bic, County.bank_letters)
    row = session.execute(query.where(condition)).one_or_none()
    return None if row is None else PayingCounty(*row)


def lock_settling(session: Session, county_id: int) -> None:
    """Let one transaction at a time prepare a run for the county."""
    session.execute(
        text("SELECT pg_advisory_xact_lock(:kind, :county)"), {"kind": SETTLING, "county": county_id}
    )
