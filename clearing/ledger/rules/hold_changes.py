"""How postings change what choices hold (rulebook: Balance and ledger)."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from clearing.ledger.rules.postings import Account, Posting

_HELD = Account.HELD


class HoldChange(NamedTuple):
    """The change of a choice's hold, in whole cents and in hundredths of a unit."""

    cents: int
    hundredths: int


def hold_changes(postings: Iterable[Posting]) -> dict[int, HoldChange]:
    """Return the change of each choice's hold, by choice id."""
    changes: defaultdict[int, HoldChange] = defaultdict(lambda: HoldChange(0, 0))
    for posting in postings:
        if posting.choice_id is None or _HELD not in (posting.from_account, posting.to_account):
            continue
        sign = 1 if posting.to_account is _HELD else -1
        cents, hundredths = changes[posting.choice_id]
        changes[posting.choice_id] = HoldChange(
            cents + sign * posting.amount_cents, hundredths + sign * posting.quantity_hundredths
        )
    return dict(changes)
