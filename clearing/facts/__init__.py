"""What a rule may know: frozen values read before the decision, with no way back to the database.

Days are civil days in Helsinki, instants are aware UTC datetimes, money is whole cents, quantities
and shares are hundredths. Codes (service, unit, time class, voucher) are the public strings.
"""

from clearing.facts.book import Book, CalendarRange, CountySettings, Sampling, WorkerDay
from clearing.facts.charge import (
    CANCELLATION_REASONS,
    HOUR,
    UNITS,
    Cancellation,
    Charge,
    ClientVisit,
    EarlierCharge,
    KnownReference,
    SentCharge,
)
from clearing.facts.funding import ANY_CLASS, NOTHING_BY_CLASS, ByClass, Choice, Funding, PeriodLimit, Terms
from clearing.facts.kinds import (
    ApprovalState,
    CarryOver,
    ChargeState,
    DayKind,
    DecisionState,
    FundingKind,
    FundingState,
    Overrun,
    PaperKind,
    VatKind,
)
from clearing.facts.provider import CancellationRule, Offering, Paper, Price, ProviderFacts

__all__ = [
    "ANY_CLASS",
    "ApprovalState",
    "Book",
    "ByClass",
    "CANCELLATION_REASONS",
    "CalendarRange",
    "Cancellation",
    "CancellationRule",
    "CarryOver",
    "Charge",
    "ChargeState",
    "Choice",
    "ClientVisit",
    "CountySettings",
    "DayKind",
    "DecisionState",
    "EarlierCharge",
    "Funding",
    "FundingKind",
    "FundingState",
    "HOUR",
    "KnownReference",
    "NOTHING_BY_CLASS",
    "Offering",
    "Overrun",
    "Paper",
    "PaperKind",
    "PeriodLimit",
    "Price",
    "ProviderFacts",
    "Sampling",
    "SentCharge",
    "Terms",
    "UNITS",
    "VatKind",
    "WorkerDay",
]
