"""Paid charges that their clients dispute, until somebody has corrected them or the client takes it back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from clearing.charges.load.charge_register import StoredCharge, charges_by_id
from clearing.charges.rules.disputes import answer_by
from foundation.database.tables.charge_answers import ChargeAnswer
from foundation.database.tables.charges import Charge
from foundation.vocabulary.dates import helsinki_day


@dataclass(frozen=True, slots=True)
class PaidDispute:
    """A paid charge, what its client says, and the last day to answer."""

    charge: StoredCharge
    why: str
    disputed_on: date

    @property
    def answer_by(self) -> date:
        """The third working day after the dispute."""
        return answer_by(self.disputed_on)


def with_charges(disputes: Iterable[PaidDispute], charges: Iterable[StoredCharge]) -> list[PaidDispute]:
    """Return the disputes with their charges as a reader may know them."""
    pairs = zip(disputes, charges, strict=True)
    return [PaidDispute(charge, dispute.why, dispute.disputed_on) for dispute, charge in pairs]


def paid_disputes(
    session: Session, *, county_id: int | None = None, provider_id: int | None = None, first: int, count: int
) -> list[PaidDispute]:
    """Return open disputes of paid charges of a county or a provider, the oldest first."""
    query = _open(county_id, provider_id).order_by(ChargeAnswer.answered_at, ChargeAnswer.id)
    rows = session.execute(query.offset(first).limit(count)).all()
    found = charges_by_id(session, [charge_id for charge_id, *_ in rows])
    return [PaidDispute(found[charge_id], why, helsinki_day(at)) for charge_id, why, at in rows]


def count_paid_disputes(
    session: Session, *, county_id: int | None = None, provider_id: int | None = None
) -> int:
    """Return the number of open disputes of paid charges of a county or a provider."""
    return session.scalar(select(func.count()).select_from(_open(county_id, provider_id).subquery())) or 0


def _open(county_id: int | None, provider_id: int | None) -> Select[*tuple[Any, ...]]:
    later, correction = aliased(ChargeAnswer), aliased(Charge)
    answered_again = select(later.id).where(
        later.charge_id == ChargeAnswer.charge_id, later.id > ChargeAnswer.id
    )
    corrected = select(correction.id).where(
        correction.corrects_id == Charge.id,
        correction.state == "accepted",
        correction.received_at >= ChargeAnswer.answered_at,
    )
    query = (
        select(Charge.id, ChargeAnswer.why, ChargeAnswer.answered_at)
        .join(Charge, Charge.id == ChargeAnswer.charge_id)
        .where(
            ChargeAnswer.answer == "disputed",
            Charge.status == "settled",
            ~answered_again.exists(),
            ~corrected.exists(),
        )
    )
    if county_id is not None:
        query = query.where(Charge.county_id == county_id)
    return query if provider_id is None else query.where(Charge.provider_id == provider_id)
