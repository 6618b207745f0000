"""What is stored of municipalities, and what uses them."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from county_desk.rules.county_setup import CountySetup
from county_desk.rules.municipalities import KnownMunicipality, MunicipalityUse, municipality_refusals
from foundation.database.tables.clients import Client
from foundation.database.tables.counties import County, Municipality
from foundation.database.tables.provider_applications import ApplicationService
from foundation.database.tables.providers import Approval, Offering, ProviderUnit
from foundation.vocabulary.refusals import Refusal


def municipality_faults(
    session: Session, stored: CountySetup | None, planned: CountySetup
) -> tuple[Refusal, ...]:
    """Return what is wrong with the municipalities of planned settings, as they are stored and used now."""
    codes = [place.code for place in planned.municipalities]
    removed = sorted({place.code for place in stored.municipalities} - set(codes)) if stored else []
    uses = {code: municipality_use(session, code) for code in removed}
    return municipality_refusals(planned.code, _known(session, codes), uses)


def _known(session: Session, codes: Collection[str]) -> dict[str, KnownMunicipality]:
    rows = session.execute(
        select(Municipality.code, County.code, Municipality.ended_on)
        .join(County, County.id == Municipality.county_id)
        .where(Municipality.code.in_(codes))
    )
    return {code: KnownMunicipality(county, ended_on) for code, county, ended_on in rows}


def municipality_use(session: Session, code: str) -> MunicipalityUse:
    """Return how many rows name a municipality."""

    def count(condition: ColumnElement[bool]) -> int:
        return session.scalars(select(func.count()).where(condition)).one()

    waits = ApplicationService.state == "pending"
    return MunicipalityUse(
        clients=count(Client.municipality_code == code),
        places=count(ProviderUnit.municipality_code == code),
        offerings=count(Offering.municipalities.contains([code])),
        approvals=count(Approval.municipalities.contains([code])),
        applications=count(waits & ApplicationService.municipalities.contains([code])),
        former=count(Municipality.successor_code == code),
    )
