"""A voucher in use as a row of a file: its decision, what was used, and whom its client has chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from clearing.grants.facts.decision import DecisionDocument
from clearing.grants.reading.decision_rows import DECISION_LAYOUT, DecisionRow, HashCode
from clearing.grants.rules.opening import UsedBefore
from county_desk.rules.opening import OPENING_TEXTS
from foundation.tabular.import_report import RowFault
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.money import Money, Quantity

OPENING_LAYOUT = replace(
    DECISION_LAYOUT,
    optional=(
        *DECISION_LAYOUT.optional,
        *("used_amount", "used_quantity", "chosen_provider", "offering", "plan"),
    ),
    numbers=DECISION_LAYOUT.numbers | {"used_amount", "used_quantity"},
    references=DECISION_LAYOUT.references | {"chosen_provider", "offering", "plan"},
)
"""The columns of the `decisions` import, and these. `plan` is read by `county_desk.reading.plan_words`."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A voucher in use: the decision with this one funding, and what the earlier system knows beside it.

    `chosen_provider` is a business ID, `offering` the id of its offering; empty if nobody is chosen.
    """

    document: DecisionDocument
    used: UsedBefore
    chosen_provider: str
    offering: str
    plan: str


class OpeningRow(DecisionRow):
    """Reads one row; `faults` holds everything that is wrong with it."""

    def __init__(self, cells: Mapping[str, str], hash_code: HashCode, opens_on: date) -> None:
        super().__init__(cells, hash_code)
        self.opens_on = opens_on

    def opening(self, county: str) -> Opening:
        """Return the voucher, whose window begins on the opening day if it began before."""
        document = self.document(county)
        (funding,) = document.fundings
        if funding.window.last < self.opens_on and not self.faults:
            self.faults.append(opening_fault("to", "window_before_opening"))
        window = DateWindow(max(funding.window.first, self.opens_on), funding.window.last)
        used = UsedBefore(Money(self._used("used_amount")), Quantity(self._used("used_quantity")))
        cells = {name: self.cells.get(name, "") for name in ("chosen_provider", "offering", "plan")}
        if cells["plan"] and not cells["chosen_provider"]:
            self.wrong("chosen_provider", "field_missing")
        if cells["chosen_provider"] and not cells["plan"]:
            self.wrong("plan", "field_missing")
        return Opening(replace(document, fundings=(replace(funding, window=window),)), used, **cells)

    def _used(self, name: str) -> int:
        used = self.number(name) or 0
        if used < 0:
            self.wrong(name)
        return used


def opening_fault(field: str, code: str) -> RowFault:
    """Return what is wrong with a column of a row."""
    return RowFault(field, code, OPENING_TEXTS[code])
