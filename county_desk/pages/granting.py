"""/tt/myonna: grant a voucher by hand, one question a page; nothing answered is lost on the way."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from clearing.grants.actions.receive_decision import (
    Answer,
    DecisionReceived,
    overlaps_of,
    receive_decision,
)
from clearing.grants.facts.decision import DecisionDocument
from clearing.grants.load.municipalities import municipality_codes
from clearing.grants.rules.grant_faults import GRANT_FAULTS
from clearing.grants.rules.grant_warnings import OVER_APPROPRIATION
from clearing.grants.rules.granted_money import expected_money, granted_money
from clearing.grants.rules.voucher_codes import grouped_code
from county_desk.disclosure.clients import client_to_grant
from county_desk.load.catalogue import approved_providers, cost_centres, county_code, county_values
from county_desk.pages.grant_forms import FORMS, TITLES, ClientForm, kept_answers, shown_answers
from county_desk.pages.plain_text import plain_sentences
from county_desk.rules.grant_draft import (
    STEPS,
    document_of,
    draft_window,
    first_open_step,
    step_before,
)
from foundation.vocabulary.identifiers import place_key
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Role
from foundation.web.catalogues import N_
from foundation.web.clock import now, today
from foundation.web.formats import day_text, name_text, sentence_text
from foundation.web.forms import ChoicesField, Form, YesField, pairs
from foundation.web.identity import allow, current_actor
from foundation.web.identity.drafts import drop_draft, keep_draft, read_draft
from foundation.web.languages import _
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db
from marketplace.load.catalogue import municipalities, service_names, services, time_class_names
from marketplace.load.complaint_paths import correction_contact
from marketplace.load.names import Names

blueprint = Blueprint("county_granting", __name__, template_folder="../templates")
KEY, GRANTED = "grant_draft", "granted"
APPROPRIATION_TEXT = N_(
    "The grant takes %(granted_cents)s, and %(left_cents)s is left of the appropriation. "
    "Confirm or change it."
)
STEP_OF_FIELD = {
    "client": "asiakas",
    "services": "palvelu",
    "amount": "maara",
    "quantity": "maara",
    "window": "aika",
    "provider": "tuottaja",
    "kind": "tuottaja",
    "unit_values": "omavastuu",
    "price_cap": "omavastuu",
}


class GrantForm(Form):
    """Grant, once more if the appropriation does not suffice."""

    replaces = ChoicesField(
        N_("The client has another voucher for the same help on the same days. Does this one replace it?"),
        hint=N_(
            "A replaced voucher closes on the first day of this one, and its free money goes back that "
            "night. If you choose none, all can be used."
        ),
    )
    over = YesField(N_("Grant nevertheless. My name and this sum go into the log."))
    appropriation: Mapping[str, str | int] | None = None

    def warn_of_appropriation(self, warning: Refusal) -> None:
        """Ask for the confirmation, with what is left and what the grant takes."""
        self.appropriation = warning.values
        self.refuse("over", sentence_text(APPROPRIATION_TEXT, warning.values))


@blueprint.get("/tt/myonna")
@allow(Role.WORKER)
def begin() -> Result:
    """Begin a grant, perhaps for a client already known, or continue the one that was begun."""
    draft, number = read_draft(KEY), request.args.get("client", "").strip()[:64]
    if number or draft is None:
        draft = {"external_id": secrets.token_hex(6)} | ({"wanted": number} if number else {})
        keep_draft(KEY, draft)
    step = first_open_step(draft)
    return redirect(url_for(".ask", step=step) if step else url_for(".check"))


@blueprint.route("/tt/myonna/<step>", methods=["GET", "POST"])
@allow(Role.WORKER)
def ask(step: str) -> Result:
    """One question."""
    if step not in STEPS:
        not_found()
    if (draft := read_draft(KEY)) is None:
        return redirect(url_for(".begin"))
    form = _form(step, draft)
    if form.validate_on_submit() and (answered := _answered(step, form, draft)) is not None:
        keep_draft(KEY, answered)
        following = first_open_step(answered)
        return redirect(url_for(".ask", step=following) if following else url_for(".check"))
    return _question(step, form, draft)


@blueprint.route("/tt/myonna/tarkista", methods=["GET", "POST"])
@allow(Role.WORKER)
def check() -> Result:
    """The answers, and what the client will read; then grant."""
    if (draft := read_draft(KEY)) is None or (step := first_open_step(draft)) is not None:
        return redirect(url_for(".begin") if draft is None else url_for(".ask", step=step))
    document, faults = _document(draft), []
    form = _grant_form(document)
    if form.validate_on_submit():
        answer = _receive(form, document)
        if isinstance(answer, DecisionReceived):
            return _granted(document, answer)
        faults = _faults(form, answer)
    shown = {"form": form, "faults_of_steps": faults} | _shown(draft, document)
    return render_template("county_desk/grant_check.html", **shown)


@blueprint.get("/tt/myonna/valmis")
@allow(Role.WORKER)
def done() -> Result:
    """What was granted."""
    if (granted := read_draft(GRANTED)) is None:
        return redirect(url_for(".begin"))
    return render_template("county_desk/grant_done.html", **granted)


def _question(step: str, form: Form, draft: Mapping[str, Any]) -> Page:
    before = step_before(step)
    return render_template(
        "county_desk/grant_step.html",
        form=form,
        step=step,
        title=_(TITLES[step]),
        number=STEPS.index(step) + 1,
        steps=len(STEPS) + 1,
        before=url_for(".ask", step=before) if before else url_for("county_worklist.show"),
        values=_value_lines(draft) if step == "omavastuu" else [],
    )


def _form(step: str, draft: Mapping[str, Any]) -> Form:
    """The form of a step with what was answered before, and its choices."""
    kept = shown_answers(draft.get(step, {}))
    if step == "asiakas" and not kept:
        kept = {"number": draft.get("wanted", ""), "language": "fi"}
    if step == "paatos" and not kept:
        kept = {"decided_on": today(), "decided_by": current_actor().name}
    form = FORMS[step](data=kept)
    county_id = current_actor().county_id or 0
    if step == "asiakas":
        places = [(place.code, name_text(place.name)) for place in municipalities(db(), today(), county_id)]
        form["municipality"].choices = pairs([("", _("Choose")), *places])
    elif step == "palvelu":
        form["services"].choices = pairs(
            [(one.code, name_text(one.name)) for one in services(db(), county_id)]
        )
    elif step == "tuottaja":
        chosen = draft.get("palvelu", {}).get("services", [])
        named = approved_providers(db(), county_id, chosen, day=today())
        form["provider"].choices = pairs([("", _("None: the client chooses")), *named])
    elif step == "paatos":
        centres = [(code, f"{code} {name_text(name)}") for code, name in cost_centres(db(), county_id)]
        form["cost_centre"].choices = pairs([("", _("Choose")), *centres])
    return form


def _answered(step: str, form: Form, draft: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the draft with the answers of a step; None if they are not enough."""
    answers = kept_answers(form)
    if isinstance(form, ClientForm) and not _known_client(form, answers):
        return None
    return dict(draft) | {step: answers}


