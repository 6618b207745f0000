"""A charge with everything that the rules of a known funding may read."""

from typing import NamedTuple

from clearing.charges.facts.book import CountySettings
from clearing.charges.facts.charge import Charge
from clearing.charges.rules.applicable_terms import TermsInForce
from clearing.charges.rules.open_funding import OpenFunding
from clearing.eligibility.facts.provider import ProviderFacts


class ChargeInContext(NamedTuple):
    """A charge whose funding is known, with the facts that concern it on its service day.

    `funding` is the funding with what earlier charges left of it. `county_share_cents` is the share
    before what is left, None if it is not known. `times_unread`: the times are missing or impossible.
    A named tuple, because one is made of every charge.
    """

    charge: Charge
    county: CountySettings
    provider: ProviderFacts
    open_funding: OpenFunding
    terms_in_force: TermsInForce
    price_cents: int | None
    county_share_cents: int | None
    times_unread: bool
    worker_minutes: int
