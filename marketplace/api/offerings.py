"""The public list of offerings, with the client's own price if there is a voucher."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask_smorest import Blueprint

from clearing.grants.load.municipalities import municipality_codes
from foundation.vocabulary.identifiers import parse_business_id, place_key
from foundation.web.api import (
    Answer,
    FieldError,
    Problem,
    not_there,
    paged,
    paged_schema,
    read_paging,
    read_query,
    takes_paging,
    takes_query,
)
from foundation.web.catalogues import N_
from foundation.web.clock import today
from foundation.web.identity import public
from foundation.web.transaction import db
from marketplace.api.answers import listed_out, offering_out
from marketplace.api.rights import requested_funding
from marketplace.api.schemas import (
    ListedOfferingSchema,
    OfferingSchema,
    OfferingsQuery,
    ProviderSchema,
    VoucherQuery,
)
from marketplace.load.catalogue import typical_class
from marketplace.load.fundings import PayingFunding
from marketplace.load.offering_facts import listed_facts
from marketplace.load.offerings import offerings_by_id, offerings_of_provider, provider_in_register
from marketplace.load.priced import price_for_me, priced_all, purse_of
from marketplace.load.search import search_offerings
from marketplace.load.vocabulary import load_vocabulary
from marketplace.rules.ranking import fitting_sort
from marketplace.rules.searching import Search, Wishes, class_of_time

blueprint = Blueprint(
    "offerings", __name__, url_prefix="/api/v1", description=N_("What can be chosen, and at what price")
)


MUNICIPALITY_UNKNOWN = N_("There is no municipality with this code or name.")


@blueprint.get("/offerings")
@public
@takes_paging
@takes_query(OfferingsQuery)
@blueprint.response(200, paged_schema(ListedOfferingSchema))
def list_offerings() -> Answer:
    """Search the offerings; `municipality` is a code or a name"""
    query, paging = read_query(OfferingsQuery), read_paging()
    query["municipality"] = _municipality(query["municipality"])
    funding = requested_funding(query.pop("voucher"))
    search = _search(query, funding)
    hits = search_offerings(db(), search, first=paging.offset, count=paging.page_size)
    prices = {}
    if funding and hits.listed:
        prices = priced_all(funding, listed_facts(db(), hits.listed), today(), search.time_class)
    items = [listed_out(offering, prices.get(offering.id)) for offering in hits.listed]
    return paged(items, paging, hits.total)


def _municipality(text: str | None) -> str | None:
    """Return the code of the municipality that is named by code or name, also an ended one."""
    if text is None:
        return None
    code = municipality_codes(db(), day=today()).get(place_key(text))
    if code is None:
        unknown = FieldError("municipality", "municipality_unknown", MUNICIPALITY_UNKNOWN)
        raise Problem(422, errors=[unknown])
    return code


def _search(query: dict[str, Any], funding: PayingFunding | None) -> Search:
    county_id = None if funding is None else funding.facts.county_id
    requested = query.pop("sort")
    wishes = Wishes(**query).understood(load_vocabulary(db(), county_id)) if query["q"] else Wishes(**query)
    purse = None if funding is None else purse_of(funding, today())
    sort = fitting_sort(
        requested,
        has_funding=purse is not None,
        has_place=wishes.near is not None,
        one_service=len(wishes.meaning.services) <= 1,
    )
    return Search(
        wishes=wishes,
        day=today(),
        sort=sort,
        time_class=class_of_time(wishes.time) or typical_class(db(), county_id, today()),
        purse=purse,
    )


@blueprint.get("/offerings/<int:offering_id>")
@public
@takes_query(VoucherQuery)
@blueprint.response(200, OfferingSchema)
def show_offering(offering_id: int) -> Answer:
    """Read an offering with its dated prices"""
    entry = offerings_by_id(db(), [offering_id]).get(offering_id)
    if entry is None or not entry.facts.is_public(today()):
        not_there()
    funding = requested_funding(read_query(VoucherQuery)["voucher"])
    priced = price_for_me(db(), funding, [offering_id], today())[offering_id] if funding else None
    return offering_out(entry, typical_class(db(), entry.facts.county_id, today()), today(), priced)


@blueprint.get("/providers/<business_id>")
@public
@blueprint.response(200, ProviderSchema)
def show_provider(business_id: str) -> Answer:
    """Read a provider with its offerings"""
    known = parse_business_id(business_id)
    provider = provider_in_register(db(), known, today()) if known else None
    if provider is None:
        not_there()
    offerings = [
        offering_out(entry, typical_class(db(), entry.facts.county_id, today()), today(), None)
        for entry in offerings_of_provider(db(), provider.id, today())
    ]
    return asdict(provider) | {"offerings": offerings}
