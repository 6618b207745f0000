"""The steps of one slice: load what it is decided by, store it, and unpack its answers."""

import gc
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import Session

from clearing.charges.batch.decide_slice import DecidedSlice, SliceTask
from clearing.charges.facts.answers import ChargeAnswer
from clearing.charges.facts.book import ReferenceData
from clearing.charges.hot.charge_facts import query_charge_facts
from clearing.charges.hot.transports import copy
from clearing.charges.hot.versioned_cache import Versions
from clearing.charges.load.answers import stored_answer
from clearing.charges.load.charge_register import charges_by_id
from clearing.charges.load.reference_data import load_reference_data
from clearing.charges.reading.charge_keys import ChargeKeys
from clearing.charges.reading.intake import Intake
from clearing.reasons import NO_VALUES, REASONS, Finding

NO_KEY = (0, 0)
"""Stands for the keys of a charge that is only checked."""


def load_task(
    session: Session,
    intake: Intake,
    keys: Sequence[ChargeKeys],
    places: Sequence[int],
    *,
    is_piece: bool,
    counties: Mapping[str, int],
    newest_id: int,
    is_check: bool = False,
) -> SliceTask:
    """Load everything that a slice is decided by.

    A voucher that was not there when the fundings were locked stays unknown: its funding is not locked.

    Args:
        places: The places of the slice's charges in the intake.
        counties: The county of each locked voucher.
        newest_id: Charges with a larger id are no history of the provider (see `with_history`).
        is_check: Nothing will be stored, so no ids are reserved.
    """
    own = [keys[place] for place in places]
    known = [key if key.voucher in counties else key._replace(voucher=None) for key in own]
    found = query_charge_facts(session, known, lock=False, new_keys=0 if is_check else len(known))
    return SliceTask(
        provider_id=intake.provider_id,
        arrival=intake.arrival,
        from_file=intake.from_file,
        sent=[intake.sent[place] for place in places],
        documents=found.documents,
        reference_data=_reference_data(session, intake, found.versions, counties, newest_id),
        keys=[NO_KEY] * len(known) if is_check else found.keys,
        is_piece=is_piece,
        is_check=is_check,
    )


def _reference_data(
    session: Session,
    intake: Intake,
    versions: Mapping[int, Versions],
    counties: Mapping[str, int],
    newest_id: int,
) -> ReferenceData:
    return load_reference_data(
        session,
        versions,
        provider_ids={intake.provider_id},
        county_ids=set(counties.values()),
        now=intake.now,
        newest_id=newest_id,
    )


def store_slice(
    session: Session, keys: Sequence[ChargeKeys], places: Sequence[int], decided: DecidedSlice
) -> dict[int, ChargeAnswer]:
    """Store the charges of a slice, and return their answers by place in the slice, without duplicates."""
    copy(session, decided.texts)
    return unpack_answers(keys, places, decided)


def unpack_answers(
    keys: Sequence[ChargeKeys], places: Sequence[int], decided: DecidedSlice
) -> dict[int, ChargeAnswer]:
    """Return the answers of a slice by place in it, without duplicates."""
    return {
        at: _answer(keys[place].reference, *parts)
        for at, (place, parts) in enumerate(zip(places, decided.answers, strict=True))
        if parts is not None
    }


def repeated_answers(
    session: Session, decided: DecidedSlice, answers: Mapping[int, ChargeAnswer]
) -> dict[int, ChargeAnswer]:
    """Return the first answers of duplicates again, marked as such (R-04)."""
    stored_ids = [key for key, _ in decided.duplicates.values() if key is not None]
    stored = charges_by_id(session, stored_ids) if stored_ids else {}
    return {
        at: replace(answers[first or 0] if key is None else stored_answer(stored[key]), duplicate=True)
        for at, (key, first) in decided.duplicates.items()
    }


def _answer(
    reference: str | None, key: int, outcome: str, packed: Sequence[tuple[str, Any, Any]], *money: Any
) -> ChargeAnswer:
    """Unpack an answer (see `DecidedSlice`); equal values of many answers are one object."""
    findings = tuple(Finding(REASONS[code], name, values or NO_VALUES) for code, name, values in packed)
    return ChargeAnswer(key, reference, sys.intern(outcome), findings, *map(_same_object, money))


_same_object = lru_cache(maxsize=4096)(lambda cents: cents)


@contextmanager
def garbage_collection_off() -> Iterator[None]:
    """A batch creates no reference cycles; searching its many objects for some took a third of its time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
