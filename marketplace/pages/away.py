"""/poissa: days away, from one helper or from all, and their end."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CLIENT_ROLES
from foundation.web.catalogues import N_
from foundation.web.clock import now, today
from foundation.web.forms import ChoiceField, DayField, Form, may_be_empty, needed
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db
from marketplace.actions.pause_plan import DaysAway, end_pause, pause_plan
from marketplace.load.choices import MyChoice
from marketplace.pages.acting_client import Acting, acting
from marketplace.pages.guardian_wish import keep_wish_or_ask
from marketplace.rules.guardian_acts import GuardianAct
from marketplace.rules.refusals import MANDATE_MISSING
from marketplace.rules.visit_refusals import words_of

blueprint = Blueprint("marketplace_away", __name__, template_folder="../templates")
ALL = "all"


class AwayForm(Form):
    """From whose help the client is away, and which days."""

    what = ChoiceField(N_("Which help is paused?"), [needed(N_("Choose which help is paused"))])
    first_day = DayField(N_("From which day?"), [needed(N_("Enter the first day"))])
    last_day = DayField(
        N_("Until which day?"), [may_be_empty()], hint=N_("Leave this empty if you do not know yet")
    )

    def __init__(self, person: Acting, choices: list[MyChoice]) -> None:
        named = [(str(choice.id), f"{choice.provider}, {choice.title}") for choice in choices]
        all_help = [(ALL, _("All my help"))] if person.data.is_for_all else []
        choices_of_form = [*all_help, *named]
        super().__init__(data={"what": choices_of_form[0][0] if choices_of_form else None})
        self.what.choices = choices_of_form

    def away(self) -> DaysAway:
        """Return what was entered."""
        assert self.first_day.data is not None
        choice_id = None if self.what.data == ALL else int(self.what.data)
        return DaysAway(self.first_day.data, self.last_day.data, choice_id)


def _choices(person: Acting) -> list[MyChoice]:
    return person.data.living_choices(person.data.fundings(), today())


@blueprint.get("/poissa")
@allow(*CLIENT_ROLES)
def show() -> Page:
    """Show the days away, and ask for more."""
    person = acting()
    choices = _choices(person)
    return _page(person, AwayForm(person, choices), choices)


@blueprint.post("/poissa")
@allow(*CLIENT_ROLES)
def pause() -> Result:
    """Pause the help."""
    person = acting()
    if not person.may_choose:
        not_found()
    choices = _choices(person)
    form = AwayForm(person, choices)
    if form.validate_on_submit():
        if (check := _check(person, form, choices)) is not None:
            return check
        refusal = _pause(person, form)
        if refusal is None:
            return _receipt(N_("Your help is paused on these days. You can end this below."))
        _refuse(form, refusal)
    return _page(person, form, choices)


def _check(person: Acting, form: AwayForm, choices: list[MyChoice]) -> Page | None:
    """Say which visits are too near to be free, before the help is paused; None if there are none."""
    away = form.away()
    days = (away.first_day, away.last_day)
    late = () if "sure" in request.form else person.data.late_visits(days, away.choice_id, now())
    if not late:
        return None
    sent = {name: value for name, value in request.form.items() if name not in ("csrf_token", "for_client")}
    by_id = {choice.id: choice for choice in choices}
    return render_template(
        "marketplace/away_check.html", person=person, form=form, late=late, choices=by_id, sent=sent
    )


def _pause(person: Acting, form: AwayForm) -> Refusal | None:
    client_id, away = person.client.id, form.away()
    outcome = pause_plan(db(), client_id=client_id, away=away, actor=current_actor(), now=now())
    if isinstance(outcome, Refusal):
        return outcome
    keep_wish_or_ask(person, GuardianAct.PAUSE, outcome.pause_id)
    return None


def _page(person: Acting, form: AwayForm, choices: list[MyChoice]) -> Page:
    pauses = [each for each in person.data.pauses() if not each.never_began()]
    return render_template(
        "marketplace/away.html",
        person=person,
        form=form,
        pauses=[each for each in pauses if each.last_day is None or each.last_day >= today()],
        providers={choice.id: choice.provider for choice in choices},
    )


def _refuse(form: AwayForm, refusal: Refusal) -> None:
    if refusal == MANDATE_MISSING:
        not_found()
    field = {"to": "last_day", "from": "first_day"}.get(refusal.field or "", "what")
    form.refuse(field, _(words_of(refusal)[0]))


@blueprint.post("/poissa/<int:pause_id>/paata")
@allow(*CLIENT_ROLES)
def end(pause_id: int) -> Result:
    """End a pause: help goes on from today."""
    person = acting()
    if pause_id not in {each.id for each in person.data.pauses()}:
        not_found()
    outcome = end_pause(db(), pause_id=pause_id, actor=current_actor(), now=now())
    if outcome == MANDATE_MISSING:
        not_found()
    if isinstance(outcome, Refusal):
        flash(_(words_of(outcome)[0]), "error")
        return redirect(url_for(".show"))
    return _receipt(N_("Your help goes on."))


def _receipt(text: str) -> Response:
    flash(_(text), "success")
    return redirect(url_for(".show"))
