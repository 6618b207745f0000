"""Moves of money between the vouchers of a client, for the client or for somebody who acts for the client."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from itertools import permutations

from sqlalchemy.orm import Session

from clearing.grants.load.budgets import budget_of, movable_budgets, pots_of
from clearing.grants.load.moves import DoneMove, PlannedMove, move_by_number, plan_move
from clearing.grants.rules.moved_amounts import MoveWish
from clearing.grants.rules.moving import most_to_move
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.load.fundings import MyFunding, fundings_of_clients


@dataclass(frozen=True, slots=True)
class ClientMoves:
    """The moves of one client. Whoever holds it has been recorded as a reader, or is the client."""

    session: Session
    client_id: int
    actor: Actor

    def movable_fundings(self, fundings: list[MyFunding]) -> dict[int, MyFunding]:
        """Return the fundings of budgets in which the client may move money, by id."""
        budgets = movable_budgets(self.session, self.client_id)
        by_id = {funding.facts.id: funding for funding in fundings if budgets}
        return {key: each for key, each in by_id.items() if budget_of(self.session, key)[0] in budgets}

    def most_to_move(self, sources: Collection[int], targets: Collection[int]) -> Money:
        """Return the largest sum that the client may move now from one of the fundings to another."""
        sums = [Money(0)]
        for budget_id, limit in movable_budgets(self.session, self.client_id).items():
            pots = pots_of(self.session, budget_id, lock=False)
            pairs = [pair for pair in permutations(pots, 2) if pair[0] in sources and pair[1] in targets]
            sums += [most_to_move(pots, source, target, limit) for source, target in pairs]
        return max(sums)

    def planned(
        self, source: MyFunding, target: MyFunding, wish: MoveWish, day: date
    ) -> PlannedMove | Refusal:
        """Return what a move would do, or why it is not possible; the caller has read both fundings."""
        return plan_move(
            self.session,
            source_id=source.facts.id,
            target_id=target.facts.id,
            wish=wish,
            day=day,
        )

    def done(self, number: int) -> tuple[DoneMove, MyFunding, MyFunding] | None:
        """Return a move with its fundings, if both are the client's and the actor may see them."""
        fundings = fundings_of_clients(self.session, [self.client_id])
        seen = {each.facts.id: each for each in fundings if self.actor.reaches(self.client_id, each.facts.id)}
        found = move_by_number(self.session, number, seen)
        return None if found is None else (found, seen[found.source_id], seen[found.target_id])
