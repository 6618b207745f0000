"""/kuvat: the bytes of photos that clients see."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from foundation.web.identity import public
from foundation.web.pages import not_found
from foundation.web.transaction import db
from marketplace.load.photos import bytes_of_photo

blueprint = Blueprint("marketplace_photos", __name__, template_folder="../templates")
SIZES = {"pieni": False, "suuri": True}
CACHED_SECONDS = 3600
"""A photo never changes, but a county may hide it: browsers ask again after an hour."""


@blueprint.get("/kuvat/<int:photo_id>/<size>.webp")
@public
def send(photo_id: int, size: str) -> Response:
    """Send a photo in one of its two sizes."""
    data = bytes_of_photo(db(), photo_id, large=SIZES[size]) if size in SIZES else None
    answer = Response(data or not_found(), content_type="image/webp")
    answer.cache_control.public, answer.cache_control.max_age = True, CACHED_SECONDS
    answer.set_etag(f"{photo_id}-{size}")
    return answer.make_conditional(request)  # type: ignore[return-value]


@blueprint.app_template_global("photo_url")
def photo_url(photo_id: int, *, large: bool = False) -> str:
    """Return the address of a photo in one of its sizes."""
    return url_for("marketplace_photos.send", photo_id=photo_id, size="suuri" if large else "pieni")
