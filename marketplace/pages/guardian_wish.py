"""The question to a guardian who chooses: what does the client want?

A guardian asks the client before a matter that is important to the client, if the client understands it
(Act 442/1999, section 43).
"""

from __future__ import annotations

from flask import render_template, request

from foundation.web.catalogues import N_
from foundation.web.clock import now, today
from foundation.web.forms import ChoiceField, Form, TextAreaField, at_most, needed, pairs
from foundation.web.identity import current_actor
from foundation.web.languages import _
from foundation.web.pages import Result
from foundation.web.transaction import db
from marketplace.actions.keep_wish import keep_wish
from marketplace.load.offerings import OfferingEntry
from marketplace.pages.acting_client import Acting

LONGEST = 1000
WISHES = {
    "same": N_("The client wants this."),
    "other": N_("The client wants something else."),
    "unknown": N_("I could not find out what the client wants."),
}
OWN = {"csrf_token", "wish", "wish_words"}
"""The fields of the question; all others of the choice are carried along."""


class WishForm(Form):
    """What the client wants, in the guardian's words."""

    wish = ChoiceField(N_("What does the client want?"), [needed(N_("Choose what the client wants"))])
    wish_words = TextAreaField(
        N_("How did you find out?"),
        [
            needed(N_("Write how you found out")),
            at_most(LONGEST, N_("Enter at most %(length)s characters")),
        ],
        hint=N_("The client and the county can read this."),
    )


def wish_question(person: Acting, entry: OfferingEntry) -> Result | None:
    """Return the page of the question; None if nobody else than a guardian chooses, or it is answered."""
    if person.banner is None or not person.data.acts_as_guardian(today()):
        return None
    is_asked = "wish_words" in request.form
    form = WishForm() if is_asked else WishForm(formdata=None)
    form.wish.choices = pairs((kind, _(text)) for kind, text in WISHES.items())
    if is_asked and form.validate():
        return None
    answers = {name: values for name, values in request.form.to_dict(flat=False).items() if name not in OWN}
    page = render_template("marketplace/wish.html", person=person, entry=entry, form=form, answers=answers)
    return (page, 422) if is_asked else page


def keep_answered_wish(person: Acting, choice_id: int) -> None:
    """Keep the wish that came with the form of a guardian's choice."""
    words = request.form.get("wish_words", "").strip()
    if words and person.banner is not None and person.data.acts_as_guardian(today()):
        kind = request.form.get("wish", "")
        keep_wish(db(), choice_id=choice_id, kind=kind, words=words, actor=current_actor(), now=now())
