"""The report of a dry run as it is kept: what the answer to a small file says, without its table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clearing.charges.facts.answers import ChargeAnswer
from clearing.reasons import NO_VALUES, REASONS, Finding

NumberedAnswer = tuple[int, ChargeAnswer]
"""The number of a row, and its answer."""


@dataclass(frozen=True, slots=True)
class TrialReport:
    """What would become of a file.

    Attributes:
        counts: Rows by `counted_as`.
        first: The first rows of the file.
        to_check: How many rows would not be accepted.
        first_to_check: The first of them.
    """

    counts: Mapping[str, int]
    first: Sequence[NumberedAnswer]
    to_check: int
    first_to_check: Sequence[NumberedAnswer]
    unknown_columns: Sequence[str]
    cleaned_rows: Sequence[int]
    totals_row: int | None

    def packed(self) -> dict[str, Any]:
        """Return the report as JSON."""
        return {
            "counts": dict(self.counts),
            "first": list(map(_packed, self.first)),
            "to_check": self.to_check,
            "first_to_check": list(map(_packed, self.first_to_check)),
            "unknown_columns": list(self.unknown_columns),
            "cleaned_rows": list(self.cleaned_rows),
            "totals_row": self.totals_row,
        }


def unpack_report(packed: Mapping[str, Any]) -> TrialReport:
    """Return the report that was packed."""
    parts = {name: list(map(_unpacked, packed[name])) for name in ("first", "first_to_check")}
    return TrialReport(**{**packed, **parts})


def _packed(numbered: NumberedAnswer) -> list[Any]:
    row, answer = numbered
    findings = [[finding.code, finding.field, dict(finding.values)] for finding in answer.findings]
    money = (answer.price_cents, answer.county_pays_cents, answer.co_payment_cents, answer.held_cents)
    return [row, answer.id, answer.reference, answer.outcome, findings, *money, answer.duplicate]


def _unpacked(packed: Sequence[Any]) -> NumberedAnswer:
    row, key, reference, outcome, reasons, *rest = packed
    findings = tuple(Finding(REASONS[code], name, values or NO_VALUES) for code, name, values in reasons)
    return row, ChargeAnswer(key, reference, outcome, findings, *rest)
