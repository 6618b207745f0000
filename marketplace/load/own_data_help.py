"""A client's own data: chosen help, the plan of visits, what was asked and written, and the support plan."""

from __future__ import annotations

from typing import Final

from foundation.vocabulary.labels import N_
from foundation.vocabulary.plan_labels import GOAL_FACES, PLAN_PICTURES, PLAN_QUESTIONS
from marketplace.load.own_data_money import FIRST_DAY, LAST_DAY, PARTIES, VOUCHER
from marketplace.rules.own_data import DataField as F
from marketplace.rules.own_data import DataKind, Form

PROVIDER: Final = F("provider", N_("Provider"))
SERVICE: Final = F("service", N_("Service"), Form.SERVICE)
WORDS: Final = F("words", N_("What was written"))
ANSWER: Final = F("answer", N_("The answer"))
ASKED: Final = F("asked_at", N_("Asked"), Form.MOMENT)
ANSWERED: Final = F("answered_at", N_("Answered"), Form.MOMENT)
TAKEN_BACK: Final = F("withdrawn_at", N_("Taken back"), Form.MOMENT)
QUANTITY: Final = F("quantity", N_("Quantity"), Form.QUANTITY)
A_WEEK: Final = F("quantity_per_week", N_("Quantity a week"), Form.QUANTITY)
CHOICE: Final = F("choice", N_("Number of the choice"), Form.NUMBER)
FROM_OFFERING: Final = """ JOIN offering o ON o.id = {0}.offering_id JOIN provider p ON p.id = o.provider_id
    JOIN service s ON s.id = o.service_id """

