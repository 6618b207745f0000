"""Offerings with my price beside: what I pay, what the county pays, how far my money goes, and if I may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from foundation.vocabulary.money import Quantity
from marketplace.load.catalogue import typical_class
from marketplace.load.fundings import MyFunding
from marketplace.load.offerings import offerings_by_id
from marketplace.rules.comparison import Share, share_of_unit, unit_value, units_left, units_money_gives
from marketplace.rules.eligibility import reasons_against, warnings_about
from marketplace.rules.question import OfferingFacts, Question
from marketplace.rules.reasons import Finding
from marketplace.rules.searching import Purse


@dataclass(frozen=True, slots=True)
class Priced:
    """My side of one offering; `share` is None where no price is in force."""

    share: Share | None
    units: Quantity | None
    reasons: tuple[Finding, ...]
    warnings: tuple[Finding, ...]

    @property
    def eligible(self) -> bool:
        """Whether it can be chosen."""
        return not self.reasons


def purse_of(session: Session, mine: MyFunding, day: date) -> Purse:
    """What the funding pays per unit by service, for sorting by what I pay."""
    time_class = typical_class(session, mine.facts.county_id)
    return Purse(
        {service: unit_value(mine.facts, service, time_class, day) for service in sorted(mine.facts.services)}
    )


def price_for_me(session: Session, mine: MyFunding, ids: Sequence[int], day: date) -> dict[int, Priced]:
    """My price of each of these offerings, by id."""
    time_class = typical_class(session, mine.facts.county_id)
    found = offerings_by_id(session, ids, day)
    return {key: _priced(mine, entry.facts, time_class, day) for key, entry in found.items()}


def _priced(mine: MyFunding, offering: OfferingFacts, time_class: str, day: date) -> Priced:
    question = Question(offering, mine.facts, mine.client.municipality, day, time_class)
    reasons, warnings = reasons_against(question), warnings_about(question)
    if question.price_cents is None:
        return Priced(None, None, reasons, warnings)
    share = share_of_unit(mine.facts, offering.service, question.price_cents, time_class, day)
    left = units_left(mine.facts, day)
    units = units_money_gives(mine.facts.free_cents, share.county_pays_cents, offering.unit, left)
    return Priced(share, units, reasons, warnings)
