"""/tuottaja and /tarjonta: a provider, and an offering with its prices."""

from __future__ import annotations

from flask import Blueprint, render_template

from clearing.eligibility.facts.provider import Price
from foundation.vocabulary.identifiers import parse_business_id
from foundation.web.clock import today
from foundation.web.identity import public
from foundation.web.languages import current_language
from foundation.web.pages import Page, not_found
from foundation.web.transaction import db
from marketplace.load.catalogue import time_class_names, typical_class
from marketplace.load.fundings import MyFunding
from marketplace.load.offerings import (
    OfferingEntry,
    ProviderEntry,
    offerings_of_provider,
    provider_in_register,
)
from marketplace.load.photos import PhotoEntry, photos_of_offering
from marketplace.load.priced import price_for_me, prices_for_me
from marketplace.pages.acting_client import Acting, acting_or_none, funding_for, usable_fundings
from marketplace.pages.distances import distance_shown
from marketplace.pages.public_offerings import public_offering
from marketplace.pages.searched import searched_class, searched_time
from marketplace.rules.comparison import Share, typical_price
from marketplace.rules.eligibility import shares_of_price

blueprint = Blueprint("marketplace_providers", __name__, template_folder="../templates")


@blueprint.get("/tuottaja/<business_id>")
@public
def show_provider(business_id: str) -> Page:
    """Show a provider and its offerings."""
    known = parse_business_id(business_id)
    provider = provider_in_register(db(), known, today()) if known else None
    return not_found() if provider is None else _provider_page(provider, acting_or_none())


def _provider_page(provider: ProviderEntry, person: Acting | None) -> Page:
    offerings = offerings_of_provider(db(), provider.id, today())
    prices = {entry.facts.id: _typical(entry) for entry in offerings}
    return render_template(
        "marketplace/provider.html",
        person=person,
        provider=provider,
        offerings=offerings,
        prices=prices,
        own=prices_for_me(db(), usable_fundings(person), list(prices), today()),
    )


def _typical(entry: OfferingEntry) -> int | None:
    time_class = searched_class() or typical_class(db(), entry.facts.county_id, today())
    return typical_price(entry.facts.prices, time_class, today())


@blueprint.get("/tarjonta/<int:offering_id>")
@public
def show_offering(offering_id: int) -> Page:
    """Show an offering: the client's own price in each time class, and what to know before choosing."""
    return _offering_page(public_offering(offering_id), acting_or_none())


def _offering_page(entry: OfferingEntry, person: Acting | None) -> Page:
    funding = funding_for(usable_fundings(person), entry.facts.service)
    key = entry.facts.id
    return render_template(
        "marketplace/offering.html",
        person=person,
        entry=entry,
        funding=funding,
        priced=price_for_me(db(), funding, [key], today(), searched_class())[key] if funding else None,
        typical=_typical(entry),
        time=searched_time(),
        distance=distance_shown(person, entry),
        rows=same_prices(price_rows(entry, funding)),
        classes=time_class_names(db()),
        photos=_photos(key),
    )


def _photos(offering_id: int) -> list[tuple[PhotoEntry, str, str]]:
    """Return the photos, each with its text for the reader and the language of the text."""
    found = photos_of_offering(db(), offering_id)
    return [(photo, *photo.texts.for_reader(current_language())) for photo in found]


def price_rows(entry: OfferingEntry, funding: MyFunding | None) -> list[tuple[Price, Share | None]]:
    """Return current and future prices with the client's own share of each."""
    shown = [price for price in entry.facts.prices if price.last_day is None or price.last_day >= today()]
    if funding is None:
        return [(price, None) for price in shown]
    return [
        row
        for price in shown
        for row in shares_of_price(entry.facts, funding.facts, price, max(today(), price.first_day))
    ]


def same_prices(
    rows: list[tuple[Price, Share | None]],
) -> list[tuple[list[str], Price, Share | None]]:
    """Return the rows with those that cost the same on the same days as one, and their time classes."""
    found: dict[tuple[object, ...], tuple[list[str], Price, Share | None]] = {}
    for price, share in rows:
        key = (price.unit_price_cents, price.first_day, price.last_day, share)
        found.setdefault(key, ([], price, share))[0].append(price.time_class)
    return list(found.values())
