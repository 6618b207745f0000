"""/t/kuvat: photos of the provider's services and places, with what they show in words."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for

from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.clock import now
from foundation.web.forms import ChoiceField, FileField, Form, HiddenField, TextField, at_most, needed
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.languages import N_, _
from foundation.web.large_bodies import take_place, takes_upload
from foundation.web.pages import Page, Result, not_found, read_id
from foundation.web.transaction import db
from marketplace.load.own_free_times import own_offering_titles
from marketplace.load.own_places import own_places
from marketplace.load.photos import PhotoEntry, own_photos
from marketplace.rules.photos import LONGEST_TEXT, PHOTO_UNKNOWN, TEXTS_CHANGED, PhotoTexts
from provider_portal.actions.keep_photos import add_photo, change_texts, remove_photo

blueprint = Blueprint("provider_photos", __name__, template_folder="../templates")
LARGEST_BODY = 20_000_000
"""A file over 8 MB is told with its own words, up to this size."""
FAULTS = {
    "photo_too_large": N_("The file is over 8 megabytes. Make the photo smaller, and choose it again."),
    "photo_unreadable": N_("This is not a photo that can be read. Choose a JPEG, PNG or WebP file."),
    "photo_too_many_pixels": N_(
        "The photo has over 40 million pixels. Make it smaller, and choose it again."
    ),
    "photo_too_small": N_("The photo is too small. Each side must have at least 200 pixels."),
    "photo_moves": N_("The picture moves. Choose one that does not."),
    "text_missing": N_("Write what the photo shows, in at least one language. Some clients do not see it."),
    "text_too_long": N_("Write at most 300 characters"),
    "not_own": N_("Choose from the list"),
    "photo_changed": N_(
        "Somebody has changed the words meanwhile. Compare, and save again if yours are right."
    ),
    "too_many_photos": N_("There are six photos already. Remove one first."),
}
TOO_LONG = N_("Write at most %(length)s characters")


class WordsForm(Form):
    """What a photo shows."""

    text_fi = TextField(
        N_("What does it show, in Finnish?"),
        [at_most(LONGEST_TEXT, TOO_LONG)],
        hint=N_("For example: a wide door without a step, and a bell at the height of a wheelchair"),
    )
    text_sv = TextField(N_("The same in Swedish"), [at_most(LONGEST_TEXT, TOO_LONG)])
    text_en = TextField(N_("The same in English"), [at_most(LONGEST_TEXT, TOO_LONG)])

    def texts(self) -> PhotoTexts:
        """Return what the photo shows, in words."""
        return PhotoTexts(*((self[f"text_{each}"].data or "").strip() for each in ("fi", "sv", "en")))

    def show(self, refusal: Refusal) -> None:
        """Show why the photo was not stored, each reason at its field."""
        for reason in refusal.reasons or (refusal,):
            self.refuse(reason.field or None, _(FAULTS[reason.code]))


class ChangeForm(WordsForm):
    """The words that a photo has now, and what they were when the form was opened."""

    version = HiddenField("")


class PhotoForm(WordsForm):
    """A photo, what it is of, and what it shows."""

    file = FileField(
        N_("Photo"), [needed(N_("Choose the photo"))], hint=N_("JPEG, PNG or WebP, at most 8 megabytes")
    )
    of = ChoiceField(N_("What is it of?"), [needed(N_("Choose a service or a place"))], dropdown=True)


@blueprint.route("/t/kuvat", methods=["GET", "POST"])
@allow(*PROVIDER_ROLES)
@takes_upload(LARGEST_BODY)
def show() -> Result:
    """Show the photos, and add one."""
    if request.method == "POST":
        take_place()  # a small file may unpack to 40 million pixels
    form = _form()
    if form.validate_on_submit():
        added = _add(form)
        if not isinstance(added, Refusal):
            flash(_("Clients see the photo now."), "success")
            return redirect(url_for(".show"))
        form.show(added)
    return _page(form)


@blueprint.route("/t/kuvat/<int:photo_id>", methods=["GET", "POST"])
@allow(*PROVIDER_ROLES)
def change_words(photo_id: int) -> Result:
    """Change what a photo shows; words that were changed meanwhile are shown beside what was typed."""
    photo, stored = _own(photo_id), None
    form = _words_form(photo)
    if form.validate_on_submit():
        changed = _change(photo_id, form)
        if not isinstance(changed, Refusal):
            flash(_("The words were changed. Clients see them now."), "success")
            return redirect(url_for(".show"))
        form.show(changed)
        if changed == TEXTS_CHANGED:
            stored = photo = _own(photo_id)
            form.version.data = stored.texts.version
    return render_template("provider_portal/photo_words.html", form=form, photo=photo, stored=stored)


@blueprint.post("/t/kuvat/poista")
@allow(*PROVIDER_ROLES)
def remove() -> Result:
    """Remove a photo."""
    photo_id = read_id(request.form.get("photo", "")) or not_found()
    if remove_photo(db(), current_provider_id(), photo_id, actor=current_actor(), now=now()):
        not_found()
    flash(_("The photo was removed."), "success")
    return redirect(url_for(".show"))


def _add(form: PhotoForm) -> PhotoEntry | Refusal:
    kind, _space, key = str(form.of.data).partition(" ")
    of = {"offering_id" if kind == "offering" else "unit_id": read_id(key)}
    assert form.file.data is not None  # the form has been validated
    data, actor = form.file.data.read(), current_actor()
    return add_photo(db(), current_provider_id(), data, form.texts(), **of, actor=actor, now=now())


def _own(photo_id: int) -> PhotoEntry:
    own = own_photos(db(), current_provider_id())
    return next((each for each in own if each.id == photo_id), None) or not_found()


def _words_form(photo: PhotoEntry) -> ChangeForm:
    texts = photo.texts
    words = {"text_fi": texts.fi, "text_sv": texts.sv, "text_en": texts.en}
    return ChangeForm(data={**words, "version": texts.version})


def _change(photo_id: int, form: ChangeForm) -> PhotoEntry | Refusal:
    provider_id, actor, seen = current_provider_id(), current_actor(), form.version.data or ""
    changed = change_texts(db(), provider_id, photo_id, form.texts(), seen=seen, actor=actor, now=now())
    return not_found() if changed == PHOTO_UNKNOWN else changed


def _form() -> PhotoForm:
    form = PhotoForm()
    offerings = own_offering_titles(db(), current_provider_id())
    form.of.choices = [
        ("", _("Choose a service or a place")),
        *((f"offering {key}", title) for key, title in offerings.items()),
        *((f"place {place.id}", place.name) for place in own_places(db(), current_provider_id())),
    ]
    return form


def _page(form: PhotoForm) -> Page:
    photos = own_photos(db(), current_provider_id())
    return render_template("provider_portal/photos.html", form=form, photos=photos)
