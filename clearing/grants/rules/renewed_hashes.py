"""A client's identity code hashed with an earlier key, in a decision that is in force."""

from collections.abc import Mapping

from clearing.grants.facts.decision import DecidedClient
from clearing.grants.rules.decision_document import Json


def has_earlier_hash(in_force: Mapping[str, object], client: DecidedClient) -> bool:
    """Return whether a written document has the client's code hashed with an earlier key."""
    return _client_of(in_force).get("identity_hash") in client.earlier_hashes


def with_newest_hash(in_force: Json, client: DecidedClient) -> Json:
    """Return a written document with the newest hash of the client's code instead of an earlier one."""
    if not has_earlier_hash(in_force, client):
        return in_force
    return {**in_force, "client": {**_client_of(in_force), "identity_hash": client.identity_hash}}


def _client_of(document: Mapping[str, object]) -> Json:
    client = document["client"]
    assert isinstance(client, dict)
    return client
