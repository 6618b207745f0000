"""Moves of money between fundings: what one would do, and what one has done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clearing.grants.load.budgets import budget_of, pots_of
from clearing.grants.rules.move_preview import MovePreview, preview_move
from clearing.grants.rules.moved_amounts import MoveWish
from clearing.grants.rules.moving import MoveRefusalCode, why_not_moved
from clearing.ledger.rules.postings import Account, Event
from foundation.database.tables.ledger import Posting
from foundation.vocabulary.money import Money, Quantity
from foundation.vocabulary.refusals import Refusal


@dataclass(frozen=True, slots=True)
class PlannedMove:
    """What a move would do now; `newest` is the number of the newest move of either funding, 0 if none."""

    preview: MovePreview
    newest: int

    @property
    def mark(self) -> str:
        """Return a text that is another one as soon as the move would do something else."""
        return sha256(repr((self.preview, self.newest)).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class DoneMove:
    """A move that was made; units are 0 for a funding that is not granted in units."""

    number: int
    at: datetime
    source_id: int
    target_id: int
    amount_cents: Money
    source_units: Quantity
    target_units: Quantity

    @property
    def back(self) -> MoveWish:
        """What moves back all that was moved."""
        return MoveWish(self.amount_cents, self.target_units, self.source_units)


def plan_move(
    session: Session, *, source_id: int, target_id: int, wish: MoveWish, day: date, lock: bool = False
) -> PlannedMove | Refusal:
    """Return what a move would do, or the first reason against it.

    Args:
        lock: Lock the budget's fundings until the transaction ends, so that the move does what is returned.
    """
    budget_id, up_to = budget_of(session, source_id)
    if budget_id is None or up_to == 0:
        return Refusal(MoveRefusalCode.NOT_ONE_BUDGET, "to")
    pots = pots_of(session, budget_id, lock=lock)
    if refusal := why_not_moved(pots, source_id, target_id, wish, up_to, day):
        return refusal
    preview = preview_move(pots, source_id, target_id, wish, up_to)
    return PlannedMove(preview, newest_move(session, source_id, target_id))


def newest_move(session: Session, *funding_ids: int) -> int:
    """Return the number of the newest move of one of the fundings; 0 if there is none."""
    query = select(func.max(Posting.transaction_id)).where(
        Posting.funding_id.in_(funding_ids), Posting.event == Event.MOVE.value
    )
    return session.scalar(query) or 0


def move_by_number(session: Session, number: int, funding_ids: Iterable[int]) -> DoneMove | None:
    """Return the move with this transaction number between two of the fundings."""
    query = select(Posting).where(
        Posting.funding_id.in_(list(funding_ids)),
        Posting.transaction_id == number,
        Posting.event == Event.MOVE.value,
    )
    by_side = {row.from_account == Account.FREE.value: row for row in session.scalars(query)}
    if len(by_side) < 2:
        return None
    source, target = by_side[True], by_side[False]
    assert source.funding_id is not None
    assert target.funding_id is not None
    return DoneMove(
        number=number,
        at=source.at,
        source_id=source.funding_id,
        target_id=target.funding_id,
        amount_cents=Money(source.amount_cents),
        source_units=Quantity(source.quantity_hundredths),
        target_units=Quantity(target.quantity_hundredths),
    )
