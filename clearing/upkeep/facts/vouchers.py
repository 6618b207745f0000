"""Vouchers that are not used, and vouchers that end: those that may need a warning."""

from dataclasses import dataclass

from clearing.upkeep.facts.course import Ending, Idle


@dataclass(frozen=True, slots=True)
class IdleVoucher:
    """A funding that holds nothing, and since when it has not been used."""

    funding_id: int
    client_id: int
    idle: Idle


@dataclass(frozen=True, slots=True)
class EndingVoucher:
    """A funding that no other one follows, and its end."""

    funding_id: int
    client_id: int
    ending: Ending
