"""A dry run of a file: its rows are decided, and only the answers that are shown are kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from clearing.charges.actions.take_in_charges import check_file
from clearing.charges.facts.answers import ChargeAnswer
from clearing.charges.reading.intake import Intake
from foundation.tabular.table import Table
from provider_portal.actions.sent_file import Arrival, FileAnswer, counted_as, new_answer, rows_of
from provider_portal.load.charge_files import RowAnswer


@dataclass(slots=True)
class KeptAnswers:
    """The first answers of a file by place, and the counts of all of them.

    The slices of a file come in any order of its rows. At most twice as many answers are held as are kept.

    Attributes:
        most: How many answers are kept; None: all.
        to_check_only: Only those that were not accepted.
        to_check: How many were not accepted.
    """

    most: int | None = None
    to_check_only: bool = False
    to_check: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    by_place: dict[int, ChargeAnswer] = field(default_factory=dict)

    def keep(self, places: Sequence[int], answers: Sequence[ChargeAnswer]) -> None:
        """Count the answers of a slice, and keep those that may be shown."""
        for place, answer in zip(places, answers, strict=True):
            self.counts[counted_as(answer)] += 1
            is_accepted = answer.outcome == "accepted"
            self.to_check += not is_accepted
            if not (self.to_check_only and is_accepted):
                self.by_place[place] = answer
                self._drop_last(2 * (self.most or 0))
        self._drop_last(self.most or 0)

    def _drop_last(self, limit: int) -> None:
        """Drop all except the first ones when there are more than `limit`."""
        if self.most is not None and len(self.by_place) > limit:
            self.by_place = {place: self.by_place[place] for place in sorted(self.by_place)[: self.most]}


def check_rows(session: Session, arrival: Arrival, table: Table, kept: KeptAnswers) -> FileAnswer:
    """Return the answer that the file would get now. Nothing is stored except the looks."""
    rows = rows_of(table)
    intake = Intake(arrival.provider_id, rows.sent, arrival.actor, arrival.now, True, None)
    check_file(session, intake, kept.keep)
    results = [RowAnswer(rows.numbers[place], kept.by_place[place]) for place in sorted(kept.by_place)]
    return new_answer(arrival, table, rows, kept.counts, results, to_check=kept.to_check)
