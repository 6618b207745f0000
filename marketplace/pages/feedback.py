"""/palaute: what the client says of a provider after a visit."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from markupsafe import Markup

from foundation.vocabulary.identifiers import parse_business_id
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CLIENT_ROLES
from foundation.web.clock import now, today
from foundation.web.forms import ChoiceField, Form, TextAreaField, at_most, needed
from foundation.web.identity import allow, current_actor
from foundation.web.languages import N_, _
from foundation.web.pages import Result, not_found
from foundation.web.transaction import db
from marketplace.actions.give_feedback import give_feedback
from marketplace.disclosure.feedback import may_give_feedback, own_feedback
from marketplace.load.feedback import (
    FeedbackEntry,
    PublishedFeedback,
    published_feedback,
    voices_of,
)
from marketplace.load.offerings import ProviderEntry, provider_in_register
from marketplace.pages.acting_client import Acting, acting
from marketplace.pages.guardian_wish import keep_wish_or_ask
from marketplace.pages.pictograms import with_picture
from marketplace.rules.feedback import LONGEST_WORDS, Face, Voices
from marketplace.rules.guardian_acts import GuardianAct

blueprint = Blueprint("marketplace_feedback", __name__, template_folder="../templates")
SHOWN = 10
FACES = {Face.GOOD: N_("Good"), Face.SO_SO: N_("So-so"), Face.NOT_GOOD: N_("Not good")}
DRAWINGS = {Face.GOOD: "face_helped", Face.SO_SO: "face_a_little", Face.NOT_GOOD: "face_not"}
"""Our own drawings: a telephone may lack characters of faces."""


class FeedbackForm(Form):
    """A face, and the client's own words if the client has any."""

    face = ChoiceField(N_("How was the help?"), [needed(N_("Choose one of the faces"))])
    words = TextAreaField(
        N_("What you want to say about the help"),
        [at_most(LONGEST_WORDS, N_("Enter at most %(length)s characters"))],
        hint=N_("You can leave this empty. Do not write names or about health."),
    )


@blueprint.app_template_filter("face_text")
def face_text(face: str) -> str:
    """Return the label of a face."""
    return _(FACES[Face(face)])


@blueprint.app_template_filter("face_drawing")
def face_drawing(face: str) -> Markup:
    """Return the drawing of a face, with its label."""
    return with_picture(DRAWINGS[Face(face)], face_text(face))


@blueprint.app_template_global("feedback_on")
def feedback_on(provider_id: int) -> tuple[Voices, list[PublishedFeedback]]:
    """Return the number of voices on a provider, and the newest published feedback."""
    return voices_of(db(), provider_id), published_feedback(db(), provider_id, count=SHOWN)


@blueprint.app_template_global("may_give_feedback_on")
def may_give_feedback_on(person: Acting | None, provider_id: int) -> bool:
    """Return whether the reader may give feedback on a provider."""
    if person is None or not person.may_confirm:
        return False
    return may_give_feedback(db(), person.client.id, provider_id, actor=current_actor(), now=now())


@blueprint.app_template_global("feedback_not_shown")
def feedback_not_shown(person: Acting) -> list[FeedbackEntry]:
    """Return the client's feedback that the county returned or hid, for somebody who may change it."""
    entries = _own(person) if person.may_confirm else []
    return [entry for entry in entries if entry.state in ("returned", "hidden")]


@blueprint.route("/palaute/<business_id>", methods=["GET", "POST"])
@allow(*CLIENT_ROLES)
def give(business_id: str) -> Result:
    """Show the client's feedback on a provider, and store a new or changed one."""
    person, provider, form = acting(), _provider(business_id), FeedbackForm()
    if not may_give_feedback_on(person, provider.id):
        not_found()
    own = next((entry for entry in _own(person) if entry.business_id == provider.business_id), None)
    form.face.choices = [(face.value, face_drawing(face)) for face in FACES]
    if form.validate_on_submit() and _given(form, person, provider):
        flash(_("Thank you. The county reads your feedback before it is shown."), "success")
        return redirect(url_for(".give", business_id=provider.business_id))
    if own is not None and not form.is_submitted():
        form.face.data, form.words.data = own.face, own.words
    page = {"person": person, "provider": provider, "form": form, "own": own}
    return render_template("marketplace/feedback.html", **page)


def _provider(business_id: str) -> ProviderEntry:
    known = parse_business_id(business_id)
    return (provider_in_register(db(), known, today()) if known else None) or not_found()


def _own(person: Acting) -> list[FeedbackEntry]:
    return own_feedback(db(), person.client.id, actor=current_actor(), now=now())


def _given(form: FeedbackForm, person: Acting, provider: ProviderEntry) -> bool:
    given = give_feedback(
        db(),
        client=person.client,
        provider_id=provider.id,
        face=form.face.data or "",
        words=form.words.data or "",
        actor=current_actor(),
        now=now(),
    )
    if isinstance(given, Refusal):
        form.refuse(given.field or None, _("This feedback cannot be given."))
        return False
    keep_wish_or_ask(person, GuardianAct.GIVE_FEEDBACK, given)
    return True
