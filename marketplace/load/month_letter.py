"""What the letter of a month says about a client's vouchers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from foundation.vocabulary.dates import DateWindow
from marketplace.load.catalogue import CountyEntry, counties
from marketplace.load.funding_views import FundingView, funding_views
from marketplace.load.fundings import fundings_of_clients
from marketplace.load.mandates import ClientEntry
from marketplace.load.movements import funding_movements
from marketplace.rules.movements import Movement, last_until, within


@dataclass(frozen=True, slots=True)
class LetterFunding:
    """A voucher in the letter: the month's movements, and the last one up to the end of the month."""

    view: FundingView
    movements: tuple[Movement, ...]
    at_end: Movement


@dataclass(frozen=True, slots=True)
class MonthLetter:
    """A letter of a month, as it is on the day `made_on`; `until` is that day or the month's last day."""

    client: ClientEntry
    county: CountyEntry
    month: DateWindow
    made_on: date
    fundings: tuple[LetterFunding, ...]

    @property
    def until(self) -> date:
        """Return the day whose end the letter describes."""
        return min(self.month.last, self.made_on)


def month_letter(session: Session, client: ClientEntry, month: DateWindow, day: date) -> MonthLetter:
    """Return the letter of a month about the vouchers that were in use in it or had a movement."""
    found = fundings_of_clients(session, [client.id])
    movements = funding_movements(session, found)
    county = counties(session, [client.county_id])[client.county_id]
    views = [
        _funding(view, movements[view.funding.facts.id], month) for view in funding_views(session, found, day)
    ]
    shown = tuple(funding for funding in views if funding is not None)
    return MonthLetter(client, county, month, day, shown)


def _funding(view: FundingView, movements: list[Movement], month: DateWindow) -> LetterFunding | None:
    window, of_month = view.funding.facts.window, within(movements, month)
    at_end = last_until(movements, month.last)
    was_in_use = window.first <= month.last and window.last >= month.first
    if at_end is None or not (was_in_use or of_month):
        return None
    return LetterFunding(view, tuple(of_month), at_end)
