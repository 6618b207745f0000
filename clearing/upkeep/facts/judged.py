"""What the early warnings about a funding are judged by, as it is stored after each judgement."""

from dataclasses import dataclass
from datetime import date

from clearing.upkeep.facts.course import Course, OwnShare, Rhythm


@dataclass(frozen=True, slots=True)
class JudgedChoice:
    """A choice: its rhythm and what the client pays of a unit, if known.

    `unreported` are the days of past visits with times that wait for a charge.
    """

    choice_id: int
    provider_id: int
    rhythm: Rhythm | None = None
    own_share: OwnShare | None = None
    unreported: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class JudgedFunding:
    """An open funding with a plan, as of a day.

    `delay_days` is the median delay of its providers' newest charges. `course` is None before there was a
    visit to plan; `before` is that of the judgement a week earlier.
    """

    funding_id: int
    client_id: int
    judged_on: date
    known_day: date
    in_units: bool
    delay_days: float
    course: Course | None
    before: Course | None
    choices: tuple[JudgedChoice, ...]


@dataclass(frozen=True, slots=True)
class ProviderAtWork:
    """What the warnings about a provider in a county are judged by; `clients` have chosen it.

    `delay_days` is the median delay of its newest charges, None without any. `papers_end` is the last day of
    the paper that ends first. `recent` are its charges of the last 90 days: of them `near_cut_off` came in
    the last days before it was too late, and `disputed` were disputed.
    """

    provider_id: int
    clients: int
    delay_days: float | None
    papers_end: date | None
    is_suspended: bool
    recent: int
    near_cut_off: int
    disputed: int
    unreported: tuple[date, ...]
