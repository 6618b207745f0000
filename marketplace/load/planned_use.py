"""What the choices of a funding plan to use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from foundation.database.tables.charges import Charge
from foundation.database.tables.counties import County
from foundation.vocabulary.money import Quantity
from marketplace.load.choices import MyChoice, choices_of_fundings
from marketplace.rules.other_plans import OtherPlan

_NOTHING = (Quantity(0), None)


@dataclass(frozen=True, slots=True)
class OtherPlans:
    """The plans in force of a funding's choices, and for how many days its county takes late charges."""

    in_force: tuple[OtherPlan, ...]
    late_days: int


def other_plans(session: Session, funding_id: int, day: date) -> OtherPlans:
    """Return the plans of the choices of a funding that are in force on a day or later."""
    choices = [choice for choice in choices_of_fundings(session, [funding_id]) if choice.is_live(day)]
    if not choices:
        return OtherPlans((), 0)
    own = County.id == choices[0].county_id
    late_days = session.scalars(select(func.late_days_on(County.id, day)).where(own)).one()
    return OtherPlans(plans_of(session, choices), late_days)


def plans_of(session: Session, choices: Sequence[MyChoice]) -> tuple[OtherPlan, ...]:
    """Return the plans of these choices, with the units that were charged on each."""
    charged = _charged(session, [choice.id for choice in choices])
    return tuple(
        [
            OtherPlan(
                choice_id=choice.id,
                first_day=choice.starts_on,
                last_day=max(choice.starts_on, choice.ends_on or choice.window_last_day),
                quantity=choice.quantity,
                quantity_per_week=choice.quantity_per_week,
                charged=charged.get(choice.id, _NOTHING)[0],
                charged_until=charged.get(choice.id, _NOTHING)[1],
                planned_cents=choice.planned_cents,
                held_cents=choice.held_cents,
            )
            for choice in choices
        ]
    )


def _charged(session: Session, choice_ids: Sequence[int]) -> dict[int, tuple[Quantity, date | None]]:
    query = (
        select(Charge.choice_id, func.sum(Charge.quantity_hundredths), func.max(Charge.service_day))
        .where(Charge.choice_id.in_(choice_ids), Charge.state.in_(("accepted", "settled")))
        .group_by(Charge.choice_id)
    )
    return {
        choice_id: (Quantity(int(quantity or 0)), until)
        for choice_id, quantity, until in session.execute(query)
        if choice_id is not None
    }
