"""Cut a large batch into slices, so that memory does not grow with the batch.

Charges of one sender that some rule compares form a group: those of one voucher (R-23 to R-27), of one
reference (R-04) and of one worker's day (R-29); R-28 compares with other providers only. A group is in one
slice. A group too large for a slice is cut into pieces in the rulebook's order, and each piece is decided
after the piece before it is stored. So the outcome is the same as if the batch were decided at once.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field

from clearing.charges.reading.charge_keys import Named
from clearing.charges.rules.charge_order import Order


@dataclass(slots=True)
class Slice:
    """The charges of a slice, by place in the batch. A piece is a part of a group too large for a slice."""

    places: list[int] = field(default_factory=list)
    is_piece: bool = False


def slices_of(
    charges: Sequence[Named], *, max_size: int, order: Callable[[int], Order], cuts_groups: bool = True
) -> list[Slice]:
    """Cut a batch of one sender into slices of at most `max_size` charges.

    `order` returns the rulebook's order of a place; it is called only for groups too large for a slice.
    Unless it `cuts_groups`, such a group is a larger slice.
    """
    slices, open_slice = [], Slice()
    for group in _groups(charges):
        if len(group) > max_size and cuts_groups:
            group.sort(key=order)
            pieces = [group[first : first + max_size] for first in range(0, len(group), max_size)]
            slices += [Slice(piece, is_piece=True) for piece in pieces]
            continue
        if open_slice.places and len(open_slice.places) + len(group) > max_size:
            slices.append(open_slice)
            open_slice = Slice()
        open_slice.places += group
    return [*slices, open_slice] if open_slice.places else slices


def _groups(charges: Sequence[Named]) -> Iterator[list[int]]:
    """Return the places of each group, the smallest place first."""
    roots = list(range(len(charges)))
    first_with: dict[Hashable, int] = {}
    for place, charge in enumerate(charges):
        for key in _keys(charge):
            other = first_with.setdefault(key, place)
            if other != place:
                roots[_root(roots, place)] = _root(roots, other)
    groups: dict[int, list[int]] = {}
    for place in range(len(charges)):
        groups.setdefault(_root(roots, place), []).append(place)
    return iter(groups.values())


def _keys(charge: Named) -> Iterator[Hashable]:
    """Yield what the charge may share with others of its group."""
    if charge.voucher is not None:
        yield charge.voucher
    if charge.reference is not None:
        yield charge.provider_id, charge.reference
    if charge.worker is not None and charge.service_day is not None:
        yield charge.provider_id, charge.worker, charge.service_day


def _root(roots: list[int], place: int) -> int:
    while roots[place] != place:
        roots[place] = roots[roots[place]]
        place = roots[place]
    return place
