"""Window ended and late days passed: what nobody can charge any more goes back to the appropriation."""

import pytest

from clearing.ledger.rules.postings import Account, Event, Posting
from clearing.upkeep.rules.expiry import Expiring, ExpiringHold, expiry_postings, released
from foundation.vocabulary.money import Money

FREE, HELD, BACK = Account.FREE, Account.HELD, Account.APPROPRIATION


def funding(over: bool, free: int, *holds: tuple[int, int, bool], given_up: bool = False) -> Expiring:
    """Return a funding with holds of (choice, cents, whether it is over)."""
    of_choices = [ExpiringHold(choice, Money(cents), is_over) for choice, cents, is_over in holds]
    return Expiring(900, "AB12", 12, 1, over, given_up, Money(free), of_choices)


LIVE, OVER = (700, 5000, False), (701, 300, True)
# the funding; the choices that are released; what goes back
EXPIRIES: list[tuple[Expiring, list[int], int]] = [
    (funding(False, 100), [], 0),
    (funding(False, 100, LIVE), [], 0),
    (funding(False, 100, LIVE, OVER), [701], 0),
    (funding(True, 100), [], 100),
    (funding(True, 1), [], 1),
    (funding(True, 0), [], 0),
    (funding(True, 0, OVER), [701], 300),
    (funding(True, 100, LIVE, OVER), [700, 701], 5400),
    (funding(False, 100, given_up=True), [], 100),
    (funding(False, 0, given_up=True), [], 0),
    (funding(False, 100, LIVE, OVER, given_up=True), [701], 400),
]


@pytest.mark.parametrize(("expiring", "choices", "returned"), EXPIRIES)
def test_what_expires(expiring: Expiring, choices: list[int], returned: int) -> None:
    freed = released(expiring)
    assert [hold.choice_id for hold in freed] == choices
    expected = [
        Posting(12, Event.RELEASE, HELD, FREE, hold.held_cents, funding_id=900, choice_id=hold.choice_id)
        for hold in freed
    ]
    if returned:
        expected += [Posting(12, Event.EXPIRE, FREE, BACK, Money(returned), cost_centre_id=1, funding_id=900)]
    assert expiry_postings(expiring) == expected
