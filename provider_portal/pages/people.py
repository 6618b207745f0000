"""/t/yritys/ihmiset: an owner invites the company's people, changes the last day of a role and ends it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for

from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import PROVIDER_OWNERS, Role
from foundation.web.catalogues import N_
from foundation.web.clock import now, today
from foundation.web.forms import (
    ChoiceField,
    DayField,
    EmailField,
    Form,
    TextField,
    at_most,
    may_be_empty,
    needed,
)
from foundation.web.identity import allow, current_actor, current_provider_id, fresh
from foundation.web.languages import _
from foundation.web.pages import Page, Result, not_found
from foundation.web.state import shell
from foundation.web.transaction import db
from marketplace.actions.change_colleague import change_colleague, end_colleague
from marketplace.actions.invite_colleague import (
    InvitedColleague,
    invite_colleague,
    withdraw_colleague_invitation,
)
from marketplace.actions.reset_owner_factor import stop_reset
from marketplace.load.colleagues import (
    Colleague,
    colleague,
    colleagues_of,
    inviting_provider,
    open_provider_invitations,
)
from marketplace.load.factor_resets import open_resets
from marketplace.rules.colleagues import ColleagueTerms
from provider_portal.pages.labels import SHORT_ROLES

blueprint = Blueprint("provider_people", __name__, template_folder="../templates")
FAULTS = {
    "email_malformed": N_("Enter an e-mail address, for example name@example.fi"),
    "role_not_of_provider": N_("Choose a role"),
    "last_day_past": N_("The last day must be today or later"),
    "day_impossible": N_("Check the year"),
    "role_held": N_("The person has this role already"),
    "own_role": N_("You cannot give, change or end a role of your own. Ask another owner."),
}


class LastDayForm(Form):
    """The last day of a role."""

    last_day = DayField(N_("Last day"), [may_be_empty()], hint=N_("Leave it empty if there is none."))

    def show(self, refusal: Refusal) -> None:
        """Show why an action was refused, each reason at its field."""
        for reason in refusal.reasons or (refusal,):
            self.refuse(reason.field or None, _(FAULTS[reason.code]))


class InviteForm(LastDayForm):
    """Whom, and to which role."""

    email = EmailField(
        N_("E-mail address"),
        [needed(N_("Enter the e-mail address"))],
        hint=N_("We send the link there. The person logs in with this address."),
    )
    role = ChoiceField(
        N_("Role"),
        [needed(N_("Choose a role"))],
        choices=[
            (Role.PROVIDER_BILLER.value, N_("Biller: charges visits and reads settlements")),
            (Role.PROVIDER_WORKER.value, N_("Worker: sees the visits of own clients and charges them")),
            (Role.PROVIDER_OWNER.value, N_("Owner: also changes prices, the bank account and people")),
        ],
    )

    def terms(self) -> ColleagueTerms:
        """Return the terms of the role."""
        return ColleagueTerms(Role(self.role.data or ""), self.last_day.data)


class EndForm(Form):
    """Why a role ends."""

    why = TextField(
        N_("Why does the role end?"),
        [needed(N_("Enter the reason")), at_most(200, N_("Enter at most %(length)s characters"))],
        hint=N_("For the audit log, for example: left the company"),
    )


@blueprint.get("/t/yritys/ihmiset")
@allow(*PROVIDER_OWNERS)
def list_all() -> Page:
    """List the company's people, and the invitations that are open."""
    provider_id = current_provider_id()
    return render_template(
        "provider_portal/people.html",
        people=colleagues_of(db(), provider_id, today()),
        invitations=open_provider_invitations(db(), provider_id, now()),
        resets=open_resets(db(), provider_id),
        role_names=SHORT_ROLES,
        own_id=current_actor().person_id,
    )