def _known_client(form: ClientForm, answers: dict[str, Any]) -> bool:
    """Fill in what the county knows of the client; a new one needs a name and a municipality."""
    actor = current_actor()
    client = client_to_grant(db(), actor.county_id or 0, answers["number"], actor=actor, now=now())
    if client is not None:
        codes = municipality_codes(db(), day=today(), county_id=actor.county_id)
        answers |= {"number": client.number, "name": client.name, "language": client.language}
        assert client.municipality is not None  # a worker who grants may know it
        answers["municipality"] = codes[place_key(client.municipality.fi)]
        return True
    for name in ("name", "municipality"):
        if not answers[name]:
            form.refuse(name, _("The client is new: this is needed"))
    return bool(answers["name"] and answers["municipality"])


def _document(draft: Mapping[str, Any]) -> DecisionDocument:
    county_id = current_actor().county_id or 0
    values = county_values(db(), county_id, day=draft_window(draft).first)
    return document_of(draft, county=county_code(db(), county_id), values=values)


def _value_lines(draft: Mapping[str, Any]) -> list[tuple[Names, Names, int, int | None]]:
    """The county's values for the chosen services, to be seen beside the question."""
    county_id = current_actor().county_id or 0
    day = draft_window(draft).first if "aika" in draft else today()
    values, names = county_values(db(), county_id, day=day), service_names(db())
    classes = time_class_names(db())
    return [
        (names[code], classes[time_class], cents, values.caps.get(code, {}).get(time_class))
        for code in draft.get("palvelu", {}).get("services", [])
        for time_class, cents in values.values.get(code, {}).items()
    ]


