"""The provider's part of the HTTP API."""

from provider_portal.api import charge_files, charges, corrections, offerings, prices, settlements

blueprints = [
    charges.blueprint,
    charge_files.blueprint,
    corrections.blueprint,
    settlements.blueprint,
    offerings.blueprint,
    prices.blueprint,
]
