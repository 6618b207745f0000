"""A client's own data: messages, feedback, and what the client has asked of the county and of providers."""

from __future__ import annotations

from typing import Final

from foundation.vocabulary.labels import N_
from marketplace.load.own_data_help import (
    ANSWER,
    ANSWERED,
    ASKED,
    FROM_OFFERING,
    PROVIDER,
    SERVICE,
    TAKEN_BACK,
    WORDS,
)
from marketplace.load.own_data_money import PARTIES, VOUCHER
from marketplace.rules.own_data import DataField as F
from marketplace.rules.own_data import DataKind, Form

MESSAGES: Final = DataKind(
    "messages",
    N_("Messages"),
    """SELECT m.sent_at, p.name, m.party, m.words, m.last_day FROM message m
    JOIN conversation c ON c.id = m.conversation_id LEFT JOIN provider p ON p.id = c.provider_id
    WHERE c.client_id = :client AND (:all_messages OR c.provider_id IS NULL) ORDER BY c.id, m.number""",
    (
        F("sent_at", N_("Time"), Form.MOMENT),
        PROVIDER,
        F("party", N_("Who wrote"), Form.CODE, PARTIES),
        WORDS,
        F("kept_until", N_("Kept until"), Form.DAY),
    ),
)
FEEDBACK: Final = DataKind(
    "feedback",
    N_("Your feedback"),
    """SELECT p.name, b.face, b.words, b.given_at, b.state, b.why, b.decided_at, b.answer, b.answered_at
    FROM feedback b JOIN provider p ON p.id = b.provider_id WHERE b.client_id = :client ORDER BY b.id""",
    (
        PROVIDER,
        F(
            "face",
            N_("Your face"),
            Form.CODE,
            {"good": N_("Good"), "so_so": N_("So-so"), "not_good": N_("Not good")},
        ),
        WORDS,
        F("given_at", N_("Time"), Form.MOMENT),
        F(
            "state",
            N_("Status"),
            Form.CODE,
            {
                "waiting": N_("Waits for the county"),
                "published": N_("Others can read it"),
                "returned": N_("Came back to you"),
                "hidden": N_("Hidden"),
            },
        ),
        F("why", N_("Why")),
        F("decided_at", N_("Decided"), Form.MOMENT),
        ANSWER,
        ANSWERED,
    ),
)
HELP_REQUESTS: Final = DataKind(
    "help_requests",
    N_("What you asked of the county"),
    """SELECT r.kind, f.voucher, r.words, r.asked_at, r.answer, r.answered_at, r.withdrawn_at
    FROM help_request r LEFT JOIN funding f ON f.id = r.funding_id
    WHERE r.client_id = :client ORDER BY r.id""",
    (
        F(
            "kind",
            N_("Kind"),
            Form.CODE,
            {
                "no_voucher": N_("You do not want a voucher"),
                "help_choosing": N_("You asked for help with choosing"),
            },
        ),
        VOUCHER,
        WORDS,
        ASKED,
        ANSWER,
        ANSWERED,
        TAKEN_BACK,
    ),
)
TIME_REQUESTS: Final = DataKind(
    "time_requests",
    N_("Free times that I asked for"),
    "SELECT p.name, s.code, t.words, t.asked_at, t.last_day, t.state, t.answer, t.closed_at, (SELECT "  # noqa: S608
    "array_agg(i.starts_at ORDER BY i.starts_at) FROM offered_time i WHERE i.time_request_id = t.id)"
    " FROM time_request t" + FROM_OFFERING.format("t") + "WHERE t.client_id = :client ORDER BY t.id",
    (
        PROVIDER,
        SERVICE,
        WORDS,
        ASKED,
        F("last_day", N_("Answer by"), Form.DAY),
        F(
            "state",
            N_("Status"),
            Form.CODE,
            {
                "open": N_("Waits for an answer"),
                "accepted": N_("You took a time"),
                "declined": N_("The provider said no"),
                "withdrawn": N_("Taken back"),
            },
        ),
        ANSWER,
        F("closed_at", N_("Ended"), Form.MOMENT),
        F("times", N_("Offered times"), Form.MOMENT),
    ),
)
TALK_KINDS: Final = (MESSAGES, FEEDBACK, HELP_REQUESTS, TIME_REQUESTS)
