"""Public pages of the service itself."""

from flask import Blueprint, render_template

from foundation.web.identity.guards import actor_or_none, public
from foundation.web.navigation import home_of
from foundation.web.pages import Page

blueprint = Blueprint("front", __name__)


@blueprint.get("/")
@public
def front_page() -> Page:
    """Show what Omatori is, with search and log-in."""
    actor = actor_or_none()
    return render_template("shell/front.html", home=None if actor is None else home_of(actor))


@blueprint.get("/saavutettavuus")
@public
def accessibility() -> Page:
    """Show the accessibility statement (Act 306/2019)."""
    return render_template("shell/accessibility.html")


@blueprint.get("/tietosuoja")
@public
def privacy() -> Page:
    """Show how personal data is used (GDPR, articles 13 and 14)."""
    return render_template("shell/privacy.html")
