"""Grants and choices, written by the actions of the program, each on its own day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select

from clearing.grants.actions.change_funding_state import FundingStateChanged, change_funding_state
from clearing.grants.actions.receive_decision import DecisionReceived, receive_decision
from clearing.grants.facts.decision import DecidedClient, DecisionDocument
from clearing.grants.facts.kinds import FundingState as State
from clearing.plans.facts.plan import VisitId
from foundation.database.tables.grants import DecisionState, Funding, FundingState
from foundation.vocabulary.dates import ONE_DAY
from foundation.vocabulary.languages import Language
from foundation.vocabulary.refusals import not_refused
from foundation.vocabulary.roles import Role
from marketplace.actions.change_visit import change_visit
from marketplace.actions.choose_offering import Chosen, choose_offering
from marketplace.actions.end_choice import end_choice
from marketplace.actions.pause_plan import DaysAway, pause_plan
from marketplace.load.choices import choice_by_id
from marketplace.rules.visit_changes import VisitWish
from marketplace.rules.wishes import Wish
from worlds.clients import WrittenClient
from worlds.grant_plans import ChoicePlan, DecisionPlan, FundingPlan
from worlds.providers import WrittenProvider
from worlds.world import World

LEGAL_BASIS = "Laki sosiaali- ja terveydenhuollon palvelusetelistä 569/2009"
WHY_STATE = {
    "paused": "Asiakas on sairaalassa.",
    "open": "Palvelu jatkuu.",
    "closed": "Asiakas ei enää tarvitse palvelua.",
    "revoked": "Päätös on peruutettu.",
}


class SeedError(Exception):
    """The program refused a step of a world: the world and the rules disagree."""


class Granting:
    """Writes decisions one after another, with running numbers."""

    def __init__(
        self, world: World, clients: Sequence[WrittenClient], providers: Mapping[int, WrittenProvider]
    ) -> None:
        self.world = world
        self.clients = clients
        self.providers = providers
        self.count = 0

    def write(self, plan: DecisionPlan) -> Mapping[str, str]:
        """Write a decision with its choices and states; return the vouchers by external id."""
        client = self.clients[plan.client - 1]
        number, vouchers = self._grant(plan, client)
        for funding in plan.fundings:
            funding_id = self._funding_id(vouchers[funding.decided.external_id])
            for choice in funding.choices:
                self._choose(client, funding_id, choice)
            self._states(client, funding_id, funding)
        self.world.session.add_all(
            DecisionState(county_id=client.county.id, number=number, state=state.value, from_day=first)
            for state, first in plan.states
        )
        self.world.session.flush()
        return vouchers

    def _grant(self, plan: DecisionPlan, client: WrittenClient) -> tuple[str, Mapping[str, str]]:
        self.count += 1
        worker = self.world.actor_of(Role.WORKER, client.county.id)
        document = DecisionDocument(
            number=f"HVA{client.county.code}/{plan.decided_on.year}/{self.count:05d}",
            county=client.county.code,
            decided_on=plan.decided_on,
            decided_by=worker.name,
            legal_basis=LEGAL_BASIS,
            cost_centre=plan.cost_centre,
            client=DecidedClient(
                client.number, client.name, client.municipality.code, Language(client.language)
            ),
            fundings=tuple(funding.decided for funding in plan.fundings),
            personal_budget=plan.budget,
        )
        answer = receive_decision(
            self.world.session,
            document,
            actor=worker,
            now=self.world.at(plan.decided_on),
            random_bits=self.world.random.getrandbits,
        )
        if not isinstance(answer, DecisionReceived):
            raise SeedError(f"{document.fundings[0].external_id}: {answer.reasons}")
        return document.number, answer.vouchers

    def _funding_id(self, voucher: str) -> int:
        return self.world.session.scalars(select(Funding.id).where(Funding.voucher == voucher)).one()

    def _choose(self, client: WrittenClient, funding_id: int, plan: ChoicePlan) -> None:
        provider = self.providers[plan.provider]
        answer = choose_offering(
            self.world.session,
            funding_id=funding_id,
            offering_id=provider.offerings[client.county.id, plan.service],
            wish=Wish(plan.starts_on, plan.ends_on, plan.quantity, plan.quantity_per_week, plan.timed),
            actor=client.actor,
            now=self.world.at(plan.starts_on),
        )
        if not isinstance(answer, Chosen):
            codes = [answer.code, *(reason.code for reason in answer.reasons)]
            raise SeedError(f"client {client.number}, provider {plan.provider}, {plan.service}: {codes}")
        self._live_by(client, answer.choice_id, plan)
        if plan.ended_on is not None:
            choice = choice_by_id(self.world.session, answer.choice_id)
            assert choice is not None
            now = self.world.at(plan.ended_on)
            not_refused(end_choice(self.world.session, choice=choice, actor=client.actor, now=now))

    def _live_by(self, client: WrittenClient, choice_id: int, plan: ChoicePlan) -> None:
        """Be away, and move a visit, as the client does today."""
        session, actor, now = self.world.session, client.actor, self.world.at(self.world.today)
        if plan.away is not None:
            away = DaysAway(plan.away.first, plan.away.last, choice_id)
            client_id = min(actor.client_ids)
            not_refused(pause_plan(session, client_id=client_id, away=away, actor=actor, now=now))
        if plan.moves is not None:
            visit = VisitId(choice_id, plan.moves, 1)
            wish = VisitWish(plan.moves + ONE_DAY)
            not_refused(change_visit(session, visit=visit, wish=wish, actor=actor, now=now))

    def _states(self, client: WrittenClient, funding_id: int, plan: FundingPlan) -> None:
        worker = self.world.actor_of(Role.WORKER, client.county.id)
        if plan.opens_on is not None:
            self._open_late(funding_id, plan.decided.window.first, plan.opens_on)
        for state, first in plan.states:
            why, now = WHY_STATE[state.value], self.world.at(first)
            changed = change_funding_state(
                self.world.session, funding_id, state=state, from_day=first, why=why, actor=worker, now=now
            )
            if not isinstance(changed, FundingStateChanged):
                raise SeedError(f"{plan.decided.external_id}: {changed}")

    def _open_late(self, funding_id: int, first: date, opens_on: date) -> None:
        """Write the states of a voucher that opened after its first day; only an import can do that."""
        self.world.session.add_all(
            FundingState(funding_id=funding_id, state=state.value, from_day=day, set_at=self.world.at(day))
            for state, day in ((State.GRANTED, first), (State.OPEN, opens_on))
        )
        self.world.session.flush()
