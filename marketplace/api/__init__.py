"""The marketplace's part of the API."""

from marketplace.api import (
    cards,
    catalogue,
    charges,
    disputes,
    feedback,
    fundings,
    help_requests,
    looks,
    messages,
    movements,
    moves,
    offerings,
    own_data,
    pauses,
    time_requests,
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
    time_requests.blueprint,
    help_requests.blueprint,
    looks.blueprint,
    own_data.blueprint,
    feedback.blueprint,
]
