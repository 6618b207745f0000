"""More than sixty kinds of bank answers: true ones in the forms that banks use, noise, and forged ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from benchmarks.programme.answer_xml import CREDITED, DEBITED, Detail, Entry, report, statement
from benchmarks.programme.vouchers import euros

SECOND_DAY = "<Dt>2026-11-25</Dt>"
Cents = dict[str, int]
"""Whole cents by end-to-end id."""


class Fate(StrEnum):
    """What the simulated bank really did with a payment."""

    PAID = "paid"
    REFUSED = "refused"
    CAME_BACK = "came_back"


@dataclass(frozen=True, slots=True)
class SentFile:
    """A bank file that was sent: its identifiers, the payer's account, and what became of each payment."""

    message_id: str
    batch_id: str
    account: str
    payments: Cents
    fates: dict[str, Fate]

    def with_fates(self, *fates: Fate) -> Cents:
        """Return the payments that had one of these fates."""
        return {name: cents for name, cents in self.payments.items() if self.fates[name] in fates}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of answer about the payments with some fates.

    `is_true`: it reports what the bank did. `is_listed`: it moves nothing and is listed every time.
    `is_refused`: the file cannot be read. `is_for_all`: it is about the file, so every payment must have one
    of the fates. `is_after_booking`: it is sent of payments whose debit the program knows: a forged credit
    before that frees the money (docs/security.md).
    """

    name: str
    fates: tuple[Fate, ...]
    make: Callable[[SentFile, Cents], bytes]
    is_true: bool = False
    is_listed: bool = False
    is_refused: bool = False
    is_for_all: bool = False
    is_after_booking: bool = False


def booked(cents: Cents, **changes: object) -> list[Entry]:
    """Return an entry out of the account for each payment, with changes of the entry."""
    return [
        replace(Entry(euros(sum_cents), Detail(name, euros(sum_cents), f"D-{name}").xml()), **changes)  # type: ignore[arg-type]
        for name, sum_cents in cents.items()
    ]


def came_back(
    cents: Cents,
    *,
    prefix: str = "C-",
    reason: str = "MS03",
    day: str = f"<Dt>{CREDITED}</Dt>",
    **changes: object,
) -> list[Entry]:
    """Return an entry back into the account for each payment; without `prefix` it has no reference."""
    return [
        replace(
            Entry(
                euros(sum_cents),
                Detail(name, euros(sum_cents), prefix and prefix + name, reason).xml(),
                "CRDT",
                day,
            ),
            **changes,  # type: ignore[arg-type]
        )
        for name, sum_cents in cents.items()
    ]


def amounts_written(write: Callable[[int], str]) -> Callable[[SentFile, Cents], bytes]:
    """Return a maker of a statement whose amounts are written in some way."""

    def make(file: SentFile, cents: Cents) -> bytes:
        entries = [
            Entry(write(sum_cents), Detail(name, write(sum_cents), f"D-{name}").xml())
            for name, sum_cents in cents.items()
        ]
        return statement((file.account, entries))

    return make


def lines(
    status: str, reason: str = "", *, day: str = CREDITED, text: str = ""
) -> Callable[[SentFile, Cents], bytes]:
    """Return a maker of a report with one status for each payment."""

    def make(file: SentFile, cents: Cents) -> bytes:
        rows = [(name, status, reason) for name in cents]
        return report(file.message_id, file.batch_id, rows, day=day, text=text)

    return make


def group(status: str, reason: str = "", *, batch: str = "") -> Callable[[SentFile, Cents], bytes]:
    """Return a maker of a report about the file or its batch."""
    return lambda file, _: report(
        file.message_id, file.batch_id, group=(status, reason), batch=batch, day=DEBITED
    )


def entries(
    make: Callable[[Cents], Iterable[Entry]], *, account: str = "", **options: str
) -> Callable[[SentFile, Cents], bytes]:
    """Return a maker of a statement of the payer's account, or of another one."""
    return lambda file, cents: statement((account or file.account, make(cents)), **options)


def batch_booking(inside: str) -> Callable[[SentFile, Cents], bytes]:
    """Return a maker of one booked sum; `inside` may name the message `@M@` and the batch `@P@`."""

    def make(file: SentFile, cents: Cents) -> bytes:
        named = inside.replace("@M@", file.message_id).replace("@P@", file.batch_id)
        named = named.replace("@N@", str(len(cents)))
        return statement((file.account, [Entry(euros(sum(cents.values())), named, reference="ARCHIVE-1")]))

    return make


def one_entry(cents: Cents) -> list[Entry]:
    """Return one entry with a detail for each payment."""
    inside = "".join(Detail(name, euros(sum_cents), f"D-{name}").xml() for name, sum_cents in cents.items())
    return [Entry(euros(sum(cents.values())), inside)]


def off_by_a_cent(cents: Cents) -> Cents:
    """Return the payments with a cent more."""
    return {name: sum_cents + 1 for name, sum_cents in cents.items()}


def strangers(count: int) -> list[Entry]:
    """Return entries of other payers' business, in and out of the account."""
    return [
        Entry(
            f"{number % 900 + 1}.00",
            Detail(f"OTHER{number}", f"{number % 900 + 1}.00", f"X{number}").xml(),
            direction,
        )
        for number in range(count)
        for direction in ("DBIT" if number % 3 else "CRDT",)
    ]
