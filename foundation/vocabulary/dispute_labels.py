"""What people read of a dispute: its claims, statements, turns and refusals, by code."""

from typing import Final

from foundation.vocabulary.labels import N_

CLAIMS: Final = {
    "quantity": N_("It was less"),
    "not_done": N_("The visit did not happen"),
    "wrong_time": N_("The time was different"),
    "other": N_("Something else"),
}
ACTS: Final = {
    "claim": N_("Not right"),
    "take_back": N_("The visit was right after all"),
    "accept": N_("Accepts the answer"),
    "not_accept": N_("Does not accept the answer"),
    "agree": N_("Agrees"),
    "partly": N_("Agrees in part"),
    "stand": N_("The charge is right"),
    "decide": N_("Decision"),
}
DECISIONS: Final = {
    "all": N_("The charge stays as it is"),
    "part": N_("Part of it is paid"),
    "nothing": N_("Nothing is paid"),
}
PARTIES: Final = {"client": N_("The client"), "county": N_("The county")}

OWN_TURN: Final = N_("Answer by %(day)s. If you do not answer, the county decides.")
"""What a party reads whose turn it is."""

OWN_LATE_TURN: Final = N_(
    "You had time to answer until %(day)s. Now the county decides. You can still answer."
)

TURNS: Final = {
    "provider": N_("The provider answers by %(day)s. If it does not answer, the county decides."),
    "client": N_("The client answers by %(day)s. If the client does not answer, the county decides."),
    "county": N_("The county decides. The reason will be here."),
    "closed": N_("The matter is closed."),
}
"""What the other parties read."""

COUNTYS_TURN: Final = N_("It is the county's turn: decide, and give the reason.")

REFUSALS: Final = {
    "dispute_closed": N_("The matter is already closed."),
    "dispute_not_your_turn": N_("Another party answers first."),
    "dispute_moved": N_("Somebody has written meanwhile. Read it and answer again."),
    "dispute_open": N_("The provider has already answered. Read the answer."),
    "words_missing": N_("Write it in a few words"),
    "quantity_missing": N_("Enter how much it was"),
    "quantity_not_less": N_("Enter a number that is more than zero and less than what was charged"),
    "no_figure": N_("This is a correction. Its amount does not change here."),
}
