"""A provider sends a new paper in place of one that ends; a county accepts or rejects it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from clearing.eligibility.facts.kinds import PaperKind
from clearing.eligibility.facts.provider import Paper
from foundation.vocabulary.refusals import Refusal
from marketplace.rules.applying import LONGEST_TEXT

RENEWAL_NOT_WAITING: Final = Refusal("renewal_not_waiting")
"""The paper was decided, withdrawn, or replaced by a newer one."""
OWN_PAPER: Final = Refusal("own_paper")
"""Nobody decides on a paper that they sent."""


class RenewalState(StrEnum):
    """The state of a new paper. The values are stored."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Renewal:
    """A new paper, without its content."""

    id: int
    provider_id: int
    business_id: str
    provider: str
    kind: PaperKind
    first_day: date
    last_day: date | None
    media_type: str
    size: int
    sent_at: datetime
    sent_by: int | None
    state: RenewalState
    why: str
    decided_at: datetime | None

    @property
    def paper(self) -> Paper:
        """The paper that it becomes in the register."""
        return Paper(self.kind, self.first_day, self.last_day)


@dataclass(frozen=True, slots=True)
class PaperStatus:
    """A kind of paper of a provider: its newest paper, until when it is covered, and the newest renewal.

    `until`: the last day without a gap, None: no end, or no paper at all (then `paper` is None too).
    """

    kind: PaperKind
    paper: Paper | None
    until: date | None
    renewal: Renewal | None

    @property
    def waits(self) -> bool:
        """Whether a county has a new paper to look at."""
        return self.renewal is not None and self.renewal.state is RenewalState.WAITING

    @property
    def rejected(self) -> Renewal | None:
        """The newest new paper if a county rejected it."""
        is_rejected = self.renewal is not None and self.renewal.state is RenewalState.REJECTED
        return self.renewal if is_rejected else None


def why_not_renewed(paper: Paper, until: date | None, has_paper: bool) -> Refusal | None:
    """Return why a new paper does not renew what is covered until a day: `paper_not_longer`."""
    if not has_paper or until is None or paper.last_day is None or paper.last_day > until:
        return None
    return Refusal("paper_not_longer", "last_day")


def fault_of_verdict(is_accepted: bool, why: str) -> Refusal | None:
    """Return what is wrong with a county's verdict: `why_missing`, `why_too_long`, `why_not_needed`."""
    if len(why) > LONGEST_TEXT:
        return Refusal("why_too_long", "why")
    if not is_accepted and not why:
        return Refusal("why_missing", "why")
    return Refusal("why_not_needed", "why") if is_accepted and why else None
