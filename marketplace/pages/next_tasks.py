"""What /oma asks of the client: one thing, and a list of the others behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import url_for

from foundation.web.clock import today
from foundation.web.formats import money_text, said_day_text
from foundation.web.languages import N_, _, ngettext
from marketplace.load.funding_views import FundingView
from marketplace.pages.acting_client import Acting
from marketplace.pages.charges import ANSWER_WITHIN_DAYS
from marketplace.pages.co_payments import bills_to_pay
from marketplace.pages.support_plans import goal_to_look_back
from marketplace.rules.next_tasks import TaskKind, most_urgent_first


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do, in words; `day` is the last day for it, if there is one."""

    kind: TaskKind
    title: str
    text: str
    button: str
    url: str
    day: date | None = None


def tasks_of(person: Acting, views: Sequence[FundingView]) -> list[Task]:
    """Return what the client, or who acts for the client, may do now, the most urgent first."""
    found = (
        _suggestion(person),
        _visits(person, views),
        _bill(person),
        _no_helper(person, views),
        _goal(person),
    )
    return most_urgent_first((task for tasks in found for task in tasks), today())


def _suggestion(person: Acting) -> Iterator[Task]:
    proposals = person.data.proposals(today(), only_open=True) if person.may_choose else []
    if proposals:
        url = url_for("marketplace_proposals.show_proposal", proposal_id=proposals[-1].id)
        text = _("%(name)s suggests help for you. You decide.", name=proposals[-1].proposer)
        title, button = _(N_("You have a suggestion")), _(N_("Read the suggestion"))
        yield Task(TaskKind.SUGGESTION, title, text, button, url)


def _visits(person: Acting, views: Sequence[FundingView]) -> Iterator[Task]:
    since = today() - timedelta(days=ANSWER_WITHIN_DAYS)
    waiting = person.data.charges_to_answer([view.funding for view in views], since)
    if waiting and person.may_confirm:
        text = ngettext(
            "%(n)s visit is waiting for your answer.", "%(n)s visits are waiting for your answer.", waiting
        )
        url = url_for("marketplace_charges.show_charges")
        yield Task(TaskKind.VISITS, _(N_("Were your visits right?")), text, _(N_("See the visits")), url)


def _bill(person: Acting) -> Iterator[Task]:
    for bill in bills_to_pay(person)[:1]:
        day = said_day_text(bill.due_on, today=today())
        sum_left = money_text(bill.open_cents, short=True)
        text = f"{bill.payee_name}: {sum_left}. {_('Pay it by %(day)s.', day=day)}"
        url = url_for("marketplace_co_payments.list_bills")
        title, button = _(N_("You have a bill to pay")), _(N_("Look at my bills"))
        yield Task(TaskKind.BILL, title, text, button, url, bill.due_on)


def _no_helper(person: Acting, views: Sequence[FundingView]) -> Iterator[Task]:
    for view in views:
        if person.may_choose and not any(choice.is_live(today()) for choice in view.choices):
            service = next(iter(sorted(view.funding.facts.services)), None)
            text = _(N_("Nobody is helping you with this voucher yet."))
            url = url_for("marketplace_search.search", service=service)
            yield Task(TaskKind.NO_HELPER, _(N_("Choose who helps you")), text, _(N_("Find help")), url)
            return


def _goal(person: Acting) -> Iterator[Task]:
    goal = goal_to_look_back(person)
    if goal is not None:
        url = url_for("marketplace_goals.answer", goal_id=goal.id)
        text = f"{_('Your goal was:')} {goal.words}"
        yield Task(TaskKind.GOAL, _(N_("Did this help?")), text, _(N_("Answer with a face")), url)
