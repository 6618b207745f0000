"""The keys of a county at Stripe, as the operator's environment gives them; they are stored nowhere else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

KEY = re.compile(r"(?:sk|rk)_(test|live)_[A-Za-z0-9_]{8,}")
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=_-]{8,}")
NAME = re.compile(r"STRIPE_SECRET_KEY_([0-9]{2})")


@dataclass(frozen=True, slots=True)
class StripeKeys:
    """A county's key (`sk_` or a restricted `rk_`) and the secrets of its endpoints for events.

    Stripe has an endpoint for the county's own events and one for those of connected accounts, each with a
    secret; while a secret is rolled there are two of one.
    """

    county: str
    secret_key: str = field(repr=False)
    webhook_secrets: tuple[str, ...] = field(repr=False)

    @property
    def is_live(self) -> bool:
        """Return whether real money moves."""
        return self.secret_key[3:7] == "live"


@dataclass(frozen=True, slots=True)
class StripeSettings:
    """The counties that can pay by Stripe. `address` is a server in its place, for tests and the demo."""

    keys: tuple[StripeKeys, ...] = ()
    address: str | None = None


def read_stripe(values: Mapping[str, str], faults: list[str], *, is_production: bool) -> StripeSettings:
    """Read the variables `STRIPE_…`; in production only live keys, elsewhere only test keys are taken."""
    settings = StripeSettings(read_stripe_keys(values, faults), values.get("STRIPE_API") or None)
    if is_production and settings.address:
        faults.append("STRIPE_API is set: another server than Stripe is only for tests")
    for keys in settings.keys:
        if keys.is_live != is_production:
            said = "of the test mode: no money would move" if is_production else "live: real money would move"
            faults.append(f"STRIPE_SECRET_KEY_{keys.county} is {said}")
    return settings


def read_stripe_keys(values: Mapping[str, str], faults: list[str]) -> tuple[StripeKeys, ...]:
    """Return the keys of `STRIPE_SECRET_KEY_12` and `STRIPE_WEBHOOK_SECRET_12`, by the county's code.

    Adds to `faults` what cannot be used, by the names of variables and never with their values.
    """
    found = []
    for name in sorted(values):
        match = NAME.fullmatch(name)
        if match is None or not values[name]:
            continue
        county = match.group(1)
        secrets = tuple(part for part in values.get(f"STRIPE_WEBHOOK_SECRET_{county}", "").split(",") if part)
        if not KEY.fullmatch(values[name]):
            faults.append(f"{name} is not a secret key of Stripe: it begins with sk_ or rk_")
        if not secrets or not all(SECRET.fullmatch(secret) for secret in secrets):
            faults.append(
                f"STRIPE_WEBHOOK_SECRET_{county} must have the secret of each endpoint, with commas"
            )
        found.append(StripeKeys(county, values[name], secrets))
    return tuple(found)
