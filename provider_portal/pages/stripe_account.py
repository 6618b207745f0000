"""/t/yritys/stripe: the company's account at Stripe under each county, and what Stripe still asks."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for

from clearing.payments.actions.connect_stripe import Addresses, open_at_stripe, read_from_stripe
from clearing.payments.gateways.stripe_objects import UnreadableObjectError
from clearing.payments.gateways.stripe_rail import StripeCallError
from clearing.payments.gateways.stripe_rails import StripeRails
from clearing.payments.load.rails import rail_in_use
from clearing.payments.load.stripe_accounts import KnownAccount, accounts_of_provider
from clearing.payments.load.stripe_providers import OfferingCounty, counties_offering
from clearing.payments.rules.stripe_payees import Rail
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import PROVIDER_OWNERS
from foundation.web.clock import now
from foundation.web.identity import allow, current_actor, current_provider_id, fresh
from foundation.web.languages import N_, _
from foundation.web.pages import Page, Result, not_found
from foundation.web.state import given, shell
from foundation.web.transaction import db
from marketplace.load.names import Names
from provider_portal.pages.stripe_words import STATES, TAGS, asked_in_words

blueprint = Blueprint("provider_stripe", __name__, template_folder="../templates")
FAILED = N_("Stripe did not answer. Nothing was changed. Try again in a moment.")


@blueprint.get("/t/yritys/stripe")
@allow(*PROVIDER_OWNERS)
def show() -> Page:
    """Show each county that can pay by Stripe, with the state of the account and the next step."""
    return render_template(
        "provider_portal/stripe.html",
        counties=[_shown(county) for county in _counties()],
        link=None,
        states=STATES,
        tags=TAGS,
    )


@blueprint.post("/t/yritys/stripe/<code>")
@allow(*PROVIDER_OWNERS)
@fresh
def begin(code: str) -> Result:
    """Make the account if there is none, and show the link to Stripe, which is good for some minutes."""
    county = _county(code)
    front = (shell().settings.public_url or request.url_root).rstrip("/")
    back = front + url_for(".come_back", code=code)
    found = (db(), given(StripeRails), (county.id, code), current_provider_id())
    link = open_at_stripe(*found, Addresses(back, back), actor=current_actor(), now=now())
    if isinstance(link, Refusal):
        flash(_(FAILED), "error")
        return redirect(url_for(".show"), 303)
    return render_template("provider_portal/stripe_link.html", link=link, county=_name(county))


@blueprint.get("/t/yritys/stripe/<code>/palaa")
@allow(*PROVIDER_OWNERS)
def come_back(code: str) -> Result:
    """Read what Stripe says of the account now; the owner comes from there."""
    county = _county(code)
    known = _account(county)
    if known is not None:
        read_from_stripe(db(), given(StripeRails), known, now=now())
    return redirect(url_for(".show"), 303)


def _counties() -> list[OfferingCounty]:
    found = counties_offering(db(), list(given(StripeRails).by_county), current_provider_id())
    return found or not_found()


def _county(code: str) -> OfferingCounty:
    return next((county for county in _counties() if county.code == code), None) or not_found()


def _account(county: OfferingCounty) -> KnownAccount | None:
    accounts = accounts_of_provider(db(), current_provider_id())
    return next((one for one in accounts if one.county_id == county.id), None)


def _name(county: OfferingCounty) -> Names:
    return Names(*county.names)


def _shown(county: OfferingCounty) -> dict[str, object]:
    """Return a county for the page."""
    account = _account(county)
    used = rail_in_use(db(), county.id, current_provider_id())
    return {
        "code": county.code,
        "name": _name(county),
        "state": None if account is None else _state(account),
        "asks": [] if account is None else asked_in_words(account.asks),
        "asks_by": None if account is None else account.asks_by,
        "at_stripe": None if account is None or not account.can_charge_cards else _at_stripe(account),
        "is_paid_by_stripe": used is not None and used.rail is Rail.STRIPE,
    }


def _at_stripe(account: KnownAccount) -> Money | None:
    """Return what is on the account now; None: Stripe does not answer."""
    try:
        return Money(given(StripeRails).by_county[account.county].available_cents(account.account))
    except (StripeCallError, UnreadableObjectError):
        return None


def _state(account: KnownAccount) -> str:
    if account.payout_failed:
        return "failed"
    if account.is_ready:
        return "ready"
    if not account.is_submitted:
        return "begun"
    return "asked" if account.asks else "checked"
