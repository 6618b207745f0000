"""The answers to charge files as their provider reads them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from foundation.vocabulary.roles import Actor
from provider_portal.disclosure.charges import disclose_charges
from provider_portal.load.charge_files import RowAnswer, refused_rows, row_answers
from provider_portal.load.refused_file import Describe, refused_file


def file_results(
    session: Session, file_id: int, *, first: int, count: int, actor: Actor, now: datetime
) -> list[RowAnswer]:
    """Return the answers to some of a stored file's rows, in the order of the file."""
    found = row_answers(session, file_id, first=first, count=count)
    return disclose_results(session, found, actor=actor, now=now)


def refused_rows_file(
    session: Session, file_id: int, describe: Describe, *, actor: Actor, now: datetime
) -> bytes:
    """Return a stored file's refused rows as a file, with the reasons in words."""
    found = disclose_results(session, refused_rows(session, file_id), actor=actor, now=now)
    return refused_file(found, describe)


def disclose_results(
    session: Session, results: Sequence[RowAnswer], *, actor: Actor, now: datetime
) -> list[RowAnswer]:
    """Record the looks of the answers that are shown.

    Answers to rows that have just been decided have no stored charge: deciding them has its own audit row.
    """
    charges = [result.charge for result in results if result.charge is not None]
    disclose_charges(session, charges, actor=actor, now=now)
    return list(results)
