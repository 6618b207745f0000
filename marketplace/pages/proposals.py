"""/ehdotukset: what helpers propose to the client, the client's answer, and what the circle says."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for

from foundation.vocabulary.roles import CLIENT_ROLES
from foundation.web.catalogues import N_
from foundation.web.clock import now, today
from foundation.web.forms import Form, TextAreaField, at_most, needed
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db
from marketplace.actions.comment_proposal import comment, remove_comment
from marketplace.actions.propose import decline_proposal, withdraw_proposal
from marketplace.load.priced import Priced, price_for_me
from marketplace.load.proposals import MyProposal, Proposed
from marketplace.pages.acting_client import Acting, acting
from marketplace.pages.choose_form import ALTOGETHER, EVERY_WEEK
from marketplace.pages.guardian_wish import keep_wish_or_ask
from marketplace.rules.guardian_acts import GuardianAct
from marketplace.rules.proposing import LONGEST_WORDS, ProposalState

blueprint = Blueprint("marketplace_proposals", __name__, template_folder="../templates")

STATES = {
    ProposalState.OPEN: N_("Waiting for an answer"),
    ProposalState.OUT_OF_DATE: N_("Out of date"),
    ProposalState.ACCEPTED: N_("Accepted"),
    ProposalState.DECLINED: N_("Not chosen"),
    ProposalState.WITHDRAWN: N_("Taken back"),
}


class DeclineForm(Form):
    """Why the client does not want what is proposed; it may stay empty."""

    why = TextAreaField(
        N_("Why not? You can leave this empty."),
        [at_most(LONGEST_WORDS, N_("Enter at most %(length)s characters"))],
    )


class CommentForm(Form):
    """What somebody asks or says."""

    words = TextAreaField(
        N_("Ask or say something"),
        [needed(N_("Write a few words")), at_most(LONGEST_WORDS, N_("Enter at most %(length)s characters"))],
        hint=N_("All helpers who see this voucher can read it."),
    )


@blueprint.get("/ehdotukset")
@allow(*CLIENT_ROLES)
def show_proposals() -> Page:
    """Show the proposals to the client, the newest first."""
    person = acting()
    return render_template(
        "marketplace/proposals.html", person=person, proposals=person.data.proposals(today()), states=STATES
    )


@blueprint.get("/ehdotukset/<int:proposal_id>")
@allow(*CLIENT_ROLES)
def show_proposal(proposal_id: int) -> Page:
    """Show a proposal: each offering with what it costs the client, the answer, and the comments."""
    person = acting()
    return _page(
        person, _proposal(person, proposal_id), DeclineForm(formdata=None), CommentForm(formdata=None)
    )


def _proposal(person: Acting, proposal_id: int) -> MyProposal:
    return person.data.proposal(proposal_id, today()) or not_found()


def _page(person: Acting, proposal: MyProposal, decline: DeclineForm, said: CommentForm) -> Page:
    return render_template(
        "marketplace/proposal.html",
        person=person,
        proposal=proposal,
        prices=_prices(person, proposal),
        comments=person.data.comments(proposal),
        decline_form=decline,
        form=said,
        states=STATES,
        reader=current_actor(),
        choose_url=_choose_url,
    )


def _prices(person: Acting, proposal: MyProposal) -> dict[int, Priced]:
    """Return what each offering costs the client from the voucher of the proposal, by offering id."""
    fundings = [each for each in person.data.fundings() if each.facts.id == proposal.funding_id]
    ids = [each.entry.facts.id for each in proposal.offerings]
    return price_for_me(db(), fundings[0], ids, today()) if fundings else {}


def _choose_url(proposal: MyProposal, proposed: Proposed) -> str:
    """Return the page of the choice with the proposed plan filled in. Nothing is chosen before its check."""
    wish = proposed.wish
    amount = wish.quantity_per_week or wish.quantity or 0
    return url_for(
        "marketplace_choosing.ask",
        offering=proposed.entry.facts.id,
        funding=proposal.funding_id,
        how=ALTOGETHER if wish.quantity_per_week is None else EVERY_WEEK,
        amount=f"{amount / 100:g}".replace(".", ","),
        starts_on=max(wish.starts_on, today()).isoformat(),
    )


@blueprint.post("/ehdotukset/<int:proposal_id>/hylkaa")
@allow(*CLIENT_ROLES)
def decline(proposal_id: int) -> Result:
    """Decline a proposal, with or without a word."""
    person, form = acting(), DeclineForm()
    proposal = _proposal(person, proposal_id)
    if not form.validate():
        return _page(person, proposal, form, CommentForm(formdata=None)), 422
    actor, why = current_actor(), form.why.data or ""
    if decline_proposal(db(), proposal_id=proposal.id, why=why, actor=actor, now=now()) is not None:
        not_found()
    keep_wish_or_ask(person, GuardianAct.DECLINE, proposal.id)
    flash(_("You said no to the suggestion. Nothing was chosen."), "success")
    return redirect(url_for(".show_proposals"))


@blueprint.post("/ehdotukset/<int:proposal_id>/peru")
@allow(*CLIENT_ROLES)
def withdraw(proposal_id: int) -> Result:
    """Withdraw a proposal that one has made."""
    proposal = _proposal(acting(), proposal_id)
    if withdraw_proposal(db(), proposal_id=proposal.id, actor=current_actor(), now=now()) is not None:
        not_found()
    flash(_("The suggestion was taken back."), "success")
    return redirect(url_for(".show_proposals"))


@blueprint.post("/ehdotukset/<int:proposal_id>/kommentti")
@allow(*CLIENT_ROLES)
def say(proposal_id: int) -> Result:
    """Ask or say something about a proposal."""
    person, form = acting(), CommentForm()
    proposal = _proposal(person, proposal_id)
    if not form.validate():
        return _page(person, proposal, DeclineForm(formdata=None), form), 422
    words = form.words.data or ""
    comment(db(), proposal_id=proposal.id, words=words, actor=current_actor(), now=now())
    return redirect(url_for(".show_proposal", proposal_id=proposal.id, _anchor="said"))


@blueprint.post("/ehdotukset/<int:proposal_id>/kommentti/<int:comment_id>/poista")
@allow(*CLIENT_ROLES)
def remove(proposal_id: int, comment_id: int) -> Result:
    """Remove a comment; a mark stays."""
    proposal = _proposal(acting(), proposal_id)
    key = {"proposal_id": proposal.id, "comment_id": comment_id}
    if remove_comment(db(), **key, actor=current_actor(), now=now()) is not None:
        not_found()
    return redirect(url_for(".show_proposal", proposal_id=proposal.id, _anchor="said"))
