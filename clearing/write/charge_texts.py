"""Many decided charges as the text that COPY reads, with what they change; no database is needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from clearing.write.charge_rows import NewCharge, charge_row, json_text, postings_of, reason_rows
from clearing.write.copy_text import CopyText, copy_text
from clearing.write.posting_rows import balance_columns, hold_columns, posting_row


class ChargeTexts(NamedTuple):
    """Charges, their reasons and postings, and the changes of balances and holds that follow."""

    charges: CopyText
    reasons: CopyText
    postings: CopyText
    balances: list[list[int]]
    holds: list[list[int]]


def charge_texts(
    new: Sequence[NewCharge], keys: Sequence[tuple[int, int]], service_ids: Mapping[str, int]
) -> ChargeTexts:
    """Lay out charges under their keys: each an id, and a number for its ledger transaction."""
    drawn = [
        (number, one, posting)
        for (key, number), one in zip(keys, new, strict=True)
        for posting in postings_of(key, one)
    ]
    postings = [posting for _, _, posting in drawn]
    told = ((key, one.outcome.told) for (key, _), one in zip(keys, new, strict=True))
    return ChargeTexts(
        copy_text(_charge_rows(new, keys, service_ids)),
        copy_text({**row, "words": json_text(row["words"])} for row in reason_rows(told)),
        copy_text(posting_row(number, one.arrival.at, posting) for number, one, posting in drawn),
        balance_columns(postings),
        hold_columns(postings),
    )


def _charge_rows(
    new: Sequence[NewCharge], keys: Sequence[tuple[int, int]], service_ids: Mapping[str, int]
) -> Iterator[dict[str, Any]]:
    for (key, _), one in zip(keys, new, strict=True):
        row = charge_row(key, one, service_ids)
        row["sent"] = json_text(row["sent"])
        yield row
