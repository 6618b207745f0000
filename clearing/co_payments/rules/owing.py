"""What a client owes a provider: own shares of accepted charges, less what has been invoiced."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from clearing.co_payments.facts.shares import NewLine, OwnShare
from foundation.vocabulary.money import Money, Quantity


@dataclass(frozen=True, slots=True)
class Owed:
    """What one client owes one provider for the services of one month, in cents.

    `own_cents` is the own share of what is accepted, and `waiting_cents` the part of it that is disputed or
    on hold. `to_invoice_cents` has no invoice yet; `to_credit_cents`, below zero, is invoiced and not owed.
    """

    provider_id: int
    provider: str
    client_id: int
    client_number: str | None
    client_name: str | None
    county_id: int
    month: date
    own_cents: Money
    invoiced_cents: Money
    to_invoice_cents: Money
    to_credit_cents: Money
    waiting_cents: Money


def owed_by_month(shares: Iterable[OwnShare]) -> list[Owed]:
    """Return what each client owes each provider by month of service, the newest month first."""
    groups: defaultdict[tuple[int, int, int], list[OwnShare]] = defaultdict(list)
    for share in shares:
        groups[-share.month.toordinal(), share.client_id, share.provider_id].append(share)
    return [_owed(groups[key]) for key in sorted(groups)]


def _owed(shares: list[OwnShare]) -> Owed:
    first = shares[0]
    return Owed(
        provider_id=first.provider_id,
        provider=first.provider,
        client_id=first.client_id,
        client_number=first.client_number,
        client_name=first.client_name,
        county_id=first.county_id,
        month=first.month,
        own_cents=Money(sum(share.owed_cents for share in shares)),
        invoiced_cents=Money(sum(share.invoiced_cents for share in shares)),
        to_invoice_cents=Money(sum(max(share.open_cents, 0) for share in shares)),
        to_credit_cents=Money(sum(min(share.open_cents, 0) for share in shares)),
        waiting_cents=Money(
            sum(max(share.owed_cents - share.invoiced_cents, 0) for share in shares if share.waits)
        ),
    )


def lines_to_invoice(shares: Iterable[OwnShare]) -> list[NewLine]:
    """Return a line for each own share of which something is not invoiced yet, by day of service."""
    return [_line(share) for share in sorted(shares, key=_order) if share.open_cents > 0]


def lines_to_credit(shares: Iterable[OwnShare]) -> dict[int, list[NewLine]]:
    """Return the lines of credit notes by the invoice that they credit.

    A charge that was invoiced twice is credited from its last invoice.
    """
    found: defaultdict[int, list[NewLine]] = defaultdict(list)
    for share in sorted(shares, key=_order):
        if share.open_cents < 0 and share.invoice_id is not None:
            found[share.invoice_id].append(_line(share))
    return dict(sorted(found.items()))


def _order(share: OwnShare) -> tuple[date, int]:
    return share.service_day, share.charge_id


def _line(share: OwnShare) -> NewLine:
    return NewLine(
        charge_id=share.charge_id,
        turn=share.turns + 1,
        cents=share.open_cents,
        quantity=Quantity(share.quantity - share.invoiced_quantity),
        vat_percent_hundredths=share.vat_percent_hundredths,
    )
