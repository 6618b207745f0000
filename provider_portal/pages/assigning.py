"""/t/yritys/ihmiset/<id>/asiakkaat: an owner says whose visits a worker does."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for

from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import PROVIDER_OWNERS, Role
from foundation.web.catalogues import N_
from foundation.web.clock import now, today
from foundation.web.forms import ChoicesField, Form, pairs
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.languages import _
from foundation.web.pages import Result, not_found
from foundation.web.transaction import db
from marketplace.load.colleagues import Colleague, colleague
from provider_portal.actions.assign_visits import assign_visits
from provider_portal.disclosure.visit_workers import clients_to_assign
from provider_portal.load.visit_workers import assigned_choices

blueprint = Blueprint("provider_assigning", __name__, template_folder="../templates")
FAULTS = {"choice_unknown": N_("Choose from the list")}


class ClientsForm(Form):
    """The clients whose visits the worker does."""

    choices = ChoicesField(N_("Clients"), choices=[])


@blueprint.route("/t/yritys/ihmiset/<int:role_grant_id>/asiakkaat", methods=["GET", "POST"])
@allow(*PROVIDER_OWNERS)
def assign(role_grant_id: int) -> Result:
    """Choose the clients whose visits a worker sees and charges."""
    person = _worker(role_grant_id)
    form = _form(person)
    if form.validate_on_submit():
        refusal = _assign(person, form)
        if refusal is None:
            flash(_("The clients are saved."), "success")
            return redirect(url_for("provider_people.list_all"), 303)
        form.refuse("choices", _(FAULTS[refusal.code]))
    return render_template("provider_portal/person_clients.html", person=person, form=form)


def _worker(role_grant_id: int) -> Colleague:
    found = colleague(db(), current_provider_id(), role_grant_id, today()) or not_found()
    return found if found.terms.role is Role.PROVIDER_WORKER else not_found()


def _form(person: Colleague) -> ClientsForm:
    form = ClientsForm(data={"choices": sorted(assigned_choices(db(), person.role_grant_id))})
    found = clients_to_assign(db(), current_provider_id(), actor=current_actor(), now=now())
    form.choices.choices = pairs((each.id, f"{each.client_name}, {each.title}") for each in found)
    return form


def _assign(person: Colleague, form: ClientsForm) -> Refusal | None:
    chosen = frozenset(int(key) for key in form.choices.data or [])
    provider_id, actor = current_provider_id(), current_actor()
    return assign_visits(db(), provider_id, person.role_grant_id, chosen, actor=actor, now=now())
