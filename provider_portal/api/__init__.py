"""The provider's part of the HTTP API."""

from provider_portal.api import charge_files, charges, offerings, prices, settlements

blueprints = [
    charges.blueprint,
    charge_files.blueprint,
    settlements.blueprint,
    offerings.blueprint,
    prices.blueprint,
]
