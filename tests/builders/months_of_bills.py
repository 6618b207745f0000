"""Two more clients who owe the provider of a correction scenario something for the same month."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from clearing.charges.actions.take_in_charges import take_in_charges
from foundation.database.tables.choices import Choice
from foundation.database.tables.counties import County
from foundation.database.tables.providers import Offering
from tests.builders.correction import VALUES, CorrectionScenario
from tests.builders.county import NOW, TODAY
from tests.builders.funding import a_charge, a_choice, a_client, a_funding


def two_more_clients(session: Session, scenario: CorrectionScenario) -> list[int]:
    """Charge two hours to each of two more clients: 12 € of own share each; return the clients' ids."""
    county = session.get_one(County, scenario.settlement.county.id)
    offering = session.get_one(Offering, session.get_one(Choice, scenario.choice.id).offering_id)
    found = []
    for _ in range(2):
        client = a_client(session, county)
        terms: dict[str, Any] = {"unit_values": VALUES, "quantity_hundredths": 1_000_000}
        funding = a_funding(session, county, client, amount_cents=100_000, **terms)
        a_choice(session, funding, offering, held_cents=50_000, held_hundredths=500_000)
        sent = a_charge(funding, quantity="2.00", service_day=TODAY.replace(day=2).isoformat())
        [answer] = take_in_charges(
            session,
            provider_id=scenario.provider_id,
            sent=[sent],
            actor=scenario.settlement.biller,
            now=NOW,
        )
        assert answer.outcome == "accepted", answer.findings
        found.append(client.id)
    return found
