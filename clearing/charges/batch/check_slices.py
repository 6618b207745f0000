"""Check a large batch slice by slice: what its charges would be answered now. Nothing is locked or stored."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from clearing.charges.batch.decide_slice import DecidedSlice
from clearing.charges.batch.slice_steps import (
    garbage_collection_off,
    load_task,
    repeated_answers,
    unpack_answers,
)
from clearing.charges.batch.slices import Slice, slices_of
from clearing.charges.batch.worker_process import SliceDecider
from clearing.charges.facts.answers import ChargeAnswer
from clearing.charges.load.charge_register import newest_charge_id
from clearing.charges.reading.charge_keys import ChargeKeys
from clearing.charges.reading.intake import Intake
from clearing.charges.rules.check_answers import without_balance
from clearing.ledger.load.balances import counties_of_vouchers

KeepAnswers = Callable[[Sequence[int], Sequence[ChargeAnswer]], bool | None]
"""Receives the places of some charges in the batch, and their answers.

Returns True if the others are not wanted.
"""


def check_slices(
    session: Session, intake: Intake, decider: SliceDecider, *, slice_size: int, keep: KeepAnswers
) -> bool:
    """Call `keep` with the answers of each slice. Return False if it ended the check before the last.

    What some rule compares is in one slice, however large: nothing is stored that a later one could read.
    """
    with garbage_collection_off():
        keys = intake.read_keys()
        counties = counties_of_vouchers(session, {key.voucher for key in keys if key.voucher})
        newest_id = newest_charge_id(session)
        for part in slices_of(keys, max_size=slice_size, order=intake.order_of, cuts_groups=False):
            task = load_task(
                session,
                intake,
                keys,
                part.places,
                is_piece=False,
                counties=counties,
                newest_id=newest_id,
                is_check=True,
            )
            decider.submit(task)
            if keep(part.places, _answers(session, keys, part, decider.result())):
                return False
    return True


def _answers(
    session: Session, keys: Sequence[ChargeKeys], part: Slice, decided: DecidedSlice
) -> list[ChargeAnswer]:
    """Return the answers of a slice in the order of its places."""
    new = unpack_answers(keys, part.places, decided)
    found = {at: replace(answer, id=None) for at, answer in new.items()}
    found |= repeated_answers(session, decided, found)
    return [without_balance(found[at]) for at in range(len(part.places))]
