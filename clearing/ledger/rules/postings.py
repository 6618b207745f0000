"""Postings, and how they change balances and holds (rulebook: Balance and ledger).

Money moves only as postings. No code sets a funding's balance or a choice's hold: they change by the
postings, so computing them again from the ledger must give the same (`omatori verify`).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from foundation.vocabulary.money import NO_UNITS, Money, Quantity


class Account(IntEnum):
    """A kind of account. The numbers are stored, so they never change."""

    APPROPRIATION = 0
    FREE = 1
    HELD = 2
    CHARGED = 3
    PAYABLE = 4
    TRANSIT = 5
    BANK = 6
    RECOVERY = 7
    EARLIER_SYSTEM = 8


class Event(IntEnum):
    """Why money moved. The numbers are stored, so they never change."""

    GRANT = 0
    TOP_UP = 1
    HOLD = 2
    RELEASE = 3
    CHARGE = 4
    WITHDRAW = 5
    SETTLE = 6
    PAY = 7
    CONFIRM = 8
    BANK_RETURN = 9
    CORRECT = 10
    EXPIRE = 11
    MOVE = 12
    REDUCE = 13
    RECOVER = 14
    RECOVERED = 15
    OPEN = 16


class Posting(NamedTuple):
    """A movement of money, units or both from one account to another, so that every posting balances.

    `quantity_hundredths` are the units of a funding that is granted in units (docs/decisions/0151), else 0.
    The accounts free, held and charged belong to `funding_id`, payable and recovery to `provider_id`, the
    appropriation to `cost_centre_id`. A posting from or to held names the choice.
    """

    county_id: int
    event: Event
    from_account: Account
    to_account: Account
    amount_cents: Money
    cost_centre_id: int | None = None
    funding_id: int | None = None
    choice_id: int | None = None
    charge_id: int | None = None
    provider_id: int | None = None
    run_id: int | None = None
    payment_id: int | None = None
    quantity_hundredths: Quantity = NO_UNITS


@dataclass(slots=True)
class BalanceChange:
    """The change of a funding's balance, in whole cents and in hundredths of a unit."""

    granted_cents: int = 0
    free_cents: int = 0
    held_cents: int = 0
    charged_cents: int = 0
    settled_cents: int = 0
    returned_cents: int = 0
    granted_hundredths: int = 0
    free_hundredths: int = 0
    held_hundredths: int = 0
    charged_hundredths: int = 0
    settled_hundredths: int = 0
    returned_hundredths: int = 0


_FIELDS = {Account.FREE: "free", Account.HELD: "held", Account.CHARGED: "charged"}
_FIELD = tuple(map(_FIELDS.get, Account))
"""The account of a balance at the number of its account."""
_PAYABLE, _APPROPRIATION = Account.PAYABLE, Account.APPROPRIATION
_EARLIER_SYSTEM = Account.EARLIER_SYSTEM


def balance_changes(postings: Iterable[Posting]) -> dict[int, BalanceChange]:
    """Return the change of each funding's balance, by funding id.

    `settled` is what moved from charged to payable, less corrections, and what the earlier system had paid
    when the funding came from it. `returned` is what expired back to the appropriation. A reduction by a new
    decision lowers `granted` instead.
    """
    changes: defaultdict[int, BalanceChange] = defaultdict(BalanceChange)
    for posting in postings:
        if posting.funding_id is not None:
            _apply(changes[posting.funding_id], posting)
    return dict(changes)


def _apply(change: BalanceChange, posting: Posting) -> None:
    if posting.amount_cents:
        _apply_in(change, posting, posting.amount_cents, "cents")
    if posting.quantity_hundredths:
        _apply_in(change, posting, posting.quantity_hundredths, "hundredths")


def _apply_in(change: BalanceChange, posting: Posting, amount: int, currency: str) -> None:
    """Apply a posting's cents or hundredths to the fields that end with this currency."""
    if (name := _FIELD[posting.from_account]) is not None:
        _add(change, f"{name}_{currency}", -amount)
    if (name := _FIELD[posting.to_account]) is not None:
        _add(change, f"{name}_{currency}", amount)
    if posting.to_account is _PAYABLE or posting.to_account is _EARLIER_SYSTEM:
        _add(change, f"settled_{currency}", amount)
    elif posting.from_account is _PAYABLE:
        _add(change, f"settled_{currency}", -amount)
    elif posting.from_account is _APPROPRIATION:
        _add(change, f"granted_{currency}", amount)
    elif posting.to_account is _APPROPRIATION and posting.event is Event.EXPIRE:
        _add(change, f"returned_{currency}", amount)
    elif posting.to_account is _APPROPRIATION:
        _add(change, f"granted_{currency}", -amount)


def _add(change: BalanceChange, field: str, amount: int) -> None:
    setattr(change, field, getattr(change, field) + amount)