CHOICES: Final = DataKind(
    "choices",
    N_("Providers that you chose"),
    """SELECT h.id, p.name, s.code, f.voucher, h.starts_on, h.ends_on, h.quantity_hundredths,
        h.quantity_per_week_hundredths, h.held_cents, h.made_at, h.ended_at, h.withdrawn_at, h.stops_on
    FROM choice h JOIN funding f ON f.id = h.funding_id"""  # noqa: S608
    + FROM_OFFERING.format("h")
    + "WHERE f.client_id = :client ORDER BY h.id",
    (
        CHOICE,
        PROVIDER,
        SERVICE,
        VOUCHER,
        FIRST_DAY,
        LAST_DAY,
        QUANTITY,
        A_WEEK,
        F("held", N_("Booked"), Form.MONEY),
        F("made_at", N_("Made"), Form.MOMENT),
        F("ended_at", N_("Ended"), Form.MOMENT),
        TAKEN_BACK,
        F("stops_on", N_("The provider stops"), Form.DAY),
    ),
)
PATTERNS: Final = DataKind(
    "plans",
    N_("Your plan of visits"),
    """SELECT t.choice_id, t.first_day, t.last_day, t.kind, (SELECT array_agg(d + 1 ORDER BY d)
            FROM generate_series(0, 6) d WHERE t.weekdays & (1 << d) > 0),
        t.start_minute, t.length_minutes, t.every_weeks, t.quantity_hundredths, t.per, t.part_of_week
    FROM plan_pattern t JOIN funding f ON f.id = t.funding_id
    WHERE f.client_id = :client ORDER BY t.choice_id, t.number""",
    (
        CHOICE,
        FIRST_DAY,
        LAST_DAY,
        F(
            "kind",
            N_("Kind"),
            Form.CODE,
            {"timed": N_("At set times"), "loose": N_("As agreed"), "total": N_("In all")},
        ),
        F("weekdays", N_("Weekdays (1 is Monday)")),
        F("start_minute", N_("Start in minutes from midnight"), Form.NUMBER),
        F("length_minutes", N_("Length in minutes"), Form.NUMBER),
        F("every_weeks", N_("Every how many weeks"), Form.NUMBER),
        QUANTITY,
        F("per", N_("How often"), Form.CODE, {"week": N_("a week"), "month": N_("a month")}),
        F("part_of_week", N_("Part of the week")),
    ),
)
CHANGES: Final = DataKind(
    "changed_visits",
    N_("Visits that were changed or cancelled"),
    """SELECT t.choice_id, t.day, t.is_cancelled, t.cancelled_by, t.to_day, t.start_minute, t.length_minutes,
        t.quantity_hundredths, t.fee_cents, t.fee_hundredths, t.why, t.made_at
    FROM plan_change t JOIN funding f ON f.id = t.funding_id
    WHERE f.client_id = :client ORDER BY t.choice_id, t.day, t.number""",
    (
        CHOICE,
        F("day", N_("Day"), Form.DAY),
        F("is_cancelled", N_("Cancelled"), Form.YES_NO),
        F("cancelled_by", N_("Who cancelled"), Form.CODE, PARTIES),
        F("to_day", N_("New day"), Form.DAY),
        F("start_minute", N_("Start in minutes from midnight"), Form.NUMBER),
        F("length_minutes", N_("Length in minutes"), Form.NUMBER),
        QUANTITY,
        F("fee", N_("Fee"), Form.MONEY),
        F("fee_units", N_("Fee in units"), Form.QUANTITY),
        F("why", N_("Why")),
        F("made_at", N_("Made"), Form.MOMENT),
    ),
)
PAUSES: Final = DataKind(
    "breaks",
    N_("Breaks from help"),
    """SELECT t.first_day, t.last_day, t.choice_id, t.made_at, t.ended_at FROM plan_pause t
    LEFT JOIN funding f ON f.id = t.funding_id
    WHERE t.client_id = :client OR f.client_id = :client ORDER BY t.id""",
    (
        FIRST_DAY,
        LAST_DAY,
        CHOICE,
        F("made_at", N_("Made"), Form.MOMENT),
        F("ended_at", N_("Ended"), Form.MOMENT),
    ),
)
FORECASTS: Final = DataKind(
    "forecasts",
    N_("How your help compares with the plan"),
    """SELECT j.judged_on, f.voucher, j.known_day, j.delay_days, j.course, j.choices
    FROM judged_course j JOIN funding f ON f.id = j.funding_id WHERE j.client_id = :client ORDER BY f.id""",
    (
        F("judged_on", N_("Day"), Form.DAY),
        VOUCHER,
        F("known_until", N_("Charges are known until"), Form.DAY),
        F("delay_days", N_("Charges come late: days"), Form.NUMBER),
        F("course", N_("Figures"), Form.DOCUMENT),
        F("choices", N_("Figures of each provider"), Form.DOCUMENT),
    ),
)
WARNINGS: Final = DataKind(
    "warnings",
    N_("Warnings about your help"),
    """SELECT a.rule, f.voucher, a.first_day, a.judged_on, a.opened_on, a.closed_on, a.figures, a.is_uncertain
    FROM alert a JOIN funding f ON f.id = a.funding_id WHERE a.client_id = :client ORDER BY a.id""",
    (
        F("rule", N_("Code of the warning")),
        VOUCHER,
        FIRST_DAY,
        F("judged_on", N_("Last checked"), Form.DAY),
        F("opened_on", N_("Shown from"), Form.DAY),
        F("closed_on", N_("Ended"), Form.DAY),
        F("figures", N_("Figures"), Form.DOCUMENT),
        F("is_uncertain", N_("Uncertain"), Form.YES_NO),
    ),
)
CARDS: Final = DataKind(
    "cards",
    N_("Your cards"),
    """SELECT c.reference, c.first_day, c.last_day, c.issued_at, c.cancelled_at FROM card c
    WHERE c.client_id = :client ORDER BY c.id""",
    (
        F("reference", N_("Code on the card")),
        FIRST_DAY,
        LAST_DAY,
        F("issued_at", N_("Made"), Form.MOMENT),
        F("cancelled_at", N_("Cancelled"), Form.MOMENT),
    ),
)
SHORTLIST: Final = DataKind(
    "shortlist",
    N_("Services that you kept"),
    "SELECT p.name, s.code, e.added_at FROM shortlist_entry e"  # noqa: S608
    + FROM_OFFERING.format("e")
    + "WHERE e.client_id = :client ORDER BY e.id",
    (PROVIDER, SERVICE, F("added_at", N_("Kept"), Form.MOMENT)),
)
PROPOSALS: Final = DataKind(
    "suggestions",
    N_("Suggestions to you"),
    """SELECT r.id, f.voucher, m.name, r.why, r.made_at, r.accepted_at, r.declined_at, r.decline_why,
        r.withdrawn_at FROM proposal r JOIN funding f ON f.id = r.funding_id
    LEFT JOIN person m ON m.id = r.made_by WHERE r.client_id = :client ORDER BY r.id""",
    (
        F("number", N_("Number"), Form.NUMBER),
        VOUCHER,
        F("name", N_("Name")),
        F("why", N_("Why")),
        F("made_at", N_("Made"), Form.MOMENT),
        F("accepted_at", N_("Accepted"), Form.MOMENT),
        F("declined_at", N_("You said no"), Form.MOMENT),
        F("decline_why", N_("Why not")),
        TAKEN_BACK,
    ),
)
PROPOSED: Final = DataKind(
    "suggested_services",
    N_("Suggested services"),
    """SELECT t.proposal_id, p.name, s.code, t.starts_on, t.quantity_hundredths,
        t.quantity_per_week_hundredths
    FROM proposed_offering t JOIN proposal r ON r.id = t.proposal_id"""  # noqa: S608
    + FROM_OFFERING.format("t")
    + "WHERE r.client_id = :client ORDER BY t.proposal_id, t.position",
    (F("suggestion", N_("Number"), Form.NUMBER), PROVIDER, SERVICE, FIRST_DAY, QUANTITY, A_WEEK),
)
COMMENTS: Final = DataKind(
    "suggestion_comments",
    N_("What was said about suggestions"),
    """SELECT c.proposal_id, m.name, c.words, c.made_at, c.removed_at FROM proposal_comment c
    JOIN proposal r ON r.id = c.proposal_id LEFT JOIN person m ON m.id = c.person_id
    WHERE r.client_id = :client ORDER BY c.id""",
    (
        F("suggestion", N_("Number"), Form.NUMBER),
        F("name", N_("Name")),
        WORDS,
        F("made_at", N_("Time"), Form.MOMENT),
        F("removed_at", N_("Removed"), Form.MOMENT),
    ),
)
HELP_KINDS: Final = (CHOICES, PATTERNS, CHANGES, PAUSES, FORECASTS, WARNINGS, CARDS)
OFFER_KINDS: Final = (SHORTLIST, PROPOSALS, PROPOSED, COMMENTS)

