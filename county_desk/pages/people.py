"""/hallinta/ihmiset: an administrator invites the county's people, changes their roles and ends them."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for

from county_desk.actions.change_person import change_terms, end_role
from county_desk.actions.invite_person import InvitedPerson, invite_person, withdraw_role_invitation
from county_desk.load.people import (
    CountyPerson,
    InvitingCounty,
    inviting_county,
    open_role_invitations,
    people_of_county,
    person_of_county,
)
from county_desk.pages.worded_form import WordedForm
from county_desk.rules.people import RoleTerms
from foundation.vocabulary.labels import ROLES
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import COUNTY_ROLES, Role
from foundation.web.catalogues import N_
from foundation.web.clock import now, today
from foundation.web.forms import (
    ChoiceField,
    DayField,
    EmailField,
    MoneyField,
    TextField,
    at_most,
    may_be_empty,
    needed,
)
from foundation.web.identity import allow, current_actor, fresh
from foundation.web.languages import _
from foundation.web.pages import Page, Result, not_found
from foundation.web.state import shell
from foundation.web.transaction import db

blueprint = Blueprint("county_people", __name__, template_folder="../templates")
FAULTS = {
    "email_malformed": N_("Enter an e-mail address, for example name@example.fi"),
    "last_day_needed": N_("A substitute needs a last day"),
    "last_day_past": N_("The last day must be today or later"),
    "last_day_before_first": N_("The last day is before the first"),
    "day_impossible": N_("Check the year"),
    "limit_of_worker_only": N_("Only a case worker has a limit"),
    "limit_not_positive": N_("The limit must be more than 0 euros"),
    "role_held": N_("The person has this role already"),
    "substitute_unknown": N_("Nobody else has this address in this role"),
    "own_role": N_("You cannot give, change or end a role of your own. Ask another administrator."),
}


class TermsForm(WordedForm):
    """The last day of a role, and the most that a case worker may grant in one decision."""

    last_day = DayField(N_("Last day"), [may_be_empty()], hint=N_("Leave it empty if there is none."))
    granting_limit = MoneyField(
        N_("Granting limit in euros"),
        [may_be_empty()],
        hint=N_("The most that a case worker may grant in one decision. Leave it empty if there is none."),
    )

    def limit(self) -> Money | None:
        """Return the limit in cents; None if there is none."""
        return None if self.granting_limit.data is None else Money(self.granting_limit.data)

    def show(self, refusal: Refusal) -> None:
        """Show why an action was refused, each reason at its field."""
        for reason in refusal.reasons or (refusal,):
            self.refuse(reason.field or None, _(FAULTS[reason.code]))


class InviteForm(TermsForm):
    """Whom, to which role, and from which day on."""

    email = EmailField(
        N_("E-mail address"),
        [needed(N_("Enter the e-mail address"))],
        hint=N_("We send the link there. The person logs in with this address."),
    )
    role = ChoiceField(
        N_("Role"),
        [needed(N_("Choose a role"))],
        choices=[(role.value, ROLES[role]) for role in COUNTY_ROLES],
    )
    first_day = DayField(N_("First day"), [needed(N_("Enter the first day"))])
    substitute_for = EmailField(
        N_("Substitute for"),
        [may_be_empty()],
        hint=N_("The e-mail address of the person who is away. Leave it empty if there is none."),
    )

    def terms(self) -> RoleTerms:
        """Return the terms of the role."""
        assert self.first_day.data is not None  # the form has been validated
        role = Role(self.role.data or "")
        days = (self.first_day.data, self.last_day.data)
        return RoleTerms(role, *days, self.limit(), (self.substitute_for.data or "").strip() or None)


class EndForm(WordedForm):
    """Why a role ends."""

    why = TextField(
        N_("Why does the role end?"),
        [needed(N_("Enter the reason")), at_most(200, N_("Enter at most %(length)s characters"))],
        hint=N_("For the audit log, for example: left the county"),
    )


@blueprint.get("/hallinta/ihmiset")
@allow(Role.ADMIN)
def list_all() -> Page:
    """List the county's people, and the invitations that are open."""
    county = _county()
    return render_template(
        "county_desk/people.html",
        people=people_of_county(db(), county.id, today()),
        invitations=open_role_invitations(db(), county.id, now()),
        role_names=ROLES,
        own_id=current_actor().person_id,
    )


