"""The marketplace's part of the API."""

from marketplace.api import (
    cards,
    catalogue,
    charges,
    disputes,
    fundings,
    movements,
    moves,
    offerings,
    visits,
)

blueprints = [
    catalogue.blueprint,
    offerings.blueprint,
    fundings.blueprint,
    moves.blueprint,
    movements.blueprint,
    visits.blueprint,
    charges.blueprint,
    disputes.blueprint,
    cards.blueprint,
]
