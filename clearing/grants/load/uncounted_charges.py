"""Charges whose units are not in the books of their funding."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.grants.facts.uncounted_charge import UncountedCharge
from foundation.database.tables.charges import Charge
from foundation.database.tables.grants import Funding
from foundation.vocabulary.money import Quantity


def uncounted_charges(session: Session, funding_ids: Collection[int]) -> dict[int, list[UncountedCharge]]:
    """Return the accepted charges that moved no units, in order of id, by funding."""
    query = (
        select(Charge, Funding.cost_centre_id, Charge.status)
        .join(Funding, Funding.id == Charge.funding_id)
        .where(Charge.funding_id.in_(funding_ids), Charge.state == "accepted")
        .where(Charge.drawn_hundredths == 0, Charge.quantity_hundredths != 0)
        .order_by(Charge.id)
    )
    found: defaultdict[int, list[UncountedCharge]] = defaultdict(list)
    for row, cost_centre_id, status in session.execute(query):
        assert row.county_id is not None
        assert row.funding_id is not None
        charge = UncountedCharge(
            id=row.id,
            county_id=row.county_id,
            funding_id=row.funding_id,
            cost_centre_id=cost_centre_id,
            choice_id=row.choice_id,
            provider_id=row.provider_id,
            quantity=Quantity(row.quantity_hundredths or 0),
            is_correction=row.corrects_id is not None,
            is_settled=status == "settled" or bool(row.after_settlement),
        )
        found[row.funding_id].append(charge)
    return dict(found)
