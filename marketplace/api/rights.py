"""Access to a funding: the client, a representative, and the staff of its county."""

from __future__ import annotations

from foundation.vocabulary.identifiers import normalise_voucher
from foundation.vocabulary.roles import CLIENT_ROLES, COUNTY_READERS, Actor
from foundation.web.api import Problem, not_there
from foundation.web.catalogues import N_
from foundation.web.identity import actor_or_none
from foundation.web.limits import limit_guesses
from foundation.web.transaction import db
from marketplace.load.fundings import MyFunding, funding_with_id, holder_of_voucher
from marketplace.rules.refusals import MANDATE_MISSING


def may_see(actor: Actor, funding: MyFunding) -> bool:
    """Return whether the actor may see the funding."""
    return _may_see(actor, funding.client.id, funding.facts.county_id)


def _may_see(actor: Actor, client_id: int, county_id: int) -> bool:
    if actor.role in CLIENT_ROLES:
        return client_id in actor.client_ids
    return actor.role in COUNTY_READERS and county_id == actor.county_id


def visible_funding(voucher: str, actor: Actor) -> MyFunding | None:
    """Return the funding if it exists and the actor may see it. Wrong guesses are counted."""
    guess = limit_guesses("voucher_code")
    holder = holder_of_voucher(db(), normalise_voucher(voucher))
    if holder is None or not _may_see(actor, holder.client_id, holder.county_id):
        guess.was_wrong()
        return None
    return funding_with_id(db(), holder.funding_id)


def funding_or_404(voucher: str, actor: Actor) -> MyFunding:
    """Return the funding; 404 if it does not exist or the actor may not see it."""
    return visible_funding(voucher, actor) or not_there()


def requested_funding(voucher: str | None) -> MyFunding | None:
    """Return the funding named in the query of a public endpoint; 401 without a key, 404 without access."""
    if voucher is None:
        return None
    actor = actor_or_none()
    if actor is None:
        raise Problem(401)
    return funding_or_404(voucher, actor)


def mandate_problem() -> Problem:
    """Return 403: the mandate does not include this."""
    return Problem(403, MANDATE_MISSING.code, N_("You are not allowed to do this for this client"))
