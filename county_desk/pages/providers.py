"""/tt/tuottajat: the providers that the county knows; approving, suspending and ending."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from clearing.charges.load.charges_since import ChargesSince
from clearing.eligibility.facts.kinds import ApprovalState
from county_desk.disclosure.fundings import concerned_by_approval
from county_desk.load.providers import CountyProvider, ProviderFilter, county_provider, county_providers
from county_desk.pages.worded_form import WordedForm
from foundation.vocabulary.labels import APPROVAL_STATES
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import COUNTY_READERS, Role
from foundation.web.api import read_page_number
from foundation.web.catalogues import N_
from foundation.web.clock import now, today
from foundation.web.forms import ChoiceField, DayField, TextAreaField, YesField, at_most, may_be_empty, needed
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _, ngettext
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db
from marketplace.actions.approve_provider import ApprovalChanged, OfService
from marketplace.actions.change_approval_window import change_approval_until
from marketplace.load.approvals import TouchedChoice
from marketplace.load.catalogue import service_names
from marketplace.rules.approving import APPROVAL_REFUSALS, ApprovalRefusalCode

blueprint = Blueprint("county_providers_pages", __name__, template_folder="../templates")
ON_A_PAGE = 25
FORM_FIELDS = {"why": "why", "from": "from_day", "to": "last_day", "acknowledged": "seen"}
STATES = [state.value for state in ApprovalState]


class ApprovalForm(WordedForm):
    """What the county says of one service of a provider."""

    state = ChoiceField(
        N_("What do you decide?"),
        [needed(N_("Choose one"))],
        choices=[
            ("approved", N_("Approve")),
            ("suspended", N_("Suspend: visits from this day on are refused")),
            ("ended", N_("End: the clients' choices end and what they hold is free")),
        ],
    )
    from_day = DayField(N_("From which day on?"), [needed(N_("Write the day, for example 1.12.2026"))])
    last_day = DayField(
        N_("Until which day?"),
        [may_be_empty()],
        hint=N_("Of a suspension only. Leave it empty if you do not know."),
    )
    why = TextAreaField(
        N_("Why?"),
        [at_most(500, N_("Enter at most %(length)s characters"))],
        hint=N_("Needed when you suspend or end. The provider reads it."),
    )
    seen = YesField(N_("I have read the list. Hold the charges that are not yet paid."))


@blueprint.get("/tt/tuottajat")
@allow(*COUNTY_READERS)
def list_all() -> Page:
    """The providers, by name."""
    filters, paging = _filters(), read_page_number(ON_A_PAGE)
    window = {"first": paging.offset, "count": paging.page_size}
    found, total = county_providers(db(), _county_id(), filters, day=today(), now=now(), **window)
    return render_template(
        "county_desk/providers.html",
        providers=found,
        paging=paging.of(total),
        filters=filters,
        states=[(state, APPROVAL_STATES[state].text) for state in STATES],
        names=service_names(db()),
    )


def _filters() -> ProviderFilter:
    state = request.args.get("state", "")
    text = request.args.get("haku", "").replace("\x00", "").strip()[:100]
    return ProviderFilter(text or None, None, state if state in STATES else None)


@blueprint.get("/tt/tuottaja/<business_id>")
@allow(*COUNTY_READERS)
def show_one(business_id: str) -> Page:
    """One provider: papers, account, approvals with their history."""
    provider = _provider(business_id)
    return render_template("county_desk/provider.html", provider=provider, names=service_names(db()))


@blueprint.route("/tt/tuottaja/<business_id>/<service>", methods=["GET", "POST"])
@allow(Role.WORKER)
def decide(business_id: str, service: str) -> Result:
    """Approve, suspend or end one service, with the clients whom it touches named."""
    provider = _provider(business_id)
    approval = next((one for one in provider.approvals if one.service == service), None) or not_found()
    form = ApprovalForm(data={"from_day": today()})
    if form.validate_on_submit() and _decided(form, provider, service):
        return redirect(url_for(".show_one", business_id=business_id))
    shown = {"provider": provider, "approval": approval, "names": service_names(db())}
    touched, since = _concerned(form, provider, service)
    return render_template("county_desk/approval.html", form=form, touched=touched, since=since, **shown)


def _county_id() -> int:
    return current_actor().county_id or 0


def _provider(business_id: str) -> CountyProvider:
    return county_provider(db(), _county_id(), business_id, day=today(), now=now()) or not_found()


def _concerned(
    form: ApprovalForm, provider: CountyProvider, service: str
) -> tuple[list[TouchedChoice], ChargesSince | None]:
    """Return the choices, and the charges to confirm if the form was sent without confirming them."""
    since = form.from_day.data if form.seen.errors else None
    key, actor = (provider.id, _county_id(), service), current_actor()
    return concerned_by_approval(db(), *key, day=today(), since=since, actor=actor, now=now())


def _decided(form: ApprovalForm, provider: CountyProvider, service: str) -> bool:
    from_day = form.from_day.data
    assert from_day is not None  # the form has been validated
    changed = _changed(form, from_day, provider, service)
    if isinstance(changed, Refusal):
        form.refuse(FORM_FIELDS.get(changed.field, "state"), _(APPROVAL_REFUSALS[changed.code]))
        return False
    flash(_("The approval is changed."), "success")
    if changed.since.held:
        held = len(changed.since.held)
        flash(ngettext("%(n)s charge is on hold.", "%(n)s charges are on hold.", held), "success")
    if changed.since.taken_back:
        flash(_taken_back(len(changed.since.taken_back)), "success")
    return True


def _changed(
    form: ApprovalForm, from_day: date, provider: CountyProvider, service: str
) -> ApprovalChanged | Refusal:
    of_service: OfService = {"provider_id": provider.id, "county_id": _county_id(), "service": service}
    said: dict[str, Any] = {
        "from_day": from_day,
        "why": form.why.data or "",
        "acknowledged": [ApprovalRefusalCode.CHARGES_SINCE] if form.seen.data else [],
        "actor": current_actor(),
        "now": now(),
    }
    state = ApprovalState(form.state.data)
    return change_approval_until(db(), **of_service, state=state, last_day=form.last_day.data, **said)


def _taken_back(count: int) -> str:
    return ngettext(
        "What was left of %(n)s corrected charge was taken back.",
        "What was left of %(n)s corrected charges was taken back.",
        count,
    )
