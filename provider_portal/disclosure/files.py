"""The answers to charge files as their provider reads them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import BinaryIO

from sqlalchemy.orm import Session

from clearing.disclosure.actions.disclose import disclose
from clearing.disclosure.facts.looks import Look
from clearing.disclosure.facts.purposes import Purpose
from foundation.vocabulary.roles import Actor
from provider_portal.actions.refused_file import write_refused_as_sent
from provider_portal.disclosure.charges import disclose_charges
from provider_portal.load.answer_file import AnswerForm, write_answer_file
from provider_portal.load.charge_files import (
    RowAnswer,
    all_rows,
    clients_of_rows,
    names_sent,
    refused_rows,
    row_answers,
    rows_to_check,
)
from provider_portal.load.left_rows import left_rows, with_left
from provider_portal.load.refused_file import (
    Describe,
    refused_as_sent,
    write_refused_file,
)


def file_results(
    session: Session, file_id: int, *, first: int, count: int, actor: Actor, now: datetime
) -> list[RowAnswer]:
    """Return the answers to some of a stored file's rows, in the order of the file."""
    found = row_answers(session, file_id, first=first, count=count)
    return disclose_results(session, found, actor=actor, now=now)


def file_rows_to_check(
    session: Session, file_id: int, *, count: int, actor: Actor, now: datetime
) -> tuple[list[RowAnswer], int]:
    """Return a stored file's first rows that were not accepted, and the count of all of them."""
    found, total = rows_to_check(session, file_id, count)
    return disclose_results(session, found, actor=actor, now=now), total


def refused_rows_writer(
    session: Session,
    file_id: int,
    describe: Describe,
    *,
    actor: Actor,
    now: datetime,
    as_sent: bool = False,
) -> Callable[[BinaryIO], None]:
    """Return what writes a stored file's refused rows as a file, with the reasons in words.

    With `as_sent` it has the form in which they came, also those that were not taken in; else it is CSV with
    our columns. The rows are those
    that the provider sent, without anything else of their clients. The looks are recorded first, since the
    rows are read and written some thousand at a time.
    """
    look_at_rows(session, file_id, only_refused=True, actor=actor, now=now)
    part = refused_as_sent(session, file_id) if as_sent else None

    def write(target: BinaryIO) -> None:
        rows = refused_rows(session, file_id)
        if part is None:
            write_refused_file(target, names_sent(session, file_id), rows, describe)
        else:
            write_refused_as_sent(target, part, with_left(rows, left_rows(session, file_id)), describe)

    return write


def answer_writer(
    session: Session, file_id: int, form: AnswerForm, *, actor: Actor, now: datetime
) -> Callable[[BinaryIO], None]:
    """Return what writes the answers to all rows of a stored file; the looks are recorded first."""
    look_at_rows(session, file_id, only_refused=False, actor=actor, now=now)

    def write(target: BinaryIO) -> None:
        rows = with_left(all_rows(session, file_id), left_rows(session, file_id))
        write_answer_file(target, rows, form)

    return write


def look_at_rows(session: Session, file_id: int, *, only_refused: bool, actor: Actor, now: datetime) -> None:
    """Record the looks of rows that are written as a file."""
    look = Look(actor, now, Purpose.PROVIDER_CHARGES, "charge", key="subject")
    disclose(session, clients_of_rows(session, file_id, only_refused=only_refused), look)


def disclose_results(
    session: Session, results: Sequence[RowAnswer], *, actor: Actor, now: datetime
) -> list[RowAnswer]:
    """Record the looks of the answers that are shown.

    Answers to rows that have just been decided have no stored charge: deciding them has its own audit row.
    """
    charges = [result.charge for result in results if result.charge is not None]
    disclose_charges(session, charges, actor=actor, now=now)
    return list(results)
