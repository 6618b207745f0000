"""The acts before which a guardian asks what the client wants, and what each is about.

Source: Act 442/1999, section 43: in a matter that is important to the client, the guardian asks for the
client's opinion first, unless the client does not understand the matter (docs/decisions/0178).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class GuardianAct(StrEnum):
    """An act by which a guardian decides for the client."""

    CHOOSE = "choose"
    END = "end"
    CHANGE_VISIT = "change_visit"
    CANCEL_VISIT = "cancel_visit"
    PAUSE = "pause"
    MOVE = "move"
    CONFIRM = "confirm"
    DISPUTE = "dispute"
    REPLY = "reply"
    REFUSE_VOUCHER = "refuse_voucher"
    GIVE_FEEDBACK = "give_feedback"
    DECLINE = "decline"


class WishKind(StrEnum):
    """What the client wants: what is done, something else, or it could not be found out."""

    SAME = "same"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class AskedWish:
    """What the client wants, and in the guardian's words how that was found out."""

    kind: WishKind
    words: str


LONGEST_WORDS: Final = 1000

SUBJECT_OF: Final = {
    GuardianAct.CHOOSE: "choice",
    GuardianAct.END: "choice",
    GuardianAct.CHANGE_VISIT: "choice",
    GuardianAct.CANCEL_VISIT: "choice",
    GuardianAct.PAUSE: "pause",
    GuardianAct.MOVE: "move",
    GuardianAct.CONFIRM: "charge",
    GuardianAct.DISPUTE: "charge",
    GuardianAct.REPLY: "charge",
    GuardianAct.REFUSE_VOUCHER: "help_request",
    GuardianAct.GIVE_FEEDBACK: "feedback",
    GuardianAct.DECLINE: "proposal",
}
"""What an act is about: the kind of the audit row's subject."""

KEY_OF: Final = {
    subject: "move_number" if subject == "move" else f"{subject}_id" for subject in SUBJECT_OF.values()
}
"""The column of `client_wish` that names the subject, by its kind."""
