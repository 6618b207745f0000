"""Open disputes with their charges, for the lists of a provider and of a county."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from clearing.charges.disputes.facts.thread import Thread
from clearing.charges.disputes.load.threads import OpenThreads, open_threads
from clearing.charges.load.charge_register import StoredCharge, charges_by_id


@dataclass(frozen=True, slots=True)
class DisputedCharge:
    """A charge with the thread about it."""

    charge: StoredCharge
    thread: Thread


def open_disputes(session: Session, criteria: OpenThreads, *, first: int, count: int) -> list[DisputedCharge]:
    """Return a page of the open disputes, those that wait for the county first."""
    threads = open_threads(session, criteria, first=first, count=count)
    charges = charges_by_id(session, [thread.charge_id for thread in threads])
    return [DisputedCharge(charges[thread.charge_id], thread) for thread in threads]


def with_charges(disputes: Iterable[DisputedCharge], charges: Iterable[StoredCharge]) -> list[DisputedCharge]:
    """Return the disputes with their charges as a reader may know them."""
    pairs = zip(disputes, charges, strict=True)
    return [DisputedCharge(charge, dispute.thread) for dispute, charge in pairs]
