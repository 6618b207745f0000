"""The account that a provider is paid to."""

from dataclasses import dataclass
from datetime import datetime


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
