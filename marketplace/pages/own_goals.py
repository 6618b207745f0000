"""/suunnitelma/tavoite: the client's own goals, and the day to look back: did this help?"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for

from foundation.vocabulary.plan_labels import GOAL_FACES
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Role
from foundation.web.catalogues import N_
from foundation.web.clock import now, today
from foundation.web.forms import ChoiceField, DayField, Form, TextAreaField, TextField, at_most, needed
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _
from foundation.web.pages import Result, not_found
from foundation.web.transaction import db
from marketplace.actions.own_goals import look_back, remove_goal, set_goal
from marketplace.load.support_plans import GoalEntry
from marketplace.pages.acting_client import Acting, acting
from marketplace.pages.pictograms import with_picture
from marketplace.rules.support_plan import FIRST_LOOK_BACK, LONGEST_GOAL

blueprint = Blueprint("marketplace_goals", __name__, template_folder="../templates")
TOO_LONG = N_("Enter at most %(length)s characters")
REFUSED = {
    "goals_full": N_("You have three goals now. Remove one first."),
    "day_not_ahead": N_("Choose a day that comes after today, within a year."),
    "goal_words": N_("Write what your goal is"),
}


class GoalForm(Form):
    """A goal, and the day to look back."""

    words = TextField(
        N_("My goal"),
        [needed(N_("Write what your goal is")), at_most(LONGEST_GOAL, TOO_LONG)],
        hint=N_("For example: I cook food twice a week."),
    )
    look_back_on = DayField(
        N_("When do we look at it again?"),
        [needed(N_("Enter the day"))],
        hint=N_("On that day we ask you if this helped."),
    )


class LookBackForm(Form):
    """Did this help: a face, and a word."""

    face = ChoiceField(N_("Did this help?"), [needed(N_("Choose one of the faces"))])
    said = TextAreaField(N_("Do you want to say something?"), [at_most(LONGEST_GOAL, TOO_LONG)])


@blueprint.route("/suunnitelma/tavoite", methods=["GET", "POST"])
@allow(Role.CLIENT)
def add() -> Result:
    """Ask for a goal, and store it."""
    person, form = acting(), GoalForm(data={"look_back_on": today() + FIRST_LOOK_BACK})
    if form.validate_on_submit():
        refusal = _set(person, form)
        if refusal is None:
            flash(_("Your goal is saved."), "success")
            return redirect(url_for("marketplace_plan.show_plan"))
        form.refuse(refusal.field or None, _(REFUSED[refusal.code]))
    return render_template("marketplace/plan_goal.html", person=person, form=form)


def _set(person: Acting, form: GoalForm) -> Refusal | None:
    words, day = form.words.data or "", form.look_back_on.data or today()
    done = set_goal(db(), person.client, words=words, look_back_on=day, actor=current_actor(), now=now())
    if isinstance(done, Refusal) and done.code not in REFUSED:
        not_found()
    return done if isinstance(done, Refusal) else None


@blueprint.route("/suunnitelma/tavoite/<int:goal_id>", methods=["GET", "POST"])
@allow(Role.CLIENT)
def answer(goal_id: int) -> Result:
    """Ask whether the goal was reached, with three faces and a word."""
    person = acting()
    goal, form = _own_goal(person, goal_id), LookBackForm()
    form.face.choices = [(code, with_picture(f"face_{code}", _(text))) for code, text in GOAL_FACES.items()]
    if form.validate_on_submit():
        _look_back(person, goal, form)
        flash(_("Thank you. Your answer is saved."), "success")
        return redirect(url_for("marketplace_plan.show_plan"))
    return render_template("marketplace/plan_look_back.html", person=person, goal=goal, form=form)


def _look_back(person: Acting, goal: GoalEntry, form: LookBackForm) -> None:
    face, said = str(form.face.data), form.said.data or ""
    done = look_back(db(), person.client, goal.id, face=face, said=said, actor=current_actor(), now=now())
    if done is not None:
        not_found()


def _own_goal(person: Acting, goal_id: int) -> GoalEntry:
    plan = person.data.support_plan()
    goals = [] if plan is None else plan.open_goals
    return next((goal for goal in goals if goal.id == goal_id), None) or not_found()


@blueprint.post("/suunnitelma/tavoite/<int:goal_id>/poista")
@allow(Role.CLIENT)
def remove(goal_id: int) -> Result:
    """Remove a goal."""
    person = acting()
    if remove_goal(db(), person.client, goal_id, actor=current_actor(), now=now()) is not None:
        not_found()
    flash(_("The goal is removed."), "success")
    return redirect(url_for("marketplace_plan.show_plan"))
