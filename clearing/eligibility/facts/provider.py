"""Providers: approvals, offerings with dated prices, papers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from clearing.eligibility.facts.kinds import ApprovalState, PaperKind
from foundation.vocabulary.money import Money


@dataclass(frozen=True, slots=True)
class Price:
    """An offering's price per unit (VAT included) in a time class, from a day to a day or on."""

    time_class: str
    unit_price_cents: Money
    first_day: date
    last_day: date | None


@dataclass(frozen=True, slots=True)
class CancellationRule:
    """When a cancelled visit may be charged: with less notice than this, at most this share."""

    notice_hours: int
    share_hundredths: int


@dataclass(frozen=True, slots=True)
class Offering:
    """One provider's service in one county, with its dated prices."""

    id: int
    service: str
    unit: str
    prices: tuple[Price, ...]
    cancellation: CancellationRule | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """A provider's register entry, insurance or prepayment register entry, and when it is valid."""

    kind: PaperKind
    first_day: date
    last_day: date | None


@dataclass(frozen=True, slots=True)
class ProviderFacts:
    """A provider: approvals and offerings by (county id, service code), papers, account.

    ``accepted_before`` counts its accepted charges and ``usual_price_cents`` is its usual line
    price (None when not known): both serve sampling only (R-33).
    """

    id: int
    approvals: Mapping[tuple[int, str], tuple[tuple[date, ApprovalState], ...]]
    offerings: Mapping[tuple[int, str], tuple[Offering, ...]]
    papers: tuple[Paper, ...]
    account_verified: bool = True
    accepted_before: int = 0
    usual_price_cents: Money | None = None


@dataclass(frozen=True, slots=True)
class BankAccount:
    """A provider's newest bank account, with who entered it and who confirmed it.

    `entered_by` is None for an account that no person of the system entered (a register import, a seed).
    """

    id: int
    iban: str
    bic: str
    entered_at: datetime
    entered_by: int | None
    confirmed_at: datetime | None
    confirmed_by: int | None
