"""The provider's part of the HTTP API."""

from provider_portal.api import (
    cards,
    charge_files,
    charges,
    claims,
    co_payment_months,
    co_payments,
    corrections,
    free_times,
    offerings,
    papers,
    people,
    places,
    prices,
    settlements,
    visits,
    webhooks,
)

blueprints = [
    charges.blueprint,
    cards.blueprint,
    charge_files.blueprint,
    corrections.blueprint,
    settlements.blueprint,
    visits.blueprint,
    claims.blueprint,
    co_payments.blueprint,
    co_payment_months.blueprint,
    offerings.blueprint,
    places.blueprint,
    free_times.blueprint,
    prices.blueprint,
    papers.blueprint,
    people.blueprint,
    webhooks.blueprint,
]
