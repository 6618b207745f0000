"""A step of a payment run is kept only when the books that it touched agree."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from clearing.ledger.load.proof_fundings import Difference
from clearing.payments.rules.settling import RunRefusal, RunRefusedError

log = logging.getLogger(__name__)


@contextmanager
def proven(session: Session, prove: Callable[[], list[Difference]]) -> Iterator[None]:
    """Prove the books after what is done within; where they differ, undo it and raise RunRefusedError.

    `books_differ` names every difference. A refusal from within undoes it as well.
    """
    with session.begin_nested():
        yield
        refuse_if_different(prove())


def refuse_if_different(found: list[Difference]) -> None:
    """Raise RunRefusedError with the differences, if there are any."""
    for difference in found:
        log.error("a payment run was stopped, the books do not agree: %s", difference)
    if found:
        findings = tuple(f"{one.check} {one.name}: {one.expected} / {one.found}" for one in found)
        raise RunRefusedError(RunRefusal.BOOKS_DIFFER, findings)
