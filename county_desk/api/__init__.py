"""The county's endpoints."""

from county_desk.api import (
    alerts,
    applications,
    cards,
    charges,
    claims,
    decisions,
    fundings,
    papers,
    payment_runs,
    people,
    providers,
    settings,
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
    applications.blueprint,
    papers.blueprint,
    people.blueprint,
    settings.blueprint,
]
