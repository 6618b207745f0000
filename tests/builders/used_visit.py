"""A visit that was given, and that its client called right."""

from __future__ import annotations

from foundation.database.tables.charge_answers import ChargeAnswer
from foundation.database.tables.charges import Charge, ChargeReason
from tests.builders.client_api import ClientApi
from tests.builders.county import NOW


def used_visit(api: ClientApi) -> Charge:
    """Let the client's held charge be accepted and called right. The books say nothing of it."""
    charge = api.session.get_one(Charge, api.charge)
    api.session.query(ChargeReason).filter_by(charge_id=charge.id).delete()
    charge.state = "accepted"
    api.session.add(
        ChargeAnswer(county_id=charge.county_id, charge_id=charge.id, answer="confirmed", answered_at=NOW)
    )
    api.session.commit()
    return charge