def _grant_form(document: DecisionDocument) -> GrantForm:
    """Return the form with the client's other vouchers for the same help, which this one may replace."""
    form, names = GrantForm(), service_names(db())
    beside = overlaps_of(db(), document, actor=current_actor(), now=now())
    form.replaces.choices = [
        (
            other.voucher,
            _(
                "%(voucher)s, decision %(number)s: %(services)s, %(first)s–%(last)s",
                voucher=grouped_code(other.voucher),
                number=other.decision,
                services=", ".join(name_text(names[code]) for code in other.services),
                first=day_text(other.window.first),
                last=day_text(other.window.last),
            ),
        )
        for other in beside
    ]
    return form


def _receive(form: GrantForm, document: DecisionDocument) -> Answer:
    acknowledged = [OVER_APPROPRIATION] if form.over.data else []
    chosen = replace(document, replaces=tuple(form.replaces.data or ()))
    return receive_decision(db(), chosen, actor=current_actor(), now=now(), acknowledged=acknowledged)


def _faults(form: GrantForm, answer: Refusal) -> list[tuple[str, str]]:
    """What is wrong, with the step where it is mended."""
    found = []
    for fault in answer.reasons:
        if fault.code == OVER_APPROPRIATION:
            form.warn_of_appropriation(fault)
            continue
        parts = [part for part in fault.field.split(".") if part != "fundings" and not part.isdigit()]
        step = STEP_OF_FIELD.get(parts[0] if parts else "", "paatos")
        text = _(GRANT_FAULTS[fault.code])
        form.refuse(None, text)
        found.append((step, text))
    return found


def _shown(draft: Mapping[str, Any], document: DecisionDocument) -> dict[str, Any]:
    """What the check page shows."""
    funding, names = document.fundings[0], service_names(db())
    units = {one.unit for one in services(db()) if one.code in funding.services}
    unit = units.pop() if len(units) == 1 else None
    county_id, granted = current_actor().county_id or 0, granted_money(funding)
    approved = approved_providers(db(), county_id, funding.services, day=today())
    provider = dict(approved).get(funding.provider or "")
    words: dict[str, Any] = {"names": names, "unit": unit, "provider": provider}
    words |= {"language": document.client.language, "correction": correction_contact(db(), county_id)}
    return {
        "draft": draft,
        "document": document,
        "funding": funding,
        "granted": granted,
        "expected": expected_money(funding),
        "unit": unit,
        "provider": provider,
        "names": names,
        "plain": [] if granted is None else plain_sentences(funding, granted, **words),
    }


def _granted(document: DecisionDocument, answer: DecisionReceived) -> Result:
    """Forget the draft, remember what came of it, and show it."""
    drop_draft(KEY)
    granted = {
        "voucher": answer.vouchers[document.fundings[0].external_id],
        "number": document.number,
        "client": document.client.number,
    }
    keep_draft(GRANTED, granted)
    return redirect(url_for(".done"))
