"""/oma: the client's money, how long it lasts and the next task; and the page of each voucher."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from flask import Blueprint, flash, redirect, render_template, url_for

from clearing.grants.rules.funding_terms import terms_on
from foundation.vocabulary.identifiers import normalise_voucher
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CLIENT_ROLES
from foundation.web.catalogues import N_
from foundation.web.clock import now, today
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _
from foundation.web.limits import limit_guesses
from foundation.web.pages import Page, Result, not_found
from foundation.web.said_units import unit_of
from foundation.web.transaction import db
from marketplace.actions.end_choice import Ended, end_choice, kept_after_end
from marketplace.load.choices import MyChoice
from marketplace.load.funding_views import FundingView
from marketplace.load.fundings import MyFunding
from marketplace.pages.acting_client import Acting, acting, my_views
from marketplace.pages.filters import add_filters
from marketplace.pages.free_time_words import add_free_time_filters
from marketplace.pages.guardian_wish import keep_wish_or_ask
from marketplace.pages.next_tasks import tasks_of
from marketplace.rules.alarms import Alarm, in_order
from marketplace.rules.comparison import units_left
from marketplace.rules.guardian_acts import GuardianAct
from marketplace.rules.total_left import Left, total_left

blueprint = Blueprint("marketplace_home", __name__, template_folder="../templates")
add_filters(blueprint)
add_free_time_filters(blueprint)

NEWEST_CHARGES = 5


@blueprint.get("/oma")
@allow(*CLIENT_ROLES)
def show_home() -> Page:
    """Show the client's money."""
    person = acting()
    views = my_views(person)
    usable = [view for view in views if view.is_usable(today())]
    others = [view for view in views if not view.is_usable(today())]
    return render_template(
        "marketplace/home.html",
        person=person,
        views=usable,
        others=others,
        total=total_left(_said_left(view) for view in usable),
        tasks=tasks_of(person, usable),
        first=first_alarm(usable, today()),
    )


def _said_left(view: FundingView) -> Left:
    """Return what is left, with its unit as people say it."""
    return replace(view.left, unit=unit_of(view.funding)) if view.granted else view.left


def first_alarm(views: list[FundingView], day: date) -> tuple[FundingView, Alarm] | None:
    """Return the most urgent alarm of all fundings, with its funding; None if there is none."""
    alarms = [(view, alarm) for view in views for alarm in view.alarms(day)[:1]]
    urgent = in_order(alarm for _view, alarm in alarms)[:1]
    return next(((view, alarm) for view, alarm in alarms if alarm in urgent), None)


@blueprint.get("/oma/seteli/<voucher>")
@allow(*CLIENT_ROLES)
def show_voucher(voucher: str) -> Page:
    """Show what a voucher may be used for and until when."""
    person = acting()
    funding = _own_funding(voucher, person)
    return render_template(
        "marketplace/voucher.html",
        person=person,
        view=person.data.view(funding, today()),
        terms=terms_on(funding.facts, today()),
        units_left=units_left(funding.facts),
        charges=person.data.charges([funding], first=0, count=NEWEST_CHARGES),
    )


def _own_funding(voucher: str, person: Acting) -> MyFunding:
    guess = limit_guesses("voucher_code")
    funding = person.data.funding(normalise_voucher(voucher))
    if funding is None:
        guess.was_wrong()
        not_found()
    return funding


@blueprint.get("/oma/valinta/<int:choice_id>/lopeta")
@allow(*CLIENT_ROLES)
def ask_end(choice_id: int) -> Page:
    """Ask whether to end the choice."""
    person = acting()
    choice = _own_choice(choice_id, person)
    kept = kept_after_end(db(), choice, now())
    view = next(view for view in my_views(person) if view.funding.facts.id == choice.funding_id)
    return render_template(
        "marketplace/end_choice.html",
        person=person,
        choice=choice,
        kept=kept,
        in_units=view.granted is not None,
    )


@blueprint.post("/oma/valinta/<int:choice_id>/lopeta")
@allow(*CLIENT_ROLES)
def end(choice_id: int) -> Result:
    """End the choice, or undo it within seven days."""
    person = acting()
    choice = _own_choice(choice_id, person)
    ended = end_choice(db(), choice=choice, actor=current_actor(), now=now())
    if isinstance(ended, Refusal):
        not_found()
    keep_wish_or_ask(person, GuardianAct.END, choice_id)
    flash(_(_what_happened(ended)), "success")
    return redirect(url_for(".show_voucher", voucher=choice.voucher))


def _what_happened(ended: Ended) -> str:
    if ended.restored:
        return N_("Your choice has been undone. Everything is as it was before.")
    if ended.undone:
        return N_("Your choice has been undone. Your money is free again.")
    return N_("Your choice has ended. Your money is free again.")


def _own_choice(choice_id: int, person: Acting) -> MyChoice:
    choice = person.data.choice(choice_id)
    if choice is None or not choice.is_live(today()) or not person.may_choose:
        not_found()
    return choice
