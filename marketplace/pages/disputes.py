"""/kulut/…/keskustelu: what client, provider and county say about a visit, and the client's reply.

The filters of this file word a thread for the pages of all three.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for

from clearing.charges.disputes.facts.thread import Act, Party, Statement, Thread, Turn
from foundation.vocabulary.dispute_labels import (
    ACTS,
    CLAIMS,
    COUNTYS_TURN,
    DECISIONS,
    OWN_LATE_TURN,
    OWN_TURN,
    REFUSALS,
    TURNS,
)
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CLIENT_ROLES
from foundation.web.clock import now, today
from foundation.web.formats import day_text, quantity_text, said_day_text
from foundation.web.forms import Form, HiddenField, TextAreaField, at_most
from foundation.web.identity import allow, current_actor
from foundation.web.languages import N_, _
from foundation.web.pages import Result, not_found, read_id
from foundation.web.transaction import db
from marketplace.actions.answer_charge import reply_to_answer
from marketplace.load.charges import MyCharge
from marketplace.pages.acting_client import acting
from marketplace.pages.guardian_wish import keep_wish_or_ask
from marketplace.rules.guardian_acts import GuardianAct

blueprint = Blueprint("marketplace_disputes", __name__, template_folder="../templates")
LONGEST_WORDS = 2000
ALL, PART, NOTHING = DECISIONS


class ReplyForm(Form):
    """The client's own words to the provider's answer. `after` is the entry that was read last."""

    words = TextAreaField(
        N_("In your own words, if you want"),
        [at_most(LONGEST_WORDS, N_("Enter at most %(length)s characters"))],
    )
    after = HiddenField("")


@blueprint.app_template_filter("said")
def said(statement: Statement, unit: str) -> str:
    """Return what a statement says, without its own words: "Agrees in part: 1.5 hours"."""
    text, more = _(ACTS[statement.act.value]), _more(statement, unit)
    return f"{text}: {more}" if more else f"{text}."


def _more(statement: Statement, unit: str) -> str:
    figure = None if statement.quantity is None else quantity_text(statement.quantity, unit)
    if statement.act is Act.CLAIM and statement.claim is not None:
        text = _(CLAIMS[statement.claim.value])
        return f"{text}, {figure}." if figure else f"{text}."
    if statement.act is Act.DECIDE:
        if statement.quantity is None:
            return _(DECISIONS[ALL]) + "."
        return _(DECISIONS[PART]) + f", {figure}." if statement.quantity else _(DECISIONS[NOTHING]) + "."
    return f"{figure}." if figure else ""


@blueprint.app_template_filter("turn_text")
def turn_text(thread: Thread, viewer: str) -> str:
    """Return whose turn it is, until when and what silence means, to one of the parties."""
    turn, party = thread.turn_on(today()), Party(viewer)
    day = "" if thread.answer_by is None else day_text(thread.answer_by)
    if party is Party.CLIENT and thread.answer_by is not None:
        day = said_day_text(thread.answer_by, today=today())
    if thread.turn.value == party.value and thread.answer_by is not None:
        return _(OWN_LATE_TURN if thread.is_late(today()) else OWN_TURN, day=day)
    if turn is Turn.COUNTY and party is Party.COUNTY:
        return _(COUNTYS_TURN)
    return _(TURNS[turn.value], day=day)


@blueprint.app_template_global("dispute_refusal")
def refusal_text(refusal: Refusal) -> str:
    """Return why a statement was refused."""
    return _(REFUSALS.get(refusal.code, REFUSALS["dispute_closed"]))


@blueprint.route("/kulut/<int:charge_id>/keskustelu", methods=["GET", "POST"])
@allow(*CLIENT_ROLES)
def show(charge_id: int) -> Result:
    """Show the thread about a visit; the client accepts the provider's answer, or not."""
    person, form = acting(), ReplyForm()
    charge, thread = person.data.charge(charge_id), person.data.threads([charge_id]).get(charge_id)
    if charge is None or thread is None or (request.method == "POST" and not person.may_confirm):
        not_found()
    reply = _reply(form, charge) if form.validate_on_submit() else None
    if reply is not None:
        keep_wish_or_ask(person, GuardianAct.REPLY, charge_id)
        flash(_(_receipt(reply)), "success")
        return redirect(url_for(".show", charge_id=charge_id))
    form.after.data = str(thread.last_number)
    page = {"person": person, "charge": charge, "thread": thread, "form": form}
    return render_template("marketplace/thread.html", **page)


def _reply(form: ReplyForm, charge: MyCharge) -> Thread | None:
    """Store the reply and return the thread; None if it was refused."""
    reply = reply_to_answer(
        db(),
        charge=charge,
        accept=request.form.get("reply") == "accept",
        words=form.words.data or "",
        after=read_id(form.after.data or ""),
        actor=current_actor(),
        now=now(),
    )
    if isinstance(reply, Refusal):
        form.refuse(None, refusal_text(reply))
        return None
    return reply


def _receipt(thread: Thread) -> str:
    if thread.turn is Turn.CLOSED:
        return N_("Thank you. The matter is closed.")
    return N_("Thank you. The county decides now, and you will read the reason here.")
