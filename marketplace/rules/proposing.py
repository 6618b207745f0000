"""What a helper may propose, and when a proposal can still be accepted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from clearing.grants.facts.funding import Funding
from foundation.vocabulary.refusals import Refusal
from marketplace.rules.choice_query import OfferingFacts
from marketplace.rules.refusals import OFFERING_UNKNOWN
from marketplace.rules.wishes import Wish

MOST_OFFERINGS: Final = 3
"""More than three are hard to compare (rulebook of plain language: three results at a time)."""

LONGEST_WORDS: Final = 1000
WHY_NEEDED: Final = Refusal("why_needed", "why")
TOO_MANY_OFFERINGS: Final = Refusal("too_many_offerings", "offerings")
STARTS_IN_PAST: Final = Refusal("starts_in_past", "starts_on")
FUNDING_ENDED: Final = Refusal("funding_ended", "funding")


class ProposalState(StrEnum):
    """The state of a proposal."""

    OPEN = "open"
    OUT_OF_DATE = "out_of_date"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class ProposedPlan:
    """One proposed offering, and how much of it from when."""

    offering_id: int
    wish: Wish


def why_not_proposed(
    plans: Sequence[ProposedPlan], offerings: Collection[OfferingFacts], funding: Funding, why: str, day: date
) -> Refusal | None:
    """Return why these offerings cannot be proposed for a funding on a day; None if they can.

    `offerings` are those of the plans that exist. Whether the client can choose them is asked again when the
    client chooses.
    """
    if not 1 <= len({plan.offering_id for plan in plans}) == len(plans) <= MOST_OFFERINGS:
        return TOO_MANY_OFFERINGS
    if not 1 <= len(why) <= LONGEST_WORDS:
        return WHY_NEEDED
    if any(plan.wish.starts_on < day for plan in plans):
        return STARTS_IN_PAST
    if funding.window.last < day:
        return FUNDING_ENDED
    fits = {each.id for each in offerings if each.is_public(day) and each.service in funding.services}
    return None if {plan.offering_id for plan in plans} <= fits else OFFERING_UNKNOWN


def state_of_open(offerings: Collection[OfferingFacts], last_day: date, day: date) -> ProposalState:
    """Return whether a proposal that nobody has answered can still be accepted.

    Not after the last day of its funding, and not if all of its offerings have left the public list.
    """
    lives = last_day >= day and any(offering.is_public(day) for offering in offerings)
    return ProposalState.OPEN if lives else ProposalState.OUT_OF_DATE
