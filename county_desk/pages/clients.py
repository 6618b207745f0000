"""/tt/asiakkaat and /tt/asiakas: find a client, and see one client's whole."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from clearing.charges.load.charge_register import ChargeFilter, find_charges
from county_desk.load.clients import ClientLine, client_whole, search_clients
from county_desk.load.fundings import FundingFilter, county_fundings
from county_desk.pages.looking import REASONS, keep_reason, look, own_client, reason_text
from county_desk.pages.worded_form import WordedForm
from county_desk.write.looks import note_looks
from foundation.vocabulary.roles import Role
from foundation.web.api import read_page_number
from foundation.web.catalogues import N_
from foundation.web.clock import now, today
from foundation.web.forms import ChoiceField, TextField, at_most, needed
from foundation.web.identity import allow, current_actor
from foundation.web.pages import Page, Result
from foundation.web.transaction import db
from marketplace.load.catalogue import service_names

blueprint = Blueprint("county_clients", __name__, template_folder="../templates")
ON_A_PAGE = 20
NEWEST = 6
LONGEST_TEXT = 100


class ReasonForm(WordedForm):
    """Why the worker looks."""

    reason = ChoiceField(
        N_("Why do you look at this client?"),
        [needed(N_("Choose why you look"))],
        choices=list(REASONS.items()),
        hint=N_("The client can read who looked, when and why."),
    )
    other = TextField(N_("Say more, if you like"), [at_most(200, N_("Enter at most %(length)s characters"))])


@blueprint.get("/tt/asiakkaat")
@allow(Role.WORKER)
def search() -> Page:
    """Find a client by name or number."""
    text = request.args.get("haku", "").replace("\x00", "").strip()[:LONGEST_TEXT]
    paging, found, total = read_page_number(ON_A_PAGE), list[ClientLine](), 0
    if len(text) > 1:
        window = {"first": paging.offset, "count": paging.page_size}
        found, total = search_clients(db(), current_actor().county_id or 0, text, **window)
        ids = [line.id for line in found]
        note_looks(db(), ids, what="search", actor=current_actor(), now=now())
    return render_template(
        "county_desk/clients.html", text=text, clients=found, paging=paging.of(total), searched=len(text) > 1
    )


@blueprint.route("/tt/asiakas/<int:client_id>", methods=["GET", "POST"])
@allow(Role.WORKER)
def show(client_id: int) -> Result:
    """One client's whole; first, once a day, why the worker looks."""
    line, form = own_client(client_id), ReasonForm()
    if request.method == "POST" and form.validate_on_submit():
        keep_reason(client_id, reason_text(form.reason.data, form.other.data or ""))
        return redirect(url_for(".show", client_id=client_id))
    if (why := look(client_id, "client")) is None:
        return render_template("county_desk/reason.html", form=form)
    return render_template("county_desk/client.html", why=why, **_whole(line))


def _whole(line: ClientLine) -> dict[str, Any]:
    county_id = current_actor().county_id or 0
    fundings, _total = county_fundings(db(), county_id, FundingFilter(client_id=line.id), day=today())
    wanted = ChargeFilter(county_id=county_id, client_ids=frozenset({line.id}))
    return {
        "client": line,
        "whole": client_whole(db(), line, day=today()),
        "fundings": sorted(fundings, key=lambda one: (one.last_day < today(), one.last_day)),
        "charges": find_charges(db(), wanted, limit=NEWEST),
        "names": service_names(db()),
    }
