"""A client's data, opened for the client or for somebody who acts for the client."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.charges.disputes.facts.thread import Thread
from clearing.charges.disputes.load.threads import threads_of
from clearing.disclosure.actions.disclose import disclose
from clearing.disclosure.facts.looks import ClientKey, Look
from clearing.disclosure.facts.purposes import Purpose
from clearing.grants.load.budgets import movable_budgets
from clearing.plans.facts.plan import VisitId, VisitPlan
from clearing.plans.load.visit_plans import visit_plans
from clearing.plans.rules.cancelling import CancellationTerms
from clearing.upkeep.load.alerts import AlertEntry, alerts_of_client
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.roles import Actor, Role
from marketplace.disclosure.client_helpers import ClientHelpers
from marketplace.disclosure.client_requests import ClientRequests
from marketplace.disclosure.look_log import LookLog
from marketplace.disclosure.moves import ClientMoves
from marketplace.load.cards import ClientCard, card_in_force
from marketplace.load.charges import (
    MyCharge,
    charge_by_id,
    charges_of_fundings,
    charges_waiting_for_answer,
    count_charges,
    oldest_charge_to_answer,
)
from marketplace.load.choices import MyChoice, choice_by_id, choices_of_fundings
from marketplace.load.funding_views import FundingView, funding_view, funding_views
from marketplace.load.fundings import MyFunding, funding_with_id, fundings_of_clients, holder_of_voucher
from marketplace.load.late_visits import Away, LateVisit, late_visits
from marketplace.load.listed_visit import ListedVisit
from marketplace.load.mandates import (
    ClientEntry,
    clients,
    may_choose,
    may_confirm,
    may_move,
    may_propose,
    may_write,
)
from marketplace.load.messages import unread_by_client
from marketplace.load.month_letter import MonthLetter, month_letter
from marketplace.load.movements import funding_movements
from marketplace.load.pauses import Pause, pauses_of_client
from marketplace.load.planned_course import planned_days
from marketplace.load.proposals import Comment, MyProposal, comments_of, proposal_by_id, proposals_of_client
from marketplace.load.reach import providers_reached, reaches_service, services_reached
from marketplace.load.shortlists import shortlist_of
from marketplace.load.support_plans import GoalEntry, PlanEntry, goal_to_look_back, plan_of_client
from marketplace.load.video_links import with_links
from marketplace.load.visit_list import cancellation_of, running_visits_of_clients, visit_by_id
from marketplace.load.wishes_of_clients import KeptWish, wish_of_choice
from marketplace.rules.movements import Movement
from marketplace.rules.weekly_course import PlannedDay


@dataclass(frozen=True, slots=True)
class ClientData:
    """The data of one client. Whoever holds it has been recorded as a reader, or is the client.

    Its methods return rows of this client only.
    """

    session: Session
    client: ClientEntry
    actor: Actor

    def may_choose(self, day: date) -> bool:
        """Return whether the actor may choose for the client."""
        return may_choose(self.session, self.actor, self.client.id, day)

    def may_move(self, day: date) -> bool:
        """Return whether the actor may move the client's money."""
        return may_move(self.session, self.actor, self.client.id, day)

    def may_write(self, day: date) -> bool:
        """Return whether the actor may exchange messages."""
        return may_write(self.session, self.actor, self.client.id, day)

    def may_confirm(self, day: date) -> bool:
        """Return whether the actor may answer the client's charges."""
        return may_confirm(self.session, self.actor, self.client.id, day)

    def fundings(self) -> list[MyFunding]:
        """Return the client's fundings that the actor may see, those that end first before the others."""
        found = fundings_of_clients(self.session, [self.client.id])
        return [funding for funding in found if self._sees(funding.facts.id)]

    def _sees(self, funding_id: int) -> bool:
        """Return whether the actor may see the client's funding: a mandate may be limited to some."""
        return self.actor.reaches(self.client.id, funding_id)

    def _owns(self, row: MyChoice | MyCharge | MyProposal | Thread) -> bool:
        """Return whether a row is this client's, and on a funding that the actor may see."""
        return row.client_id == self.client.id and self._sees(row.funding_id)

    def may_propose(self, day: date) -> bool:
        """Return whether the actor may propose offerings to the client."""
        return may_propose(self.session, self.actor, self.client.id, day)

    def proposals(self, day: date, *, only_open: bool = False) -> list[MyProposal]:
        """Return the proposals for the vouchers that the actor may see, the newest first."""
        found = proposals_of_client(self.session, self.client.id, day, only_open=only_open)
        return [proposal for proposal in found if self._sees(proposal.funding_id)]

    def proposal(self, proposal_id: int, day: date) -> MyProposal | None:
        """Return the proposal with this id, if it is the client's and for such a voucher."""
        found = proposal_by_id(self.session, proposal_id, day)
        return found if found is not None and self._owns(found) else None

    def comments(self, proposal: MyProposal) -> list[Comment]:
        """Return what the client and the circle have said about a proposal."""
        return comments_of(self.session, proposal.id)

    def wish(self, choice_id: int) -> KeptWish | None:
        """Return what the client wanted when a guardian made the choice; the caller has read the choice."""
        return wish_of_choice(self.session, choice_id)

    @property
    def helpers(self) -> ClientHelpers:
        """Return who acts for the client."""
        return ClientHelpers(self.session, self.client.id)

    def funding(self, voucher: str) -> MyFunding | None:
        """Return the client's funding with this (normalised) code."""
        holder = holder_of_voucher(self.session, voucher)
        if holder is None or holder.client_id != self.client.id or not self._sees(holder.funding_id):
            return None
        return funding_with_id(self.session, holder.funding_id)

    def views(self, day: date) -> list[FundingView]:
        """Return the client's fundings as the pages show them."""
        return funding_views(self.session, self.fundings(), day)

    def view(self, funding: MyFunding, day: date) -> FundingView:
        """Return one of the client's fundings as the pages show it."""
        return funding_view(self.session, funding, day)

    def choice(self, choice_id: int) -> MyChoice | None:
        """Return the client's choice with this id."""
        found = choice_by_id(self.session, choice_id)
        return found if found is not None and self._owns(found) else None

    def living_choices(self, fundings: list[MyFunding], day: date) -> list[MyChoice]:
        """Return the choices on the fundings that are in force on a day or later."""
        ids = [funding.facts.id for funding in fundings]
        return [choice for choice in choices_of_fundings(self.session, ids) if choice.is_live(day)]

    def visits(self, window: DateWindow, now: datetime) -> list[ListedVisit]:
        """Return the client's planned visits on the days of a window, in order of their time."""
        found = running_visits_of_clients(self.session, [self.client.id], window, now)
        return with_links(self.session, [each for each in found if self._sees(each.choice.funding_id)])

    def visit(self, visit_id: VisitId, now: datetime) -> ListedVisit | None:
        """Return the client's planned visit with this id."""
        found = visit_by_id(self.session, visit_id, now)
        if found is None or found.client_id != self.client.id or not self._sees(found.choice.funding_id):
            return None
        return found

    def cancellation(self, visit: ListedVisit, day: date) -> CancellationTerms | None:
        """Return what cancelling a visit would mean; None if it can no longer be charged."""
        return cancellation_of(self.session, visit, day)

    def late_visits(self, away: Away, choice_id: int | None, now: datetime) -> tuple[LateVisit, ...]:
        """Return the visits that days away would leave out too late to be free of charge."""
        ids = [funding.facts.id for funding in self.fundings()]
        return late_visits(self.session, ids, away, now, choice_id=choice_id)

    def pauses(self) -> list[Pause]:
        """Return the client's days away in order of their first day, those of choices that the actor sees."""
        found = pauses_of_client(self.session, self.client.id)
        return [pause for pause in found if pause.funding_id is None or self._sees(pause.funding_id)]

    def plans(self, choice_ids: Collection[int]) -> dict[int, VisitPlan]:
        """Return the visit plans of choices of the client that the caller has, by choice id."""
        return visit_plans(self.session, choice_ids)

    def planned_days(self, funding: MyFunding, day: date) -> list[PlannedDay]:
        """Return what the visits of a funding's choices plan to use, day by day."""
        return planned_days(self.session, funding.facts, day)

    def charge(self, charge_id: int) -> MyCharge | None:
        """Return the client's charge with this id."""
        found = charge_by_id(self.session, charge_id)
        return found if found is not None and self._owns(found) else None

    def threads(self, charge_ids: Collection[int]) -> dict[int, Thread]:
        """Return what has been said about the client's charges, by charge id."""
        found = threads_of(self.session, charge_ids)
        return {key: thread for key, thread in found.items() if self._owns(thread)}

    def charges(self, fundings: list[MyFunding], *, first: int, count: int) -> list[MyCharge]:
        """Return a page of the charges on the fundings, newest service day first."""
        ids = [funding.facts.id for funding in fundings]
        return charges_of_fundings(self.session, ids, first=first, count=count)

    def charge_count(self, fundings: list[MyFunding]) -> int:
        """Return the number of charges on the fundings."""
        return count_charges(self.session, [funding.facts.id for funding in fundings])

    def charges_to_answer(self, fundings: list[MyFunding], since: date) -> int:
        """Return the number of accepted charges since a day that the client has not answered."""
        return charges_waiting_for_answer(self.session, [funding.facts.id for funding in fundings], since)

    def may_move_money(self) -> bool:
        """Return whether a decision lets the client move money."""
        return bool(movable_budgets(self.session, self.client.id))

    def next_charge_to_answer(self, fundings: list[MyFunding], since: date) -> MyCharge | None:
        """Return the oldest of those charges; None if there is none."""
        return oldest_charge_to_answer(self.session, [funding.facts.id for funding in fundings], since)

    @property
    def moves(self) -> ClientMoves:
        """Return the moves of money between the client's fundings that the actor may see."""
        return ClientMoves(self.session, self.client.id, self.actor)

    def movements(self, funding: MyFunding) -> list[Movement]:
        """Return the movements of one of the client's fundings, the oldest first."""
        return funding_movements(self.session, [funding])[funding.facts.id]

    def letter(self, month: DateWindow, day: date) -> MonthLetter:
        """Return the letter of a month about the client's vouchers that the actor may see."""
        letter = month_letter(self.session, self.client, month, day)
        seen = [each for each in letter.fundings if self._sees(each.view.funding.facts.id)]
        return replace(letter, fundings=tuple(seen))

    def card(self) -> ClientCard | None:
        """Return the client's card, which finds all vouchers; None without one, or for a limited mandate."""
        return card_in_force(self.session, self.client.id) if self.is_for_all else None

    def support_plan(self) -> PlanEntry | None:
        """Return the client's plan; for somebody else only if the client shares it with helpers."""
        plan = plan_of_client(self.session, self.client.id)
        if plan is None or self.actor.role is Role.CLIENT or plan.shared_with_helpers_at is not None:
            return plan
        return None

    def goal_to_look_back(self, day: date) -> GoalEntry | None:
        """Return the goal whose day to look back has come; None if there is none."""
        return goal_to_look_back(self.session, self.client.id, day)

    def alerts(self) -> list[AlertEntry]:
        """Return the open early warnings about the client, for the vouchers that the actor may see."""
        found = alerts_of_client(self.session, self.client.id)
        return [alert for alert in found if self._sees(alert.funding_id)]

    def shortlist(self) -> list[int]:
        """Return the ids of the offerings that are kept for the client."""
        services = services_reached(self.session, self.actor, self.client.id)
        return shortlist_of(self.session, self.client.id, services=services)

    def sees_service(self, service: str) -> bool:
        """Return whether the actor may see what is about a service: one of their vouchers pays for it."""
        return reaches_service(self.session, self.actor, self.client.id, service)

    @property
    def requests(self) -> ClientRequests:
        """Return what the client has asked of the county and of providers."""
        return ClientRequests(self.session, self.client.id, self.actor)

    def unread_messages(self, day: date) -> int | None:
        """Return how many messages the client has not read; None: the actor may not read any."""
        providers = providers_reached(self.session, self.actor, self.client.id)
        if not self.may_write(day) or providers == frozenset():
            return None
        return unread_by_client(self.session, self.client.id, providers=providers)

    @property
    def is_for_all(self) -> bool:
        """Return whether the actor is the client or acts for all of the client's vouchers."""
        return self.actor.reaches_all(self.client.id)

    @property
    def look_log(self) -> LookLog | None:
        """Return who has used the client's data; None for a limited mandate: a look may be at any voucher."""
        return LookLog(self.session, self.client.id) if self.is_for_all else None


def open_client(
    session: Session, client_id: int, *, page: str, actor: Actor, now: datetime
) -> ClientData | None:
    """Return the client's data for a page, and record the look of somebody who acts for the client."""
    found = clients(session, [client_id]).get(client_id)
    if found is None:
        return None
    key = ClientKey(found.id, found.county_id, page)
    disclose(session, [key], Look(actor, now, Purpose.ACTS_FOR_CLIENT, "page", key="subject"))
    return ClientData(session, found, actor)
