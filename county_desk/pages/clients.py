"""/tt/asiakkaat and /tt/asiakas: find a client, and see one client's whole."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from county_desk.disclosure.clients import client_in_full, found_clients
from county_desk.labels import NOT_APPROVED, STOP_REASONS
from county_desk.load.clients import ClientLine
from county_desk.pages.looking import (
    REASONS,
    reason_for_client,
    reason_text,
    reason_to_look,
    require_own_client,
)
from county_desk.pages.worded_form import WordedForm
from foundation.vocabulary.roles import Role
from foundation.web.api import read_page_number
from foundation.web.catalogues import N_
from foundation.web.clock import now, today
from foundation.web.forms import ChoiceField, TextField, at_most, needed
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db
from marketplace.load.catalogue import service_names
from marketplace.rules.letter_months import letter_months

blueprint = Blueprint("county_clients", __name__, template_folder="../templates")
ON_A_PAGE = 20
LONGEST_TEXT = 100
LETTERS = 3


class ReasonForm(WordedForm):
    """Why the worker looks."""

    reason = ChoiceField(
        N_("Why do you look at this client?"),
        [needed(N_("Choose why you look"))],
        choices=list(REASONS.items()),
        hint=N_("The client can read who looked, when and why."),
    )
    other = TextField(N_("Say more, if you like"), [at_most(200, N_("Enter at most %(length)s characters"))])


@blueprint.app_template_filter("stop_reason")
def stop_reason(code: str) -> str:
    """Return why a provider stops, by its reason code, as the county reads it."""
    return _(STOP_REASONS.get(code, NOT_APPROVED))


@blueprint.get("/tt/asiakkaat")
@allow(Role.WORKER)
def search() -> Page:
    """Find a client by name or number."""
    text = request.args.get("haku", "").replace("\x00", "").strip()[:LONGEST_TEXT]
    paging, found, total = read_page_number(ON_A_PAGE), list[ClientLine](), 0
    if len(text) > 1:
        window = {"first": paging.offset, "count": paging.page_size}
        actor = current_actor()
        found, total = found_clients(db(), actor.county_id or 0, text, **window, actor=actor, now=now())
    return render_template(
        "county_desk/clients.html", text=text, clients=found, paging=paging.of(total), searched=len(text) > 1
    )


@blueprint.route("/tt/asiakas/<int:client_id>", methods=["GET", "POST"])
@allow(Role.WORKER)
def show(client_id: int) -> Result:
    """One client's whole; first, once a day, why the worker looks."""
    require_own_client(client_id)
    form = ReasonForm()
    if request.method == "POST" and form.validate_on_submit():
        return _client_page(client_id, reason_for_client(form.reason.data or "", form.other.data or ""))
    if (why := reason_to_look(client_id)) is None:
        return render_template("county_desk/reason.html", form=form)
    return _client_page(client_id, why)


def _client_page(client_id: int, why: str) -> Page:
    actor = current_actor()
    found = client_in_full(
        db(), actor.county_id or 0, client_id, why=why, day=today(), actor=actor, now=now()
    )
    shown = found or not_found()
    return render_template(
        "county_desk/client.html",
        why=reason_text(why),
        client=shown.client,
        whole=shown.whole,
        fundings=shown.fundings,
        units=shown.units,
        charges=shown.charges,
        course=shown.course,
        find_another=shown.find_another,
        shares_plan=shown.shares_plan,
        letter_months=letter_months((each.first_day for each in shown.fundings), today())[:LETTERS],
        names=service_names(db()),
    )
