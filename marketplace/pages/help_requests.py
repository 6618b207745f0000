"""/valitse/en-halua-setelia and /valitse/auta-valitsemaan: what a client asks of the county's workers."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for

from clearing.charges.rules.disputes import answer_by
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CLIENT_ROLES
from foundation.web.catalogues import N_
from foundation.web.clock import now, today
from foundation.web.formats import name_text
from foundation.web.forms import ChoiceField, Form, TextAreaField, at_most, needed, pairs
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _
from foundation.web.pages import Result, not_found
from foundation.web.transaction import db
from marketplace.actions.request_help import (
    HELP_CHOOSING,
    LONGEST_WORDS,
    NO_VOUCHER,
    request_help,
    withdraw_request,
)
from marketplace.load.fundings import MyFunding
from marketplace.load.help_requests import HelpRequestEntry
from marketplace.pages.acting_client import Acting, acting, usable_fundings
from marketplace.pages.guardian_wish import keep_wish_or_ask
from marketplace.rules.guardian_acts import GuardianAct

blueprint = Blueprint("marketplace_help_requests", __name__, template_folder="../templates")
ANSWERS_SHOWN = timedelta(days=14)
"""How long an answer is on the start page."""
TEMPLATES = {
    NO_VOUCHER: "marketplace/without_voucher.html",
    HELP_CHOOSING: "marketplace/help_choosing.html",
}


class HelpRequestForm(Form):
    """Which voucher, and what the client wants."""

    voucher = ChoiceField(N_("Which voucher do you not want?"), [needed(N_("Choose the voucher"))])
    words = TextAreaField(
        N_("What do you want instead?"),
        [at_most(LONGEST_WORDS, N_("Enter at most %(length)s characters"))],
        hint=N_("You do not have to write anything."),
    )


@blueprint.route("/valitse/en-halua-setelia", methods=["GET", "POST"])
@allow(*CLIENT_ROLES)
def without_voucher() -> Result:
    """Show what happens when a voucher is refused (Act 569/2009, section 6), and send the refusal."""
    return _ask(NO_VOUCHER)


@blueprint.route("/valitse/auta-valitsemaan", methods=["GET", "POST"])
@allow(*CLIENT_ROLES)
def help_choosing() -> Result:
    """Ask a worker for help with choosing."""
    return _ask(HELP_CHOOSING)


def _ask(kind: str) -> Result:
    person = acting()
    if (kind == HELP_CHOOSING and not person.data.is_for_all) or (
        request.method == "POST" and not person.may_choose
    ):
        not_found()
    fundings, waiting = usable_fundings(person), person.data.requests.newest(kind)
    form = _form(kind, fundings)
    if form.validate_on_submit():
        refusal = _send(person, form, kind, fundings)
        if refusal is None:
            flash(_("The county has your message."), "success")
            return redirect(request.path)
        form.refuse(None, _("The county already has this message from you. Wait for the answer."))
    shown = {"waiting": waiting, "form": form, "fundings": fundings, "answer_by": answer_by(today())}
    return render_template(TEMPLATES[kind], person=person, **shown)


def _form(kind: str, fundings: list[MyFunding]) -> HelpRequestForm:
    form = HelpRequestForm(data={"voucher": str(fundings[0].facts.id)} if len(fundings) == 1 else {})
    if kind != NO_VOUCHER:
        del form.voucher
        return form
    form.voucher.choices = pairs(
        (funding.facts.id, ", ".join(name_text(name) for name in funding.services.values()))
        for funding in fundings
    )
    return form


def _send(person: Acting, form: HelpRequestForm, kind: str, fundings: list[MyFunding]) -> Refusal | None:
    """Store the request; None if it is stored."""
    picked = form.voucher.data if kind == NO_VOUCHER else None
    funding = next((each for each in fundings if str(each.facts.id) == picked), None)
    words, actor = form.words.data or "", current_actor()
    done = request_help(db(), person.client, kind=kind, funding=funding, words=words, actor=actor, now=now())
    if isinstance(done, Refusal):
        return done if done.code == "request_open" else not_found()
    if kind == NO_VOUCHER:
        keep_wish_or_ask(person, GuardianAct.REFUSE_VOUCHER, done)
    return None


@blueprint.post("/valitse/pyynto/<int:request_id>/peru")
@allow(*CLIENT_ROLES)
def withdraw(request_id: int) -> Result:
    """Withdraw a request that waits for its answer."""
    person = acting()
    requests = [person.data.requests.newest(kind) for kind in TEMPLATES]
    found = next((each for each in requests if each and each.id == request_id), None) or not_found()
    if withdraw_request(db(), person.client, found, actor=current_actor(), now=now()) is not None:
        not_found()
    flash(_("You have taken your message back."), "success")
    return redirect(url_for("marketplace_home.show_home"))


@blueprint.app_template_global("answered_requests")
def answered_requests(person: Acting) -> list[HelpRequestEntry]:
    """Return the requests that the county has answered lately, for the start page."""
    return person.data.requests.answered(now() - ANSWERS_SHOWN)