SUPPORT_PLAN: Final = DataKind(
    "support_plan",
    N_("Your support plan"),
    """SELECT a.question, a.words, a.pictures, a.answered_at, p.begun_at, p.shared_with_worker_at,
        p.shared_with_helpers_at
    FROM support_plan p LEFT JOIN support_plan_answer a ON a.support_plan_id = p.id
    WHERE p.client_id = :client ORDER BY a.id""",
    (
        F(
            "question",
            N_("Question"),
            Form.CODE,
            {code: labels.question for code, labels in PLAN_QUESTIONS.items()},
        ),
        WORDS,
        F("pictures", N_("Pictures"), Form.CODE, PLAN_PICTURES),
        ANSWERED,
        F("begun_at", N_("Began"), Form.MOMENT),
        F("shared_with_worker_at", N_("Shared with the worker"), Form.MOMENT),
        F("shared_with_helpers_at", N_("Shared with helpers"), Form.MOMENT),
    ),
)
GOALS: Final = DataKind(
    "own_goals",
    N_("Your goals"),
    """SELECT g.words, g.set_at, g.look_back_on, g.face, g.said, g.answered_at, g.removed_at FROM own_goal g
    WHERE g.client_id = :client ORDER BY g.id""",
    (
        WORDS,
        F("set_at", N_("Made"), Form.MOMENT),
        F("look_back_on", N_("Day to look back"), Form.DAY),
        F("face", N_("Did it help?"), Form.CODE, GOAL_FACES),
        F("said", N_("What you said")),
        ANSWERED,
        F("removed_at", N_("Removed"), Form.MOMENT),
    ),
)
PLAN_KINDS: Final = (SUPPORT_PLAN, GOALS)
