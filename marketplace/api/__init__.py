"""The marketplace's part of the API."""

from marketplace.api import (
    cards,
    catalogue,
    charges,
    disputes,
    feedback,
    fundings,
    looks,
    messages,
    movements,
    moves,
    offerings,
    pauses,
    visits,
)

blueprints = [
    catalogue.blueprint,
    offerings.blueprint,
    fundings.blueprint,
    moves.blueprint,
    movements.blueprint,
    visits.blueprint,
    pauses.blueprint,
    charges.blueprint,
    disputes.blueprint,
    cards.blueprint,
    messages.blueprint,
    looks.blueprint,
    feedback.blueprint,
]
