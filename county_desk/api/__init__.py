"""The county's endpoints."""

from county_desk.api import (
    alerts,
    cards,
    charges,
    claims,
    decisions,
    fundings,
    payment_runs,
    providers,
    thresholds,
)

blueprints = [
    decisions.blueprint,
    fundings.blueprint,
    providers.blueprint,
    charges.blueprint,
    payment_runs.blueprint,
    claims.blueprint,
    cards.blueprint,
    alerts.blueprint,
    thresholds.blueprint,
]
