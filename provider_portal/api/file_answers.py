"""The answer to a charge file as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from foundation.web.api import Paging
from foundation.web.clock import now
from foundation.web.identity import current_actor
from foundation.web.transaction import db
from provider_portal.actions.sent_file import FileAnswer
from provider_portal.api.charge_answers import charge_out
from provider_portal.disclosure.files import disclose_results
from provider_portal.load.charge_files import RowAnswer
from provider_portal.rules.kept_files import RESULTS_SHOWN

REASONS_SHOWN = 2_000
"""Reasons in one answer, of all its rows together; each row shows its first one. A smaller page shows all."""


def file_out(answer: FileAnswer, *, dry_run_id: int | None = None) -> dict[str, Any]:
    """Return the answer to a file with its first results. `dry_run_id` is that of a dry run that is kept."""
    first = answer.results[:RESULTS_SHOWN]
    results = disclose_results(db(), first, actor=current_actor(), now=now())
    paging = Paging(1, RESULTS_SHOWN, answer.rows)
    return file_body(answer, results, paging, dry_run_id=dry_run_id)


def file_body(
    answer: FileAnswer, results: Sequence[RowAnswer], paging: Paging, *, dry_run_id: int | None = None
) -> dict[str, Any]:
    """Return the answer to a file with a page of its results."""
    return {"answer": answer, "dry_run_id": dry_run_id, **_results(results), "paging": paging}


def _results(results: Sequence[RowAnswer]) -> dict[str, Any]:
    """Return the results with as many reasons as one answer may have, and the counts of the others."""
    left = REASONS_SHOWN
    shown = []
    for result in results:
        document = charge_out(result.answer)
        reasons = document["reasons"]
        count = max(1, left)
        left -= len(reasons)
        document["reasons"] = reasons[:count]
        shown.append({"row": result.row, **document, "reasons_left_out": len(reasons[count:])})
    total = sum(document["reasons_left_out"] for document in shown)
    return {"results": shown, "reasons_left_out": total}
