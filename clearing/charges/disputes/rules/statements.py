"""Which statement a party may make in a dispute, whose turn follows, and what stays charged."""

from dataclasses import dataclass
from typing import Final

from clearing.charges.disputes.facts.thread import Act, Claim, Party, Statement, Thread, Turn
from foundation.vocabulary.money import Quantity
from foundation.vocabulary.refusals import Refusal

NOTHING: Final = Quantity(0)

THREAD_CLOSED: Final = Refusal("dispute_closed")
"""The dispute is over: there is nothing to answer."""
NOT_YOUR_TURN: Final = Refusal("dispute_not_your_turn")
"""Another party is to answer first."""
THREAD_MOVED: Final = Refusal("dispute_moved", "after")
"""Somebody has written since the thread was read."""
ALREADY_OPEN: Final = Refusal("dispute_open")
"""The provider has answered: the client answers in the thread."""
WORDS_MISSING: Final = Refusal("words_missing", "words")
QUANTITY_MISSING: Final = Refusal("quantity_missing", "quantity")
QUANTITY_NOT_LESS: Final = Refusal("quantity_not_less", "quantity")
"""A figure lies above zero and below what is charged."""
NO_FIGURE: Final = Refusal("no_figure", "quantity")
"""The row is a correction: its figure changes only by correcting it again."""

_TURNS = {
    Act.CLAIM: (Turn.CLOSED, Turn.PROVIDER),
    Act.TAKE_BACK: (Turn.PROVIDER, Turn.CLIENT, Turn.COUNTY),
    Act.ACCEPT: (Turn.CLIENT,),
    Act.NOT_ACCEPT: (Turn.CLIENT,),
    Act.AGREE: (Turn.PROVIDER,),
    Act.PARTLY: (Turn.PROVIDER,),
    Act.STAND: (Turn.PROVIDER,),
    Act.DECIDE: (Turn.PROVIDER, Turn.CLIENT, Turn.COUNTY),
}
"""The turns in which each act is possible. A late answer is one too, until the county has decided."""

_NEXT = {
    Act.CLAIM: Turn.PROVIDER,
    Act.NOT_ACCEPT: Turn.COUNTY,
    Act.PARTLY: Turn.CLIENT,
    Act.STAND: Turn.CLIENT,
}
"""Whose turn follows an act; every other act closes the dispute."""

_WORDS_NEEDED = {Act.CLAIM, Act.STAND, Act.DECIDE}


@dataclass(frozen=True, slots=True)
class Billed:
    """What is charged now. `is_correction`: the row itself corrects another."""

    quantity: Quantity
    is_correction: bool


def why_not_said(thread: Thread | None, statement: Statement, billed: Billed) -> Refusal | None:
    """Return why a party may not say this now, or None."""
    turn = Turn.CLOSED if thread is None else thread.turn
    if turn not in _TURNS[statement.act]:
        if statement.act is Act.CLAIM:
            return ALREADY_OPEN
        return THREAD_CLOSED if turn is Turn.CLOSED else NOT_YOUR_TURN
    if statement.act in _WORDS_NEEDED and not statement.words.strip():
        return WORDS_MISSING
    return _why_not_figure(statement, billed)


def _why_not_figure(statement: Statement, billed: Billed) -> Refusal | None:
    needed = statement.act is Act.PARTLY or statement.claim is Claim.QUANTITY
    figure = statement.quantity
    if needed and figure is None:
        return QUANTITY_MISSING
    if billed.is_correction and (figure is not None or statement.act is Act.AGREE):
        return NO_FIGURE
    lowest = 0 if statement.act is Act.DECIDE else 1
    if figure is not None and not lowest <= figure < billed.quantity:
        return QUANTITY_NOT_LESS
    return None


def turn_after(act: Act) -> Turn:
    """Return whose turn it is after an act."""
    return _NEXT.get(act, Turn.CLOSED)


def quantity_left(thread: Thread, statement: Statement) -> Quantity | None:
    """Return what stays charged when this statement closes the dispute; None: the charge as it is.

    A provider that agrees gives what the client said: the figure, or else the whole charge back. A client
    who accepts takes the provider's last answer.
    """
    if statement.act is Act.AGREE:
        claim = thread.newest_claim
        return claim.quantity if claim.claim is Claim.QUANTITY else NOTHING
    if statement.act is Act.ACCEPT:
        answer = thread.newest_answer
        return None if answer is None else answer.quantity
    return statement.quantity if statement.act is Act.DECIDE else None


def is_same(thread: Thread | None, statement: Statement, after: int | None) -> bool:
    """Return whether the statement is the newest entry, sent twice.

    The same claim about a dispute that is over opens it again.
    """
    if thread is None or thread.entries[-1].statement != statement:
        return False
    if statement.act is Act.CLAIM and thread.turn is Turn.CLOSED:
        return False
    return after is None or after == thread.last_number - 1


def is_behind(thread: Thread | None, after: int | None) -> bool:
    """Return whether somebody has written after the entry that the sender read last."""
    return after is not None and after != (0 if thread is None else thread.last_number)


def agreed_quantity(thread: Thread) -> Quantity | None:
    """Return the figure that both parties have agreed on, for the county to apply; None: there is none."""
    newest = thread.entries[-1].statement
    if newest.act in (Act.AGREE, Act.ACCEPT):
        return quantity_left(thread, newest)
    return None


def party_in_turn(turn: Turn) -> Party | None:
    """Return the party that is to write next."""
    return None if turn is Turn.CLOSED else Party(turn.value)
