"""Pause a funding, open it again, close it or revoke it: from which day, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for

from clearing.grants.actions.change_funding_state import change_funding_state
from clearing.grants.facts.kinds import FundingState
from clearing.grants.rules.funding_states import STATE_REFUSALS
from county_desk.disclosure.fundings import funding_to_change
from county_desk.load.fundings import keys_of_voucher
from county_desk.pages.looking import reason_to_look
from foundation.vocabulary.identifiers import normalise_voucher
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Role
from foundation.web.catalogues import N_
from foundation.web.clock import now, today
from foundation.web.forms import DayField, Form, TextAreaField, at_most, needed
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db
from marketplace.load.catalogue import service_names

blueprint = Blueprint("county_funding_states", __name__, template_folder="../templates")


@dataclass(frozen=True, slots=True)
class Change:
    """A change of state in words."""

    state: FundingState
    title: str
    what: str
    button: str
    done: str


CHANGES = {
    "keskeyta": Change(
        FundingState.PAUSED,
        N_("Pause the voucher"),
        N_("Visits on these days are refused. What is booked stays booked."),
        N_("Pause"),
        N_("The voucher is paused."),
    ),
    "avaa": Change(
        FundingState.OPEN,
        N_("Open the voucher again"),
        N_("From this day on visits are accepted again."),
        N_("Open again"),
        N_("The voucher is open again."),
    ),
    "sulje": Change(
        FundingState.CLOSED,
        N_("Close the voucher"),
        N_("The client's choices end and what they hold is free. A closed voucher cannot be opened."),
        N_("Close"),
        N_("The voucher is closed."),
    ),
    "peru": Change(
        FundingState.REVOKED,
        N_("Revoke the voucher"),
        N_(
            "The client's choices end and free money goes back to the appropriation tonight. "
            "Close the voucher instead if visits are still to be charged. A revoked voucher cannot be opened."
        ),
        N_("Revoke"),
        N_("The voucher is revoked."),
    ),
}


class StateForm(Form):
    """From which day, and why."""

    from_day = DayField(N_("From which day on?"), [needed(N_("Write the day, for example 1.12.2026"))])
    why = TextAreaField(
        N_("Why?"),
        [needed(N_("Enter the reason")), at_most(500, N_("Enter at most %(length)s characters"))],
        hint=N_("The client and the auditor can read it."),
    )


@blueprint.route("/tt/seteli/<voucher>/<change>", methods=["GET", "POST"])
@allow(Role.WORKER)
def change(voucher: str, change: str) -> Result:
    """Ask for the day and the reason, then do it."""
    code, actor, new = normalise_voucher(voucher), current_actor(), CHANGES.get(change)
    keys = keys_of_voucher(db(), actor.county_id or 0, code)
    if keys is None or new is None:
        not_found()
    funding_id, client_id = keys
    back, why = url_for("county_clients.show", client_id=client_id), reason_to_look(client_id)
    if why is None:
        return redirect(back)
    form = StateForm(data={"from_day": today()})
    if form.validate_on_submit() and _done(form, funding_id, new):
        return redirect(back)
    return _page(form, code, new, why)


def _page(form: StateForm, code: str, new: Change, why: str) -> Page:
    look: dict[str, Any] = {"why": why, "day": today(), "actor": current_actor(), "now": now()}
    funding = funding_to_change(db(), current_actor().county_id or 0, code, **look)
    names = service_names(db())
    return render_template("county_desk/funding_state.html", form=form, funding=funding, new=new, names=names)


def _done(form: StateForm, funding_id: int, new: Change) -> bool:
    from_day = form.from_day.data
    assert from_day is not None  # the form has been validated
    reason: dict[str, Any] = {"why": form.why.data or "", "actor": current_actor(), "now": now()}
    changed = change_funding_state(db(), funding_id, state=new.state, from_day=from_day, **reason)
    if isinstance(changed, Refusal):
        form.refuse("from_day" if changed.field == "from" else None, _(STATE_REFUSALS[changed.code]))
        return False
    flash(_(new.done), "success")
    return True
