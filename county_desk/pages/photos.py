"""/tt/kuvat: a photo of a provider, which the county may hide with a reason."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for

from county_desk.pages.worded_form import WordedForm
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Role
from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.forms import TextAreaField, at_most
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _
from foundation.web.pages import Result, not_found
from foundation.web.transaction import db
from marketplace.actions.hide_photo import hide_photo, show_photo
from marketplace.load.photos import PhotoEntry, photo_of_county, photos_of_business
from marketplace.rules.photos import LONGEST_WHY, PHOTO_UNKNOWN

blueprint = Blueprint("county_photos", __name__, template_folder="../templates")


class HideForm(WordedForm):
    """Why a photo is hidden."""

    why = TextAreaField(
        N_("Why is it hidden?"),
        [at_most(LONGEST_WHY, N_("Enter at most %(length)s characters"))],
        hint=N_("The provider reads it as you write it."),
    )


@blueprint.app_template_global("photos_of")
def photos_of(business_id: str) -> list[PhotoEntry]:
    """Return the photos of a provider of the reader's county."""
    return photos_of_business(db(), business_id)


@blueprint.route("/tt/kuvat/<int:photo_id>", methods=["GET", "POST"])
@allow(Role.WORKER)
def decide(photo_id: int) -> Result:
    """Show a photo, and hide it or let it be shown again."""
    photo = photo_of_county(db(), photo_id, current_actor().county_id or 0) or not_found()
    form = HideForm()
    if form.validate_on_submit():
        refusal = _decided(photo, form)
        if refusal is None:
            return redirect(url_for("county_providers_pages.show_one", business_id=photo.business_id))
        if refusal == PHOTO_UNKNOWN:
            not_found()
        form.refuse("why", _("Write why. The provider reads it."))
    return render_template("county_desk/photo.html", photo=photo, form=form)


def _decided(photo: PhotoEntry, form: HideForm) -> Refusal | None:
    key = {"actor": current_actor(), "now": now()}
    if request.form.get("step") == "show":
        refusal = show_photo(db(), photo.id, **key)  # type: ignore[arg-type]
        message = _("Clients see the photo again.")
    else:
        refusal = hide_photo(db(), photo.id, form.why.data or "", **key)  # type: ignore[arg-type]
        message = _("Clients do not see the photo any more.")
    if refusal is None:
        flash(message, "success")
    return refusal
