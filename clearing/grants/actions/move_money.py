"""Move a client's free money from one funding of a personal budget to another."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.grants.load.budgets import budget_of, pots_of
from clearing.grants.load.fundings import client_of
from clearing.grants.load.moves import newest_move
from clearing.grants.rules.move_preview import move_postings
from clearing.grants.rules.moved_amounts import MoveAmounts, MoveWish, amounts_of
from clearing.grants.rules.moving import MoveRefusalCode, Pot, left_to_move, why_not_moved
from clearing.ledger.load.balances import Balance, balance_of
from clearing.ledger.write.audit import record
from clearing.ledger.write.postings import post
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor


@dataclass(frozen=True, slots=True)
class Moved:
    """What moved, both balances after it, what may still be moved in the budget, and the move's number."""

    amounts: MoveAmounts

    source: Balance
    target: Balance
    left_to_move_cents: Money
    number: int


def move_money(
    session: Session, *, source_id: int, target_id: int, wish: MoveWish, actor: Actor, now: datetime
) -> Moved | Refusal:
    """Move free money, and the units that go with it, under the locks of the budget's fundings.

    The caller has checked that the actor may.
    """
    budget_id, up_to = budget_of(session, source_id)
    if budget_id is None or up_to == 0:
        return Refusal(MoveRefusalCode.NOT_ONE_BUDGET, "to")
    pots = pots_of(session, budget_id, lock=True)
    if refusal := why_not_moved(pots, source_id, target_id, wish, up_to, helsinki_day(now)):
        return refusal
    source, target = pots[source_id], pots[target_id]
    amounts = amounts_of(source.funding, target.funding, wish)
    post(session, [move_postings(source, target, amounts)], at=now)
    _audit(session, source, target, amounts, actor, now)
    left = left_to_move(pots_of(session, budget_id, lock=False), up_to)
    number = newest_move(session, source_id, target_id)
    balances = balance_of(session, source_id), balance_of(session, target_id)
    return Moved(amounts, *balances, left, number)


def _audit(
    session: Session, source: Pot, target: Pot, amounts: MoveAmounts, actor: Actor, now: datetime
) -> None:
    units = {"units_out": amounts.units_out, "units_into": amounts.units_into}
    record(
        session,
        actor=actor,
        now=now,
        act="budget.move",
        subject=("funding", source.funding.voucher),
        county_id=source.funding.county_id,
        client_id=client_of(session, source.funding.id),
        detail={
            "to": target.funding.voucher,
            "amount_cents": amounts.cents,
            **{name: count for name, count in units.items() if count},
        },
    )
