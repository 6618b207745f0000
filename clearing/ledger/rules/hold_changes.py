"""How postings change what choices hold (rulebook: Balance and ledger)."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from clearing.ledger.rules.postings import Account, Event, Posting
from foundation.vocabulary.money import Money, Quantity

_HELD = Account.HELD


class HoldChange(NamedTuple):
    """The change of a choice's hold, in whole cents and in hundredths of a unit."""

    cents: int
    hundredths: int


NO_CHANGE = HoldChange(0, 0)


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


def hold_postings(county_id: int, funding_id: int, choice_id: int, change: HoldChange) -> list[Posting]:
    """Return the postings of a change of a choice's hold: what is released, then what is held."""
    return [
        Posting(
            county_id=county_id,
            event=event,
            from_account=from_account,
            to_account=to_account,
            amount_cents=Money(max(sign * change.cents, 0)),
            funding_id=funding_id,
            choice_id=choice_id,
            quantity_hundredths=Quantity(max(sign * change.hundredths, 0)),
        )
        for sign, event, from_account, to_account in (
            (-1, Event.RELEASE, _HELD, Account.FREE),
            (1, Event.HOLD, Account.FREE, _HELD),
        )
        if sign * change.cents > 0 or sign * change.hundredths > 0
    ]