@blueprint.route("/hallinta/ihmiset/kutsu", methods=["GET", "POST"])
@allow(Role.ADMIN)
@fresh
def invite() -> Result:
    """Invite somebody to a role; the link goes by mail."""
    county, form = _county(), InviteForm(data={"first_day": today()})
    if form.validate_on_submit():
        outcome = _invite(county, form)
        if isinstance(outcome, InvitedPerson):
            flash(_("The invitation is on its way. The link works for 72 hours."), "success")
            return redirect(url_for(".list_all"), 303)
        form.show(outcome)
    return render_template("county_desk/person_invite.html", form=form)


@blueprint.route("/hallinta/ihmiset/<int:role_grant_id>", methods=["GET", "POST"])
@allow(Role.ADMIN)
@fresh
def change(role_grant_id: int) -> Result:
    """Change the last day and the limit of a role."""
    person = _person(role_grant_id)
    terms = person.terms
    form = TermsForm(data={"last_day": terms.last_day, "granting_limit": terms.granting_limit_cents})
    if form.validate_on_submit():
        refusal = _change(person, form)
        if refusal is None:
            flash(_("The role is changed."), "success")
            return redirect(url_for(".list_all"), 303)
        form.show(refusal)
    return _one("person.html", person, form)


@blueprint.route("/hallinta/ihmiset/<int:role_grant_id>/lopeta", methods=["GET", "POST"])
@allow(Role.ADMIN)
def end(role_grant_id: int) -> Result:
    """Say what ends with a role, and end it."""
    person, form = _person(role_grant_id), EndForm()
    if form.validate_on_submit():
        key = {"actor": current_actor(), "now": now(), "why": form.why.data or ""}
        refusal = end_role(db(), _county().id, role_grant_id, **key)  # type: ignore[arg-type]
        if refusal is None:
            flash(_("The role has ended."), "success")
            return redirect(url_for(".list_all"), 303)
        form.refuse(None, _(FAULTS[refusal.code]))
    return _one("person_end.html", person, form)


@blueprint.post("/hallinta/ihmiset/kutsut/<int:invitation_id>/peru")
@allow(Role.ADMIN)
def withdraw(invitation_id: int) -> Result:
    """Withdraw an invitation: its link works no longer."""
    if not withdraw_role_invitation(db(), _county().id, invitation_id, actor=current_actor(), now=now()):
        not_found()
    flash(_("The link no longer works."), "success")
    return redirect(url_for(".list_all"), 303)


def _county() -> InvitingCounty:
    return inviting_county(db(), current_actor().county_id or 0) or not_found()


def _person(role_grant_id: int) -> CountyPerson:
    return person_of_county(db(), _county().id, role_grant_id, today()) or not_found()


def _invite(county: InvitingCounty, form: InviteForm) -> InvitedPerson | Refusal:
    return invite_person(
        db(),
        county,
        form.email.data or "",
        form.terms(),
        actor=current_actor(),
        now=now(),
        address=shell().settings.public_url or request.url_root,
    )


def _change(person: CountyPerson, form: TermsForm) -> Refusal | None:
    return change_terms(
        db(),
        _county().id,
        person.role_grant_id,
        last_day=form.last_day.data,
        granting_limit_cents=form.limit(),
        actor=current_actor(),
        now=now(),
    )


def _one(template: str, person: CountyPerson, form: WordedForm) -> Page:
    is_own = person.person_id == current_actor().person_id
    return render_template(
        f"county_desk/{template}", person=person, form=form, role_names=ROLES, is_own=is_own
    )
