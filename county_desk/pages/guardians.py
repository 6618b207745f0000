"""/tt/asiakas/<id>/edunvalvoja: the county records a client's guardian, and ends a guardian's rights."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for

from county_desk.disclosure.guardians import Guardians, guardians_of_client
from county_desk.pages.looking import reason_to_look, require_own_client
from county_desk.pages.worded_form import WordedForm
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Role
from foundation.web.catalogues import N_
from foundation.web.clock import now, today
from foundation.web.formats import day_text, name_text
from foundation.web.forms import (
    ChoiceField,
    ChoicesField,
    DayField,
    EmailField,
    TextField,
    at_most,
    may_be_empty,
    needed,
    pairs,
)
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db
from marketplace.actions.change_mandate import change_mandate, end_mandate
from marketplace.actions.invite_to_act import Invited, Invitee, invite, withdraw_invitation
from marketplace.load.fundings import MyFunding
from marketplace.load.invitations import GivenMandate
from marketplace.rules.mandate_terms import Guardianship, MandateTerms, Right, grouped

blueprint = Blueprint("county_guardians", __name__, template_folder="../templates")
RIGHTS = {
    Right.SEE.value: N_("See the money and the visits"),
    Right.PROPOSE.value: N_("Suggest providers to the client"),
    Right.CHOOSE.value: N_("Choose providers"),
    Right.MOVE.value: N_("Move money between vouchers"),
    Right.CONFIRM.value: N_("Answer for visits"),
}
GUARDIANSHIPS = {
    "guardian": N_("Guardian (Act 442/1999)"),
    "limited_capacity": N_("Guardian; the client's capacity is limited by a court"),
    "continuing_power": N_("Continuing power of attorney (Act 648/2007)"),
}
LONGEST = 100
ALL, SOME = "all", "some"
FAULTS = {
    "right_needed": N_("Choose at least one right"),
    "sight_needed": N_("The other rights need the right to see"),
    "last_day_past": N_("The last day must be today or later"),
    "funding_needed": N_("Choose at least one voucher"),
    "funding_unknown": N_("Choose from the list"),
    "ends_before_start": N_("The last day is before the first"),
    "first_day_past": N_("The rights can change today at the earliest, and not before they begin"),
    "too_many_invitations": N_("The client has many open invitations. Withdraw one first."),
}


class GuardianForm(WordedForm):
    """Who, from which document, which rights and on which days."""

    name = TextField(
        N_("Name of the guardian"),
        [needed(N_("Enter the name")), at_most(LONGEST, N_("Enter at most %(length)s characters"))],
    )
    email = EmailField(N_("E-mail address"), [may_be_empty()], hint=N_("A message without the code is sent."))
    kind = ChoiceField(
        N_("Kind of guardianship"),
        [needed(N_("Choose the kind of guardianship"))],
        choices=list(GUARDIANSHIPS.items()),
    )
    document_number = TextField(
        N_("Number of the document"),
        [needed(N_("Enter the number")), at_most(LONGEST, N_("Enter at most %(length)s characters"))],
        hint=N_("The number of the decision, or of the entry in the register of guardianship affairs."),
    )
    first_day = DayField(N_("First day"), [needed(N_("Enter the first day"))])
    last_day = DayField(N_("Last day"), [may_be_empty()], hint=N_("Leave it empty if there is none."))
    rights = ChoicesField(N_("Rights"), choices=list(RIGHTS.items()))

    def terms(self) -> MandateTerms:
        """Return the terms of the mandate, for all vouchers."""
        return MandateTerms(frozenset(map(Right, self.rights.data or [])), None, self.last_day.data)

    def guardianship(self) -> Guardianship:
        """Return the paper from which the guardian acts."""
        assert self.first_day.data is not None
        return Guardianship(self.kind.data or "", self.document_number.data or "", self.first_day.data)

    def are_days_right(self) -> bool:
        """Refuse a last day before the first; return whether the days are right."""
        first, last = self.first_day.data, self.last_day.data
        if first is None or last is None or first <= last:
            return True
        self.refuse("last_day", _("The last day is before the first"))
        return False


class RightsForm(WordedForm):
    """New rights of a guardian: which, for which vouchers, from when and until when."""

    rights = ChoicesField(N_("Rights"), choices=list(RIGHTS.items()))
    scope = ChoiceField(
        N_("Vouchers"), choices=[(ALL, N_("All vouchers")), (SOME, N_("Only the chosen vouchers"))]
    )
    fundings = ChoicesField(N_("Chosen vouchers"), choices=[])
    first_day = DayField(N_("First day"), [needed(N_("Enter the first day"))])
    last_day = DayField(N_("Last day"), [may_be_empty()], hint=N_("Leave it empty if there is none."))

    def terms(self) -> MandateTerms:
        """Return the new terms."""
        named = frozenset(int(key) for key in self.fundings.data or [])
        rights = frozenset(map(Right, self.rights.data or []))
        return MandateTerms(rights, named if self.scope.data == SOME else None, self.last_day.data)


def _rights_form(found: Guardians, mandate: GivenMandate) -> RightsForm:
    terms = mandate.terms
    form = RightsForm(
        data={
            "rights": sorted(terms.rights),
            "scope": ALL if terms.funding_ids is None else SOME,
            "fundings": sorted(terms.funding_ids or ()),
            "first_day": max(today(), mandate.first_day),
            "last_day": terms.last_day,
        }
    )
    form.fundings.choices = pairs((each.facts.id, _label(each)) for each in found.fundings)
    form.scope.data = form.scope.data or ALL
    return form


def _label(funding: MyFunding) -> str:
    window = funding.facts.window
    names = ", ".join(name_text(name) for name in funding.services.values())
    return f"{names}, {day_text(window.first)}–{day_text(window.last)}"


@blueprint.route("/tt/asiakas/<int:client_id>/edunvalvoja/<int:mandate_id>", methods=["GET", "POST"])
@allow(Role.WORKER)
def change_guardian(client_id: int, mandate_id: int) -> Result:
    """Change what a guardian may do, with which vouchers, from when and until when."""
    found = _guardians(client_id)
    mandate = next((each for each in found.mandates if each.id == mandate_id), None) or not_found()
    form = _rights_form(found, mandate)
    if form.validate_on_submit():
        refusal = _change(client_id, mandate_id, form)
        if refusal is None:
            flash(_("The rights of the guardian were changed."), "success")
            return redirect(url_for(".record_guardian", client_id=client_id))
        form.refuse(refusal.field or None, _(FAULTS[refusal.code]))
    return render_template("county_desk/guardian_rights.html", found=found, mandate=mandate, form=form)


def _change(client_id: int, mandate_id: int, form: RightsForm) -> Refusal | None:
    assert form.first_day.data is not None
    return change_mandate(
        db(),
        client_id=client_id,
        mandate_id=mandate_id,
        terms=form.terms(),
        first_day=form.first_day.data,
        actor=current_actor(),
        now=now(),
    )


@blueprint.route("/tt/asiakas/<int:client_id>/edunvalvoja", methods=["GET", "POST"])
@allow(Role.WORKER)
def record_guardian(client_id: int) -> Result:
    """Record a guardian and show the code to hand over; list the guardians."""
    found = _guardians(client_id)
    form = GuardianForm(data={"first_day": today(), "rights": [Right.SEE.value]})
    if form.validate_on_submit() and form.are_days_right():
        outcome = _invite(found, form)
        if isinstance(outcome, Invited):
            return _page(found, form, grouped(outcome.code))
        form.refuse(outcome.field or None, _(FAULTS[outcome.code]))
    return _page(found, form, None)


def _guardians(client_id: int) -> Guardians:
    """Return the client's guardians; a worker who has not said why today is asked on the client's page."""
    require_own_client(client_id)
    why = reason_to_look(client_id)
    if why is None:
        abort(redirect(url_for("county_clients.show", client_id=client_id)))
    actor = current_actor()
    found = guardians_of_client(db(), actor.county_id or 0, client_id, why=why, actor=actor, now=now())
    return found or not_found()


def _invite(found: Guardians, form: GuardianForm) -> Invited | Refusal:
    return invite(
        db(),
        client_id=found.client.id,
        county_id=found.client.county_id,
        invitee=Invitee(form.name.data or "", (form.email.data or "").lower() or None),
        terms=form.terms(),
        actor=current_actor(),
        now=now(),
        guardianship=form.guardianship(),
    )


def _page(found: Guardians, form: GuardianForm, code: str | None) -> Page:
    return render_template(
        "county_desk/guardian.html", found=found, form=form, code=code, kinds=GUARDIANSHIPS, rights=RIGHTS
    )


@blueprint.post("/tt/asiakas/<int:client_id>/edunvalvoja/<int:mandate_id>/lopeta")
@allow(Role.WORKER)
def end_guardian(client_id: int, mandate_id: int) -> Result:
    """End a guardian's rights at once."""
    found = _guardians(client_id)
    key = {"client_id": found.client.id, "mandate_id": mandate_id}
    if end_mandate(db(), **key, actor=current_actor(), now=now()) is not None:
        not_found()
    flash(_("The guardian's rights have ended."), "success")
    return redirect(url_for(".record_guardian", client_id=client_id))


@blueprint.post("/tt/asiakas/<int:client_id>/edunvalvoja/kutsu/<int:invitation_id>/peru")
@allow(Role.WORKER)
def withdraw_code(client_id: int, invitation_id: int) -> Result:
    """Withdraw a code that a guardian has not used."""
    found = _guardians(client_id)
    if invitation_id not in {each.id for each in found.invitations}:
        not_found()
    key = {"client_id": client_id, "county_id": found.client.county_id, "invitation_id": invitation_id}
    withdraw_invitation(db(), **key, actor=current_actor(), now=now())
    flash(_("The code no longer works."), "success")
    return redirect(url_for(".record_guardian", client_id=client_id))
