"""/muistilista: the offerings that a client keeps, which helpers see and fill too."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for

from foundation.vocabulary.roles import CLIENT_ROLES
from foundation.web.clock import now, today
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _
from foundation.web.pages import Page, Result, not_found, read_id
from foundation.web.transaction import db
from marketplace.actions.keep_offering import MOST_KEPT, SHORTLIST_FULL, drop_offering, keep_offering
from marketplace.load.offerings import offerings_by_id
from marketplace.load.priced import prices_for_me
from marketplace.pages.acting_client import acting, usable_fundings
from marketplace.pages.public_offerings import public_offering

blueprint = Blueprint("marketplace_shortlist", __name__, template_folder="../templates")


@blueprint.get("/muistilista")
@allow(*CLIENT_ROLES)
def show_shortlist() -> Page:
    """Show what is kept, with the client's own price; what cannot be chosen any more is marked."""
    person = acting()
    kept = person.data.shortlist()
    found = offerings_by_id(db(), kept)
    entries = [found[key] for key in kept if key in found]
    public = [entry.facts.id for entry in entries if entry.facts.is_public(today())]
    return render_template(
        "marketplace/shortlist.html",
        person=person,
        entries=entries,
        public=public,
        prices=prices_for_me(db(), usable_fundings(person), public, today()),
    )


@blueprint.post("/muistilista")
@allow(*CLIENT_ROLES)
def keep() -> Result:
    """Keep an offering."""
    person, key = acting(), read_id(request.form.get("offering", "")) or 0
    entry = public_offering(key)
    refusal = keep_offering(db(), person.client, entry.facts.id, actor=current_actor(), now=now())
    if refusal is SHORTLIST_FULL:
        flash(_("The list has room for %(n)s. Take one off first.", n=MOST_KEPT), "error")
    elif refusal is not None:
        not_found()
    else:
        flash(_("It is on your list."), "success")
    return redirect(url_for(".show_shortlist"))


@blueprint.post("/muistilista/poista")
@allow(*CLIENT_ROLES)
def drop() -> Result:
    """Take an offering off the list."""
    person, key = acting(), read_id(request.form.get("offering", "")) or 0
    if drop_offering(db(), person.client, key, actor=current_actor(), now=now()) is not None:
        not_found()
    flash(_("It is no longer on your list."), "success")
    return redirect(url_for(".show_shortlist"))
