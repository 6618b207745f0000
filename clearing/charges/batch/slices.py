"""Cutting a large batch into slices, so that memory does not grow with it.

Charges of one sender that some rule compares belong together: those of one voucher (R-23 to R-27), of one
reference (R-04) and of one worker's day (R-29); R-28 looks at other providers. What belongs together is in
one slice; what is too large for one is cut in the rulebook's order, and each piece is decided on what the
piece before has left in the book. So a batch is decided in slices as it would be whole.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field

from clearing.charges.reading.charge_keys import Named
from clearing.charges.rules.charge_order import Order


@dataclass(slots=True)
class Slice:
    """Places in the batch. A piece is a part of what belongs together; its pieces follow one another."""

    places: list[int] = field(default_factory=list)
    is_piece: bool = False


def slices_of(charges: Sequence[Named], *, most: int, order: Callable[[int], Order]) -> list[Slice]:
    """Cut a batch of one sender into slices of at most ``most`` charges.

    ``order`` tells the rulebook's order of a place; it is asked only of what is too large for a slice.
    """
    slices, open_slice = [], Slice()
    for together in _components(charges):
        if len(together) > most:
            together.sort(key=order)
            pieces = [together[first : first + most] for first in range(0, len(together), most)]
            slices += [Slice(piece, is_piece=True) for piece in pieces]
            continue
        if len(open_slice.places) + len(together) > most:
            slices.append(open_slice)
            open_slice = Slice()
        open_slice.places += together
    return [*slices, open_slice] if open_slice.places else slices


def _components(charges: Sequence[Named]) -> Iterator[list[int]]:
    """The places of charges that belong together, the smallest place first."""
    roots = list(range(len(charges)))
    first_with: dict[Hashable, int] = {}
    for place, charge in enumerate(charges):
        for key in _keys(charge):
            other = first_with.setdefault(key, place)
            if other != place:
                roots[_root(roots, place)] = _root(roots, other)
    components: dict[int, list[int]] = {}
    for place in range(len(charges)):
        components.setdefault(_root(roots, place), []).append(place)
    return iter(components.values())


def _keys(charge: Named) -> Iterator[Hashable]:
    """What other charges may share with this one."""
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
