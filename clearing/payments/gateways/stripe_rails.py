"""Stripe for each county that has keys; a county without keys does not offer it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from clearing.payments.gateways.stripe_rail import StripeRail
from foundation.vocabulary.stripe_keys import StripeKeys, StripeSettings


@dataclass(frozen=True, slots=True)
class StripeRails:
    """The keys of counties, and the gateways with them by county code."""

    keys: tuple[StripeKeys, ...] = ()
    by_county: Mapping[str, StripeRail] = field(default_factory=dict)


def stripe_rails(settings: StripeSettings) -> StripeRails:
    """Return the gateways of the counties that have keys."""
    by_county = {keys.county: StripeRail(keys, settings.address) for keys in settings.keys}
    return StripeRails(settings.keys, by_county)
