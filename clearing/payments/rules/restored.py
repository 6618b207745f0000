"""When a restored book pays again (docs/decisions/0190)."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from clearing.payments.rules.settling import Run, RunRefusalCode
from foundation.vocabulary.refusals import Refusal


def why_not_released(unsent: Iterable[Run], not_at_bank: Collection[int]) -> Refusal | None:
    """A restored book pays again when each run that it has not sent is known not to be at the bank.

    A prepared run that the bank has is approved first, and counts as sent by the bank's answers after that.
    """
    open_runs = list(unsent)
    if any(run.file_elsewhere for run in open_runs):
        return Refusal(RunRefusalCode.FILE_ELSEWHERE, "not_at_bank")
    undecided = {run.id for run in open_runs} - set(not_at_bank)
    return Refusal(RunRefusalCode.UNDECIDED, "not_at_bank") if undecided else None
