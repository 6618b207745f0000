"""/suunnitelma: the client's support plan, a question on each page; with whom it is shared."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, flash, redirect, render_template, url_for

from foundation.vocabulary.plan_labels import GOAL_FACES, PLAN_PICTURES, PLAN_QUESTIONS
from foundation.vocabulary.roles import CLIENT_ROLES, Role
from foundation.web.catalogues import N_
from foundation.web.clock import now, today
from foundation.web.formats import name_text
from foundation.web.forms import ChoicesField, Form, TextAreaField, YesField, at_most
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db
from marketplace.actions.edit_support_plan import Sharing, answer_plan, is_own, share_plan
from marketplace.load.catalogue import services
from marketplace.load.names import Names
from marketplace.load.support_plans import GoalEntry, PlanEntry
from marketplace.pages.acting_client import Acting, acting, usable_fundings
from marketplace.pages.pictograms import add_pictograms, with_picture
from marketplace.rules.support_plan import LONGEST_WORDS, MOST_GOALS, PICTURES, next_question, search_of_plan

blueprint = Blueprint("marketplace_plan", __name__, template_folder="../templates")
add_pictograms(blueprint)

PATHS: Final = {"tarkeaa": "matters", "toimii": "works", "muutos": "change", "paatokset": "deciding"}
"""The questions by the last part of their address."""
PATH_OF: Final = {question: path for path, question in PATHS.items()}


class PlanForm(Form):
    """An answer in pictures and words."""

    pictures = ChoicesField(N_("Choose pictures"))
    words = TextAreaField(
        N_("Or tell in your own words"),
        [at_most(LONGEST_WORDS, N_("Enter at most %(length)s characters"))],
    )


class SharingForm(Form):
    """Who besides the client may read the plan."""

    worker = YesField(N_("My case worker may read my plan and my goals"))
    helpers = YesField(N_("My helpers may read my plan and my goals"))


@blueprint.app_template_global("plan_labels")
def plan_labels() -> dict[str, object]:
    """Return the labels of a support plan, for the pages of the client and of the worker."""
    return {"questions": PLAN_QUESTIONS, "pictures": PLAN_PICTURES, "faces": GOAL_FACES}


@blueprint.get("/suunnitelma")
@allow(*CLIENT_ROLES)
def show_plan() -> Page:
    """Show the plan: answers, goals, and who may read it."""
    person = acting()
    plan = person.data.support_plan()
    return render_template(
        "marketplace/plan.html",
        person=person,
        plan=plan,
        own=is_own(current_actor(), person.client.id),
        paths=PATH_OF,
        most_goals=MOST_GOALS,
        names=_services(person),
        search=plan_search(person, plan),
    )


@blueprint.route("/suunnitelma/<question>", methods=["GET", "POST"])
@allow(Role.CLIENT)
def ask(question: str) -> Result:
    """Ask a question of the plan, and store the answer."""
    person, name = acting(), PATHS.get(question) or not_found()
    plan = person.data.support_plan()
    form = _form(person, plan, name)
    if form.validate_on_submit():
        _store(person, form, name)
        following = next_question(name)
        flash(_("Your answer is saved."), "success")
        return redirect(
            url_for(".show_plan") if following is None else url_for(".ask", question=PATH_OF[following])
        )
    place = (list(PICTURES).index(name) + 1, len(PICTURES))
    return render_template("marketplace/plan_question.html", person=person, form=form, name=name, place=place)


@blueprint.route("/suunnitelma/jako", methods=["GET", "POST"])
@allow(Role.CLIENT)
def share() -> Result:
    """Ask who may read the plan."""
    person = acting()
    plan = person.data.support_plan()
    shared = {} if plan is None else _shared(plan)
    form = SharingForm(data=shared)
    if form.validate_on_submit():
        sharing = Sharing(worker=bool(form.worker.data), helpers=bool(form.helpers.data))
        if share_plan(db(), person.client, sharing, actor=current_actor(), now=now()) is not None:
            not_found()
        flash(_("Your answer is saved."), "success")
        return redirect(url_for(".show_plan"))
    return render_template("marketplace/plan_sharing.html", person=person, form=form)


def _shared(plan: PlanEntry) -> dict[str, bool]:
    return {
        "worker": plan.shared_with_worker_at is not None,
        "helpers": plan.shared_with_helpers_at is not None,
    }


def _services(person: Acting) -> dict[str, Names]:
    """Return the names of the services of the client's county, by code."""
    return {each.code: each.name for each in services(db(), person.client.county_id)}


def plan_search(person: Acting, plan: PlanEntry | None) -> dict[str, list[str]]:
    """Return the search that the plan stands for, as the fields of its address; empty for an empty plan."""
    if plan is None:
        return {}
    paid_for = {code for funding in usable_fundings(person) for code in funding.services}
    found = search_of_plan(plan.answers, paid_for or _services(person))
    return found | {"municipality": [person.client.municipality]} if found else {}


def _form(person: Acting, plan: PlanEntry | None, name: str) -> PlanForm:
    answer = None if plan is None else plan.answers.get(name)
    form = PlanForm(data={} if answer is None else {"words": answer.words, "pictures": list(answer.pictures)})
    texts = {code: _(PLAN_PICTURES[code]) for code in PICTURES[name]}
    if name == "change":
        texts = {code: name_text(service) for code, service in _services(person).items()}
    form.pictures.choices = [(code, with_picture(code, text)) for code, text in texts.items()]
    return form


def _store(person: Acting, form: PlanForm, name: str) -> None:
    refusal = answer_plan(
        db(),
        person.client,
        question=name,
        words=form.words.data or "",
        pictures=form.pictures.data or (),
        actor=current_actor(),
        now=now(),
    )
    if refusal is not None:
        not_found()


@blueprint.app_template_global("search_of_own_plan")
def search_of_own_plan(person: Acting | None) -> dict[str, list[str]]:
    """Return the search that the plan of the client stands for; empty for a visitor or without a plan."""
    return {} if person is None else plan_search(person, person.data.support_plan())


def goal_to_look_back(person: Acting) -> GoalEntry | None:
    """Return the client's goal whose day to look back has come; None for anybody else."""
    if not is_own(current_actor(), person.client.id):
        return None
    return person.data.goal_to_look_back(today())
