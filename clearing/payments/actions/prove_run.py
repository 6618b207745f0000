"""A step of a payment run is kept only when the books that it touched agree."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.orm import Session

from clearing.ledger.load.proof_fundings import Difference
from clearing.payments.rules.settling import RunRefusalCode
from foundation.vocabulary.refusals import Refusal

log = logging.getLogger(__name__)
Done = TypeVar("Done")


def proven(
    session: Session, step: Callable[[], Done], prove: Callable[[Done], list[Difference]]
) -> Done | Refusal:
    """Do the step and return its result; undo it where `prove` finds that the books differ.

    The refusal is `books_differ`, with every difference among its reasons.
    """
    with session.begin_nested() as savepoint:
        done = step()
        refusal = why_books_differ(prove(done))
        if refusal is not None:
            savepoint.rollback()
            session.expire_all()
    return done if refusal is None else refusal


def why_books_differ(differences: list[Difference]) -> Refusal | None:
    """Return `books_differ` if there are differences: code, field and values of each reason name one."""
    for difference in differences:
        log.error("a payment run was stopped, the books do not agree: %s", difference)
    reasons = tuple(
        Refusal(one.check, one.name, {"expected": one.expected, "found": one.found}) for one in differences
    )
    return Refusal(RunRefusalCode.BOOKS_DIFFER, reasons=reasons) if reasons else None
