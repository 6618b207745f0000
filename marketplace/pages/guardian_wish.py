"""The question to a guardian who acts: what does the client want?

A guardian asks the client before a matter that is important to the client, if the client understands it
(Act 442/1999, section 43; docs/decisions/0178). The question comes after a form that was filled in right,
and carries all its fields along.
"""

from __future__ import annotations

from flask import abort, make_response, render_template, request

from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.forms import ChoiceField, Form, TextAreaField, at_most, needed, pairs
from foundation.web.identity import current_actor
from foundation.web.languages import _
from foundation.web.transaction import db
from marketplace.actions.keep_wish import keep_wish
from marketplace.pages.acting_client import Acting
from marketplace.rules.guardian_acts import LONGEST_WORDS, AskedWish, GuardianAct, WishKind

WISHES = {
    WishKind.SAME: N_("The client wants this."),
    WishKind.OTHER: N_("The client wants something else."),
    WishKind.UNKNOWN: N_("I could not find out what the client wants."),
}
OWN = {"csrf_token", "wish", "wish_words"}
"""The fields of the question; all others of the form are carried along."""


class WishForm(Form):
    """What the client wants, in the guardian's words."""

    wish = ChoiceField(N_("What does the client want?"), [needed(N_("Choose what the client wants"))])
    wish_words = TextAreaField(
        N_("How did you find out?"),
        [
            needed(N_("Write how you found out")),
            at_most(LONGEST_WORDS, N_("Enter at most %(length)s characters")),
        ],
        hint=N_("The client and the county can read this."),
    )


def keep_wish_or_ask(person: Acting, act: GuardianAct, key: int) -> None:
    """Keep the client's wish with what a guardian has just done; ask for it if it is missing.

    Asking aborts: what was done is rolled back, and is done when the answer is sent. Call it before the
    receipt is flashed.
    """
    form = _form()
    is_asked = "wish_words" in request.form
    wish = None
    if is_asked and form.validate():
        wish = AskedWish(WishKind(form.wish.data), (form.wish_words.data or "").strip())
    client = (person.client.id, person.client.county_id)
    refusal = keep_wish(db(), client=client, act=act, key=key, wish=wish, actor=current_actor(), now=now())
    if refusal is not None:
        abort(make_response(_question(person, act, form), 422 if is_asked else 200))


def _form() -> WishForm:
    form = WishForm() if "wish_words" in request.form else WishForm(formdata=None)
    form.wish.choices = pairs((kind.value, _(text)) for kind, text in WISHES.items())
    return form


def _question(person: Acting, act: GuardianAct, form: WishForm) -> str:
    fields = request.form.to_dict(flat=False)
    answers = {name: values for name, values in fields.items() if name not in OWN}
    action = request.full_path if request.query_string else request.path
    return render_template(
        "marketplace/wish.html", person=person, act=act, form=form, answers=answers, action=action
    )
