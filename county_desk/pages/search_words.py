"""/tt/hakusanat: what people call the services, so that a search finds them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from flask import Blueprint, flash, redirect, render_template, request, url_for

from county_desk.pages.worded_form import WordedForm
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import COUNTY_READERS, Role
from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.formats import name_text
from foundation.web.forms import ChoiceField, Form, TextField, at_most, needed
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _, ngettext
from foundation.web.pages import Page, Result, read_id
from foundation.web.transaction import db
from marketplace.actions.edit_search_words import (
    MOST_LETTERS,
    WordRefusalCode,
    add_search_word,
    remove_search_words,
)
from marketplace.load.catalogue import service_names, services
from marketplace.load.vocabulary import WordEntry, load_vocabulary, search_words
from marketplace.rules.refusals import SERVICE_UNKNOWN
from marketplace.rules.understanding import understand

blueprint = Blueprint("county_search_words", __name__, template_folder="../templates")

TEXTS = {
    "fi": N_("In Finnish"),
    "sv": N_("In Swedish"),
    "en": N_("In English"),
    "selko": N_("In plain Finnish"),
}
REFUSALS: Mapping[str, str] = {
    WordRefusalCode.LENGTH: N_("Write 2 to 60 characters"),
    WordRefusalCode.TEXT: N_("Choose one"),
    WordRefusalCode.EXISTS: N_("The service has this word already."),
    SERVICE_UNKNOWN.code: N_("Choose one"),
}


class WordForm(WordedForm):
    """A word of a service."""

    word = TextField(
        N_("Word or phrase"),
        [needed(N_("Write 2 to 60 characters")), at_most(MOST_LETTERS, N_("Write 2 to 60 characters"))],
        hint=N_("Write it in its basic form, such as taksi. Other forms of it are found too."),
    )
    service = ChoiceField(N_("Service"), [needed(N_("Choose one"))], dropdown=True)
    text = ChoiceField(N_("Language"), [needed(N_("Choose one"))], choices=[*TEXTS.items()])


@blueprint.get("/tt/hakusanat")
@allow(*COUNTY_READERS)
def show() -> Page:
    """List the words, and show what a tried search means."""
    return _page(_form())


@blueprint.post("/tt/hakusanat")
@allow(Role.WORKER)
def add() -> Result:
    """Add a word."""
    form = _form()
    if form.validate_on_submit() and _is_added(form):
        flash(_("The word was added."), "success")
        return redirect(url_for(".show"), 303)
    return _page(form), 422


@blueprint.post("/tt/hakusanat/poista")
@allow(Role.WORKER)
def remove() -> Result:
    """Remove the picked words."""
    if Form().validate_on_submit():
        ids = [key for text in request.form.getlist("id") if (key := read_id(text)) is not None]
        count = remove_search_words(db(), _county_id(), ids, actor=current_actor(), now=now())
        flash(ngettext("%(n)s word was removed.", "%(n)s words were removed.", count), "success")
    return redirect(url_for(".show"), 303)


def _county_id() -> int:
    return current_actor().county_id or 0


def _form() -> WordForm:
    form = WordForm()
    form.service.choices = [(each.code, name_text(each.name)) for each in services(db(), _county_id())]
    return form


def _is_added(form: WordForm) -> bool:
    added = add_search_word(
        db(),
        _county_id(),
        service=form.service.data or "",
        text=form.text.data or "",
        word=form.word.data or "",
        actor=current_actor(),
        now=now(),
    )
    if isinstance(added, Refusal):
        form.refuse(added.field, _(REFUSALS[added.code]))
        return False
    return True


def _page(form: WordForm) -> Page:
    q, names = request.args.get("haku", "")[:100], service_names(db())
    meaning = understand(q, load_vocabulary(db(), _county_id())) if q else None
    return render_template(
        "county_desk/search_words.html",
        form=form,
        q=q,
        meant=None if meaning is None else [names[code] for code in meaning.services],
        groups=[(names[code], _by_text(group)) for code, group in _groups()],
        may_edit=current_actor().role is Role.WORKER,
    )


def _groups() -> list[tuple[str, list[WordEntry]]]:
    entries = search_words(db(), _county_id())
    return [(code, list(group)) for code, group in groupby(entries, key=lambda entry: entry.service)]


def _by_text(entries: list[WordEntry]) -> list[tuple[str, list[WordEntry]]]:
    by_text = {text: [entry for entry in entries if entry.text == text] for text in TEXTS}
    return [(_(TEXTS[text]), found) for text, found in by_text.items() if found]
