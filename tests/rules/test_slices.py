"""A batch is cut so that what some rule compares stays together, or follows in the rulebook's order."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearing.charges.batch.slices import Slice, slices_of
from clearing.charges.facts.charge import Charge
from clearing.charges.reading.fields import read_charge
from clearing.charges.rules.charge_order import in_order
from tests.rules.facts_builder import sent


def charge(**fields: Any) -> Charge:
    return read_charge(sent(**fields))[0]


def cut(batch: list[Charge], most: int) -> list[Slice]:
    return slices_of(batch, max_size=most, order=lambda place: in_order(batch[place]))


PLAIN = charge()


def charge_of(number: int) -> Charge:
    """Return one of the charges of few vouchers, references, workers and days (one number, one draw)."""
    number, reference = divmod(number, 40)
    number, voucher = divmod(number, 5)
    day, worker = divmod(number, 3)
    return PLAIN._replace(
        reference=f"R-{reference}",
        voucher=["AB12", "CD34", "EF56", "GH78", "IJ90"][voucher],
        worker=[None, "Anna", "Bertta"][worker],
        service_day=date(2026, 11, 1 + day),
    )


batches = st.lists(st.integers(0, 40 * 5 * 3 * 9 - 1).map(charge_of), min_size=1, max_size=30)


def shared(charge: Charge, other: Charge) -> bool:
    of_worker = charge.worker is not None and charge.worker == other.worker
    of_worker = of_worker and charge.service_day == other.service_day
    return of_worker or charge.voucher == other.voucher or charge.reference == other.reference


@settings(max_examples=40)
@given(batches, st.integers(1, 8))
def test_related_charges_are_in_one_slice_or_in_pieces_in_order(batch: list[Charge], most: int) -> None:
    slices = cut(batch, most)
    assert sorted(place for part in slices for place in part.places) == list(range(len(batch)))
    assert all(0 < len(part.places) <= most for part in slices)
    number_of = {place: number for number, part in enumerate(slices) for place in part.places}
    for place, charge in enumerate(batch):
        for at, other in enumerate(batch):
            if shared(charge, other) and number_of[place] < number_of[at]:
                between = slices[number_of[place] : number_of[at] + 1]
                assert all(part.is_piece for part in between)
                assert in_order(charge) <= in_order(other)


@pytest.mark.parametrize(("most", "sizes"), [(10, [4]), (3, [2, 2]), (2, [2, 2]), (1, [1, 1, 1, 1])])
def test_a_slice_takes_as_many_as_it_may(most: int, sizes: list[int]) -> None:
    batch = [charge(reference=f"R-{n}", voucher=["AB12", "CD34"][n // 2]) for n in range(4)]
    assert [len(part.places) for part in cut(batch, most)] == sizes


def whole(*places: int) -> Slice:
    """Return a slice of charges that hang together with no other."""
    return Slice(list(places))


def piece(*places: int) -> Slice:
    """Return a part of what was too large for one slice."""
    return Slice(list(places), is_piece=True)


# reference, voucher, worker and day of November of each charge (- for none); the most in a slice; the slices
CUTS: list[tuple[str, int, list[Slice]]] = [
    ("", 2, []),
    ("A V - 3", 1, [whole(0)]),
    ("A V - 3, B W - 3, C V - 3", 3, [whole(0, 2, 1)]),
    ("A V - 3, B W - 3, C V - 3", 2, [whole(0, 2), whole(1)]),
    ("A V - 3, A W - 3, C X - 3", 2, [whole(0, 1), whole(2)]),
    ("A V Anna 3, B W Anna 3, C X Anna 4", 2, [whole(0, 1), whole(2)]),
    ("A V - 3, B W - 3, C X - 3", 2, [whole(0, 1), whole(2)]),
    ("- - - 3, - - - 3", 1, [whole(0), whole(1)]),
    ("A V Anna -, B W Anna -", 1, [whole(0), whole(1)]),
    # all of one voucher: pieces in the rulebook's order
    ("A V - 6, B V - 5, C V - 4, D V - 3, E V - 2", 2, [piece(4, 3), piece(2, 1), piece(0)]),
    ("A V - 4, B V - 3", 1, [piece(1), piece(0)]),
    # a small slice before and after the pieces
    ("A U - 3, B V - 3, C V - 3, D V - 3, E W - 3", 2, [piece(1, 2), piece(3), whole(0, 4)]),
    # a chain: the first and the last share nothing but the ones between them
    ("A V - 3, B W - 3, B V - 3, D W - 3", 4, [whole(0, 1, 2, 3)]),
    ("A V - 3, B W - 3, B V - 3, D X - 3", 3, [whole(0, 1, 2), whole(3)]),
]


@pytest.mark.parametrize(("batch", "most", "slices"), CUTS)
def test_how_a_batch_is_cut(batch: str, most: int, slices: list[Slice]) -> None:
    charges = []
    for row in batch.split(", ") if batch else ():
        reference, voucher, worker, day = (None if word == "-" else word for word in row.split())
        service_day = day and f"2026-11-{day:>02}"
        charges.append(charge(reference=reference, voucher=voucher, worker=worker, service_day=service_day))
    assert cut(charges, most) == slices
