"""R-29 over what is stored: timed visits and hours without times both fill a worker's day."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from clearing.charges.actions.take_in_charges import take_in_charges
from foundation.vocabulary.roles import Role
from tests.builders import (
    NOW,
    a_charge,
    a_person,
)
from tests.builders.chosen_offering import a_chosen_offering

DAY = date(2026, 11, 3).isoformat()
TIMED = {"start": "06:00", "end": "18:01", "quantity": "12.02"}
UNTIMED = {"quantity": "12.02"}


@pytest.mark.parametrize("first", [TIMED, UNTIMED])
@pytest.mark.parametrize(("hours", "outcome"), [("1.98", "accepted"), ("2.00", "on_hold")])
def test_a_stored_charge_fills_the_day(
    session: Session, first: dict[str, str], hours: str, outcome: str
) -> None:
    chosen = a_chosen_offering(session, held_cents=0)
    provider_id = chosen.provider.id
    biller = a_person(session, Role.PROVIDER_BILLER, provider_id=provider_id)
    answers = []
    for reference, times in (("A", first), ("B", {"quantity": hours})):
        sent = a_charge(chosen.funding, reference=reference, service_day=DAY, worker="Anna") | times
        answers += take_in_charges(session, provider_id=provider_id, sent=[sent], actor=biller, now=NOW)
    assert [answer.outcome for answer in answers] == ["accepted", outcome]
