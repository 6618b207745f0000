"""/valitse: choose an offering in three steps. No money is held before the last one."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from foundation.vocabulary.labels import SAID_UNITS
from foundation.vocabulary.money import Quantity
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CLIENT_ROLES
from foundation.web.clock import now, today
from foundation.web.identity import allow, current_actor
from foundation.web.pages import Page, Result, not_found, read_id
from foundation.web.said_units import unit_of
from foundation.web.transaction import db
from marketplace.actions.change_choice import change_choice, replacing
from marketplace.actions.choose_offering import (
    Chosen,
    choose_offering,
    consider,
)
from marketplace.load.choices import MyChoice
from marketplace.load.fundings import MyFunding
from marketplace.load.offerings import OfferingEntry
from marketplace.load.priced import price_for_me
from marketplace.pages.acting_client import Acting, acting, my_views, usable_fundings
from marketplace.pages.choose_form import ChooseForm
from marketplace.pages.guardian_wish import keep_wish_or_ask
from marketplace.pages.public_offerings import public_offering
from marketplace.pages.searched import searched_class, searched_time
from marketplace.rules.granted_units import granted_units
from marketplace.rules.guardian_acts import GuardianAct
from marketplace.rules.planning import Plan
from marketplace.rules.refusals import CHOICE_NOT_POSSIBLE
from marketplace.rules.replacing_choices import Replacing
from marketplace.rules.week_entry import week_of_plan

DETAILS = {"days", "at", "every", "part", "until"}
"""The fields that are asked for on a page of their own."""
OWN = {"csrf_token", "for_client"}

blueprint = Blueprint("marketplace_choosing", __name__, template_folder="../templates")


@dataclass(frozen=True, slots=True)
class Choosing:
    """Who chooses what, and the fundings that could pay for it."""

    person: Acting
    entry: OfferingEntry
    fundings: list[MyFunding]
    living: list[MyChoice]
    form: ChooseForm

    @property
    def funding(self) -> MyFunding:
        """The picked funding, else the first that fits."""
        picked = self.form.funding.data
        return next((each for each in self.fundings if str(each.facts.id) == picked), self.fundings[0])

    @property
    def replaced(self) -> MyChoice | None:
        """The live choice of that funding which this one replaces."""
        choices = [choice for choice in self.living if choice.funding_id == self.funding.facts.id]
        return next((choice for choice in choices if str(choice.id) == self.form.replaces.data), None)


def _choosing(arguments: MultiDict[str, str]) -> Choosing:
    key = read_id(arguments.get("offering", "")) or 0
    entry = public_offering(key)
    person = acting()
    if not person.may_choose:
        not_found()
    usable = usable_fundings(person)
    fundings = [funding for funding in usable if entry.facts.service in funding.facts.services] or usable
    if not fundings:
        not_found()
    living = person.data.living_choices(fundings, today())
    return Choosing(person, entry, fundings, living, ChooseForm(arguments, entry, fundings, living))


def _ask(choosing: Choosing) -> Page:
    key = choosing.entry.facts.id
    priced = price_for_me(db(), choosing.funding, [key], today(), searched_class())
    return render_template(
        "marketplace/choose.html",
        person=choosing.person,
        entry=choosing.entry,
        funding=choosing.funding,
        fundings=choosing.fundings,
        living=choosing.living,
        form=choosing.form,
        priced=priced[key],
        time=searched_time(),
        how_many=SAID_UNITS[unit_of(choosing.entry.facts)].question,
    )


@blueprint.get("/valitse")
@allow(*CLIENT_ROLES)
def ask() -> Page:
    """Ask how often, how much and from when."""
    return _ask(_choosing(request.args))


@blueprint.get("/valitse/tarkista")
@allow(*CLIENT_ROLES)
def check() -> Result:
    """Show what the choice would use per week, until when the money lasts and what is left."""
    choosing = _choosing(request.args)
    return _unfinished(choosing) or _checked(choosing)


def _unfinished(choosing: Choosing) -> Result | None:
    """Return the page of the first question that is open or answered wrongly; None if there is none."""
    form = choosing.form
    right = form.validate()
    wrong = {name for name, errors in form.errors.items() if errors}
    if (not right and not wrong <= DETAILS) or form.refuse_past():
        return (_ask_details(choosing) if form.until.errors else _ask(choosing)), 422
    if form.lacks_times:
        return _ask_details(choosing)
    return None if right and form.check_times() else (_ask_details(choosing), 422)


def _ask_details(choosing: Choosing) -> Page:
    kept = {name: value for name, value in request.values.items() if name not in {*DETAILS, "lang", *OWN}}
    return render_template(
        "marketplace/choose_details.html",
        person=choosing.person,
        entry=choosing.entry,
        form=choosing.form,
        kept=kept,
        how=choosing.form.how.data,
    )


@blueprint.get("/valitse/tarkenna")
@allow(*CLIENT_ROLES)
def details() -> Result:
    """Ask for days and times, the time of day, or the last day."""
    choosing = _choosing(request.args)
    return _ask_details(choosing) if choosing.form.validate() else (_ask(choosing), 422)


def _checked(choosing: Choosing) -> Page:
    funding, wish, replaced = choosing.funding, choosing.form.wish(), choosing.replaced
    change = replacing(db(), replaced, wish.starts_on, now()) if replaced else None
    considered = consider(
        db(),
        funding=funding.facts,
        client=funding.client,
        offering=choosing.entry,
        wish=wish,
        day=today(),
        change=change,
    )
    return render_template(
        "marketplace/check.html",
        person=choosing.person,
        entry=choosing.entry,
        funding=funding,
        considered=considered,
        wish=wish,
        replaced=replaced,
        change=change,
        units_left=_units_after(funding, considered.plan, change),
        answers=request.args.to_dict(flat=False),
        how=choosing.form.how.data,
        week=week_of_plan(wish.visit_plan(0, choosing.entry.facts.unit, funding.facts.window)),
        change_url=f"{url_for('.ask')}?{urlencode(request.args.to_dict(flat=False), doseq=True)}",
        details_url=f"{url_for('.details')}?{urlencode(request.args.to_dict(flat=False), doseq=True)}",
    )


def _units_after(funding: MyFunding, plan: Plan | None, change: Replacing | None) -> Quantity | None:
    """Return the units free after the choice; None if the voucher is granted in euros."""
    free = funding.facts.free_quantity
    if plan is None or free is None or funding.unit is None or granted_units(funding.facts, today()) is None:
        return None
    freed = change.freed_quantity if change else 0
    return Quantity(max(0, free + freed - plan.units))


@blueprint.post("/valitse")
@allow(*CLIENT_ROLES)
def choose() -> Result:
    """Make the choice and hold the money."""
    choosing = _choosing(request.form)
    unfinished = _unfinished(choosing)
    if unfinished is not None:
        return unfinished
    outcome = _choose(choosing)
    if isinstance(outcome, Chosen):
        keep_wish_or_ask(choosing.person, GuardianAct.CHOOSE, outcome.choice_id)
        return redirect(url_for(".done", choice_id=outcome.choice_id))
    if outcome.code != CHOICE_NOT_POSSIBLE:
        not_found()
    return render_template(
        "marketplace/not_chosen.html", person=choosing.person, entry=choosing.entry, reasons=outcome.reasons
    ), 422


def _choose(choosing: Choosing) -> Chosen | Refusal:
    wish, offering_id, actor = choosing.form.wish(), choosing.entry.facts.id, current_actor()
    if choosing.replaced is not None:
        return change_choice(
            db(), choice=choosing.replaced, offering_id=offering_id, wish=wish, actor=actor, now=now()
        )
    return choose_offering(
        db(),
        funding_id=choosing.funding.facts.id,
        offering_id=offering_id,
        wish=wish,
        actor=actor,
        now=now(),
        only_once=True,
    )


@blueprint.get("/valitse/valmis/<int:choice_id>")
@allow(*CLIENT_ROLES)
def done(choice_id: int) -> Page:
    """Show that the choice was made, how to undo it and what happens next."""
    person = acting()
    choice = person.data.choice(choice_id)
    if choice is None:
        not_found()
    funding = next(view.funding for view in my_views(person) if view.funding.facts.id == choice.funding_id)
    return render_template(
        "marketplace/chosen.html", person=person, choice=choice, view=person.data.view(funding, today())
    )
