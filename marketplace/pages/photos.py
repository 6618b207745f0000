"""/kuvat: the bytes of photos that clients see."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from foundation.vocabulary.roles import COUNTY_ROLES
from foundation.web.clock import today
from foundation.web.identity import actor_or_none, public
from foundation.web.pages import not_found
from foundation.web.transaction import db
from marketplace.load.photos import bytes_of_photo, is_in_public, is_own, photo_of_county

blueprint = Blueprint("marketplace_photos", __name__, template_folder="../templates")
SIZES = {"pieni": False, "suuri": True}
CACHED_SECONDS = 3600
"""A photo never changes, but a county may hide it: browsers ask again after an hour."""


@blueprint.get("/kuvat/<int:photo_id>/<size>.webp")
@public
def send(photo_id: int, size: str) -> Response:
    """Send a photo in one of its two sizes, of a service in public, or to whom it belongs."""
    data = bytes_of_photo(db(), photo_id, large=SIZES[size]) if size in SIZES else None
    is_public = data is not None and is_in_public(db(), photo_id, today())
    if not is_public and not _may_see(photo_id):
        not_found()
    answer = Response(data or not_found(), content_type="image/webp")
    if not is_public:  # else the headers of every personal page say that nobody keeps it
        return answer
    answer.cache_control.public, answer.cache_control.max_age = True, CACHED_SECONDS
    answer.set_etag(f"{photo_id}-{size}")
    return answer.make_conditional(request)  # type: ignore[return-value]


def _may_see(photo_id: int) -> bool:
    """Return whether a photo of what is not in public is the actor's own, or one that the county looks at."""
    actor = actor_or_none()
    if actor is None:
        return False
    if actor.provider_id is not None:
        return is_own(db(), photo_id, actor.provider_id)
    in_county = actor.county_id is not None and actor.role in COUNTY_ROLES
    return in_county and photo_of_county(db(), photo_id, actor.county_id or 0) is not None


@blueprint.app_template_global("photo_url")
def photo_url(photo_id: int, *, large: bool = False) -> str:
    """Return the address of a photo in one of its sizes."""
    return url_for("marketplace_photos.send", photo_id=photo_id, size="suuri" if large else "pieni")
