"""The money and units that a stored charge drew, for giving it back."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from sqlalchemy import ARRAY, BigInteger, Row, any_, literal, select
from sqlalchemy.orm import Session

from clearing.charges.rules.withdrawal import Drawn
from foundation.database.tables import charges, choices
from foundation.vocabulary.money import Money, Quantity


def drawn_of(session: Session, charge_id: int, *, today: date) -> Drawn:
    """Return what an accepted charge drew. Its choice lives unless it has ended or its last day is past."""
    return drawn_by(session, [charge_id], today=today)[0]


def drawn_by(session: Session, charge_ids: Sequence[int], *, today: date) -> list[Drawn]:
    """Return what each of these accepted charges drew, by id."""
    row, choice = charges.Charge, choices.Choice
    found = session.execute(
        select(
            row.id,
            row.county_id,
            row.funding_id,
            row.provider_id,
            row.choice_id,
            row.from_held_cents,
            row.county_pays_cents,
            row.drawn_hundredths,
            row.from_held_hundredths,
            choice.ended_at,
            choice.ends_on,
        )
        .outerjoin(choice, choice.id == row.choice_id)
        .where(row.id == any_(literal(list(charge_ids), ARRAY(BigInteger))))
        .order_by(row.id)
    )
    return [_drawn(charge, today) for charge in found]


def _drawn(found: Row[*tuple[Any, ...]], today: date) -> Drawn:
    is_past = found.ends_on is not None and found.ends_on < today
    return Drawn(
        charge_id=found.id,
        county_id=cast(int, found.county_id),
        funding_id=cast(int, found.funding_id),
        provider_id=found.provider_id,
        choice_id=found.choice_id,
        from_held_cents=Money(found.from_held_cents),
        county_pays_cents=Money(found.county_pays_cents or 0),
        choice_lives=found.choice_id is not None and found.ended_at is None and not is_past,
        drawn_quantity=Quantity(found.drawn_hundredths),
        from_held_quantity=Quantity(found.from_held_hundredths),
    )
