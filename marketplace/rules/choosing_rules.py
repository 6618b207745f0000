"""Rules that apply to choosing alone, beside those of every use; each is silent without its facts."""

from __future__ import annotations

from clearing.reasons import Finding, report
from marketplace.rules import reasons as r
from marketplace.rules.choice_query import ChoiceQuery


def other_county(query: ChoiceQuery) -> Finding | None:
    """The offering is in the county of the funding: approval and prices are per county."""
    return None if query.offering.county_id == query.funding.county_id else report(r.OTHER_COUNTY)


def provider_not_named(query: ChoiceQuery) -> Finding | None:
    """A funding that names a provider is used with that one."""
    named = query.funding.named_provider_id
    return None if named in (None, query.offering.provider_id) else report(r.PROVIDER_NOT_NAMED)


def not_published(query: ChoiceQuery) -> Finding | None:
    """The provider offers it now."""
    return None if query.offering.published else report(r.NOT_PUBLISHED)


def municipality_not_served(query: ChoiceQuery) -> Finding | None:
    """The provider serves the client's municipality; an empty list means all, remote help reaches all."""
    offering, here = query.offering, query.municipality
    if here is None or offering.remote or not offering.municipalities or here in offering.municipalities:
        return None
    return report(r.MUNICIPALITY_NOT_SERVED)
