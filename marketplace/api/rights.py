"""Access to a funding: the client, a representative, and the staff of its county."""

from __future__ import annotations

from foundation.vocabulary.identifiers import normalise_voucher
from foundation.vocabulary.roles import Actor
from foundation.web.api import Problem, not_there
from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.identity import actor_or_none
from foundation.web.limits import limit_guesses
from foundation.web.transaction import db
from marketplace.disclosure.fundings import (
    disclose_fundings,
    disclose_paying_funding,
    visible_funding,
)
from marketplace.load.fundings import MyFunding, PayingFunding
from marketplace.rules.refusals import MANDATE_MISSING


def funding_to_act_on(voucher: str, actor: Actor) -> MyFunding | None:
    """Return the funding if it exists and the actor may see it. Wrong guesses are counted."""
    guess = limit_guesses("voucher_code")
    funding = visible_funding(db(), normalise_voucher(voucher), actor=actor)
    if funding is None:
        guess.was_wrong()
    return funding


def disclosed_funding(voucher: str, actor: Actor, *, why: str = "") -> MyFunding:
    """Return the funding, and record the look; 404 if it does not exist or the actor may not see it."""
    funding = funding_to_act_on(voucher, actor) or not_there()
    (shown,) = disclose_fundings(db(), [funding], actor=actor, now=now(), why=why)
    return shown


def requested_funding(voucher: str | None) -> PayingFunding | None:
    """Return what prices read of the funding that the query of a public endpoint names.

    401 without a key, 404 without access.
    """
    if voucher is None:
        return None
    actor = actor_or_none()
    if actor is None:
        raise Problem(401)
    guess = limit_guesses("voucher_code")
    funding = disclose_paying_funding(db(), normalise_voucher(voucher), actor=actor, now=now())
    if funding is None:
        guess.was_wrong()
        not_there()
    return funding


def mandate_problem() -> Problem:
    """Return 403: the mandate does not include this."""
    return Problem(403, MANDATE_MISSING.code, N_("You are not allowed to do this for this client"))
