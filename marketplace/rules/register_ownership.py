"""Who may change a provider's entry in the register, which all counties share."""

from __future__ import annotations

from collections.abc import Iterable

from foundation.vocabulary.refusals import Refusal

SHARED = "provider_is_shared"
"""The entry belongs to the provider and to every county that knows it."""


def not_to_be_changed(
    changed: Iterable[str], added: Iterable[str], *, known_to: frozenset[int], county_id: int
) -> tuple[Refusal, ...]:
    """Return the fields that a county may not change.

    A county alone with a provider keeps its entry. If another county knows the provider, no county changes
    its name, contacts or account: the provider does. A county that does not know it adds no papers or
    places either.

    Args:
        changed: Fields of the entry whose value would be replaced.
        added: Fields that only add to the entry: papers and places.
        known_to: The counties in which the provider has an approval, in whatever state.
    """
    fields = list(changed) if known_to - {county_id} else []
    if known_to and county_id not in known_to:
        fields += added
    return tuple(Refusal(SHARED, field) for field in fields)
