"""M10: 500 random corrections, before and after settlement, also of corrections."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from clearing.charges.facts.answers import ChargeAnswer
from clearing.upkeep.actions.verify_books import verify_books
from foundation.database.tables.charges import Charge
from tests.builders.correction import CorrectionScenario, a_correction_scenario
from tests.builders.county import TODAY


def frozen_rows(scenario: CorrectionScenario) -> dict[int, str]:
    """Every row as text, without what settling itself writes."""
    rows = scenario.session.execute(text("SELECT id, to_jsonb(charge)::text FROM charge"))
    return {int(row[0]): str(row[1]) for row in rows}


def total(scenario: CorrectionScenario) -> int:
    query = select(func.sum(Charge.county_pays_cents)).where(Charge.funding_id == scenario.funding.id)
    return int(scenario.session.scalar(query) or 0)


@pytest.mark.parametrize(
    ("corrections", "min_refused"), [(100, 1), pytest.param(500, 20, marks=pytest.mark.long)]
)
def test_random_corrections_leave_old_rows_and_all_totals_true(
    session: Session, corrections: int, min_refused: int
) -> None:
    """M10: before and after settlement, also of corrections."""
    chance, scenario = random.Random(20261121), a_correction_scenario(session, amount_cents=2_000_000)
    keys = [scenario.charge(f"{n % 3 + 1}.{n % 7}5", TODAY - timedelta(days=1 + n)) for n in range(50)]
    done = refused = 0
    while done < corrections:
        target = chance.choice(keys)
        way = chance.choice(["quantity", "price_cents", "all"])
        before = frozen_rows(scenario)
        answer = scenario.try_to(target, **({} if way == "all" else {way: chance.randint(1, 120)}))  # type: ignore[arg-type]
        assert isinstance(answer, ChargeAnswer)
        if answer.outcome == "refused":
            refused += 1
            continue
        done += 1
        assert answer.id is not None
        keys.append(answer.id)
        after = frozen_rows(scenario)
        assert {key: after[key] for key in before} == before
        _, _, charged, settled = scenario.money()
        assert charged + settled == total(scenario)
        if done % 50 == 0:
            scenario.settle()
            assert verify_books(session).differences == ()
    assert refused > min_refused
    assert verify_books(session).differences == ()
    check_totals(session)


def check_totals(session: Session) -> None:
    """Check that runs pay what their charges add up to, and that no charge nets below zero."""
    sums = text(
        "SELECT sum(county_pays_cents + co_payment_cents - price_cents), "
        "(SELECT sum(sum_cents) FROM settlement s JOIN payment_run r ON r.id = s.run_id "
        "WHERE r.state <> 'cancelled'), sum(county_pays_cents) "
        "FILTER (WHERE id IN (SELECT charge_id FROM settlement_charge)) FROM charge"
    )
    off, of_runs, of_charges = session.execute(sums).one()
    assert (off, of_runs) == (0, of_charges)
    lowest = text(
        "SELECT min(p), min(q), min(c) FROM (SELECT sum(price_cents) p, sum(quantity_hundredths) q, "
        "sum(co_payment_cents) c FROM charge GROUP BY coalesce(original_id, id)) nets"
    )
    assert min(session.execute(lowest).one()) >= 0
