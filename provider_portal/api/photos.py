"""A provider's photos of its services and places."""

from __future__ import annotations

from typing import Any, NoReturn

from flask import request
from flask_smorest import Blueprint
from marshmallow import fields

from foundation.documents.photo_file import LARGEST_FILE
from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.api import (
    Answer,
    ApiSchema,
    FieldError,
    Id,
    Problem,
    Text,
    check_if_match,
    not_there,
    read_body,
    with_etag,
)
from foundation.web.api.bodies import load, takes_body, takes_header
from foundation.web.clock import now
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.languages import N_
from foundation.web.large_bodies import take_place, takes_upload
from foundation.web.transaction import db
from marketplace.load.photos import PhotoEntry, lock_photo, own_photos
from marketplace.rules.photos import NOT_OWN, PhotoTexts
from provider_portal.actions.keep_photos import add_photo, change_texts, remove_photo

blueprint = Blueprint(
    "provider_photos_api", __name__, url_prefix="/api/v1", description="Photos of a provider"
)
TITLES = {
    "photo_too_large": N_("The file is over 8 megabytes"),
    "photo_unreadable": N_("This is no JPEG, PNG or WebP that can be read"),
    "photo_too_many_pixels": N_("The photo has over 40 million pixels"),
    "photo_too_small": N_("A side has less than 200 pixels"),
    "photo_moves": N_("The picture moves"),
    "text_missing": N_("Say in at least one language what the photo shows"),
    "text_too_long": N_("The text is too long"),
    "not_own": N_("Name one of your offerings or places, and only one"),
    "too_many_photos": N_("There are six photos already"),
}
IF_MATCH = takes_header("If-Match", "The ETag of the photo's words: its `version`, in quotes", required=True)


class TextsSchema(ApiSchema):
    """What a photo shows, in at least one language."""

    text_fi = Text(most=300, load_default="")
    text_sv = Text(most=300, load_default="")
    text_en = Text(most=300, load_default="")


class TextsEditSchema(ApiSchema):
    """The texts of a photo that can change."""

    text_fi = Text(most=300)
    text_sv = Text(most=300)
    text_en = Text(most=300)


class PhotoFieldsSchema(TextsSchema):
    """A photo as it is sent: of one of the two."""

    offering = Id()
    place = Id()


_NUMBER, _WORDS = {"type": "integer", "minimum": 1}, {"type": "string", "maxLength": 300}
SENT = {
    "type": "object",
    "required": ["file"],
    "properties": {
        "file": {"type": "string", "format": "binary"},
        **dict.fromkeys(("offering", "place"), _NUMBER),
        **dict.fromkeys(("text_fi", "text_sv", "text_en"), _WORDS),
    },
    "additionalProperties": False,
}
"""The parts of a photo that is sent."""


class PhotoSchema(TextsSchema):
    """A stored photo; `hidden_why` is the county's reason if it has hidden it. `version` is of the words."""

    id = fields.Integer()
    offering = fields.Integer(allow_none=True)
    place = fields.Integer(allow_none=True)
    width = fields.Integer()
    height = fields.Integer()
    version = fields.String()
    hidden_why = fields.String()


class PhotosSchema(ApiSchema):
    """The photos of a provider."""

    items = fields.List(fields.Nested(PhotoSchema))


@blueprint.get("/my/photos")
@allow(*PROVIDER_ROLES, scope=KeyScope.OFFERINGS_READ)
@blueprint.response(200, PhotosSchema)
def list_photos() -> Answer:
    """List my photos."""
    return {"items": [_photo_out(each) for each in own_photos(db(), current_provider_id())]}


@blueprint.post("/my/photos")
@allow(*PROVIDER_ROLES, scope=KeyScope.OFFERINGS_WRITE)
@takes_upload(2 * LARGEST_FILE)
@takes_body(SENT, content_type="multipart/form-data")
@blueprint.response(201, PhotoSchema)
def post_photo() -> Answer:
    """Add a photo of an offering or a place, with words in one language or more."""
    data, values = _sent()
    texts = PhotoTexts(*(values[f"text_{each}"].strip() for each in ("fi", "sv", "en")))
    of = {"offering_id": values.get("offering"), "unit_id": values.get("place")}
    added = add_photo(db(), current_provider_id(), data, texts, **of, actor=current_actor(), now=now())
    return _refuse(added) if isinstance(added, Refusal) else _answer(added, 201)


@blueprint.patch("/my/photos/<int:photo_id>")
@allow(*PROVIDER_ROLES, scope=KeyScope.OFFERINGS_WRITE)
@IF_MATCH
@takes_body(TextsEditSchema)
@blueprint.response(200, PhotoSchema)
def patch_photo(photo_id: int) -> Answer:
    """Change what a photo shows in words. A text that is not sent stays."""
    lock_photo(db(), photo_id)  # what is not sent stays as it is now
    photo = next((own for own in own_photos(db(), current_provider_id()) if own.id == photo_id), None)
    photo = photo or not_there()
    check_if_match(photo.texts.version, required=True)
    texts = _changed(photo, read_body(TextsEditSchema))
    seen, actor = photo.texts.version, current_actor()
    changed = change_texts(db(), current_provider_id(), photo_id, texts, seen=seen, actor=actor, now=now())
    return _refuse(changed) if isinstance(changed, Refusal) else _answer(changed, 200)


def _changed(photo: PhotoEntry, sent: dict[str, str]) -> PhotoTexts:
    texts = (sent.get(f"text_{each}", getattr(photo.texts, each)) for each in ("fi", "sv", "en"))
    return PhotoTexts(*(text.strip() for text in texts))


@blueprint.delete("/my/photos/<int:photo_id>")
@allow(*PROVIDER_ROLES, scope=KeyScope.OFFERINGS_WRITE)
@blueprint.response(204)
def delete_photo(photo_id: int) -> None:
    """Remove a photo."""
    if remove_photo(db(), current_provider_id(), photo_id, actor=current_actor(), now=now()):
        not_there()


def _sent() -> tuple[bytes, dict[str, Any]]:
    if request.mimetype != "multipart/form-data":
        raise Problem(415, detail=N_("Send multipart/form-data with the photo as `file`"))
    take_place()  # a small file may unpack to 40 million pixels
    faults = [FieldError(name, "field_unknown") for name in request.files if name != "file"]
    if "file" not in request.files:
        faults.append(FieldError("file", "field_required"))
    if faults:
        raise Problem(422, errors=faults)
    typed: dict[str, Any] = {
        name: int(value) if name in ("offering", "place") and value.isascii() and value.isdigit() else value
        for name, value in request.form.items()
    }
    return request.files["file"].read(), load(PhotoFieldsSchema(), typed)


def _refuse(refusal: Refusal) -> NoReturn:
    reasons = refusal.reasons or (refusal,)
    errors = [
        FieldError("offering" if reason == NOT_OWN else reason.field, reason.code, TITLES[reason.code])
        for reason in reasons
    ]
    raise Problem(422, errors=errors)


def _answer(photo: PhotoEntry, status: int) -> Answer:
    return with_etag(_photo_out(photo), photo.texts.version, status)


def _photo_out(photo: PhotoEntry) -> dict[str, Any]:
    return {
        "id": photo.id,
        "offering": photo.offering_id,
        "place": photo.unit_id,
        "text_fi": photo.texts.fi,
        "text_sv": photo.texts.sv,
        "text_en": photo.texts.en,
        "width": photo.large[0],
        "height": photo.large[1],
        "version": photo.texts.version,
        "hidden_why": photo.hidden_why,
    }