@blueprint.route("/t/yritys/ihmiset/kutsu", methods=["GET", "POST"])
@allow(*PROVIDER_OWNERS)
@fresh
def invite() -> Result:
    """Invite somebody to a role; the link goes by mail."""
    form = InviteForm()
    form.role.choices = [(value, _(text)) for value, text in form.role.choices]
    if form.validate_on_submit():
        outcome = _invite(form)
        if isinstance(outcome, InvitedColleague):
            flash(_("The invitation is on its way. The link works for 72 hours."), "success")
            return redirect(url_for(".list_all"), 303)
        form.show(outcome)
    return render_template("provider_portal/person_invite.html", form=form)


@blueprint.route("/t/yritys/ihmiset/<int:role_grant_id>", methods=["GET", "POST"])
@allow(*PROVIDER_OWNERS)
@fresh
def change(role_grant_id: int) -> Result:
    """Change the last day of a role."""
    person = _person(role_grant_id)
    form = LastDayForm(data={"last_day": person.terms.last_day})
    if form.validate_on_submit():
        key = {"actor": current_actor(), "now": now(), "last_day": form.last_day.data}
        refusal = change_colleague(db(), current_provider_id(), role_grant_id, **key)  # type: ignore[arg-type]
        if refusal is None:
            flash(_("The role is changed."), "success")
            return redirect(url_for(".list_all"), 303)
        form.show(refusal)
    return _one("person.html", person, form)


@blueprint.route("/t/yritys/ihmiset/<int:role_grant_id>/lopeta", methods=["GET", "POST"])
@allow(*PROVIDER_OWNERS)
def end(role_grant_id: int) -> Result:
    """Say what ends with a role, and end it."""
    person, form = _person(role_grant_id), EndForm()
    if form.validate_on_submit():
        key = {"actor": current_actor(), "now": now(), "why": form.why.data or ""}
        refusal = end_colleague(db(), current_provider_id(), role_grant_id, **key)  # type: ignore[arg-type]
        if refusal is None:
            flash(_("The role has ended."), "success")
            return redirect(url_for(".list_all"), 303)
        form.refuse(None, _(FAULTS[refusal.code]))
    return _one("person_end.html", person, form)


@blueprint.post("/t/yritys/ihmiset/kutsut/<int:invitation_id>/peru")
@allow(*PROVIDER_OWNERS)
def withdraw(invitation_id: int) -> Result:
    """Withdraw an invitation: its link works no longer."""
    key = {"actor": current_actor(), "now": now()}
    if not withdraw_colleague_invitation(db(), current_provider_id(), invitation_id, **key):  # type: ignore[arg-type]
        not_found()
    flash(_("The link no longer works."), "success")
    return redirect(url_for(".list_all"), 303)


@blueprint.post("/t/yritys/ihmiset/tunnistus/<int:reset_id>/pysayta")
@allow(*PROVIDER_OWNERS)
def stop_factor_reset(reset_id: int) -> Result:
    """Stop the county from taking off an owner's second factor."""
    if reset_id not in {reset.id for reset in open_resets(db(), current_provider_id())}:
        not_found()
    stop_reset(db(), reset_id, actor=current_actor(), now=now())
    flash(_("Stopped. The second factor stays."), "success")
    return redirect(url_for(".list_all"), 303)


def _person(role_grant_id: int) -> Colleague:
    return colleague(db(), current_provider_id(), role_grant_id, today()) or not_found()


def _invite(form: InviteForm) -> InvitedColleague | Refusal:
    return invite_colleague(
        db(),
        inviting_provider(db(), current_provider_id()) or not_found(),
        form.email.data or "",
        form.terms(),
        actor=current_actor(),
        now=now(),
        address=shell().settings.public_url or request.url_root,
    )


def _one(template: str, person: Colleague, form: Form) -> Page:
    is_own = person.person_id == current_actor().person_id
    names = {"role_names": SHORT_ROLES, "is_own": is_own, "worker": Role.PROVIDER_WORKER}
    return render_template(f"provider_portal/{template}", person=person, form=form, **names)
