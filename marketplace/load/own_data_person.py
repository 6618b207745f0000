"""A client's own data: who the client is, the client's account, and the people who help."""

from __future__ import annotations

from typing import Final

from foundation.vocabulary.labels import LANGUAGES, MANDATES, N_, ROLES_FOR_CLIENT
from foundation.vocabulary.look_labels import LOOKED_AT
from marketplace.rules.own_data import DataField as F
from marketplace.rules.own_data import DataKind, Form

CLIENT: Final = DataKind(
    "client",
    N_("Your name and basic data"),
    """SELECT c.number, c.name, m.name_fi, c.latitude, c.longitude, c.language, c.protected_address,
        c.ended_on, c.ended_reason
    FROM client c JOIN municipality m ON m.code = c.municipality_code WHERE c.id = :client""",
    (
        F("number", N_("Client number")),
        F("name", N_("Name")),
        F("municipality", N_("Municipality")),
        F("latitude", N_("Home on the map: latitude"), Form.NUMBER),
        F("longitude", N_("Home on the map: longitude"), Form.NUMBER),
        F("language", N_("Language"), Form.CODE, LANGUAGES),
        F("protected_address", N_("Protected address"), Form.YES_NO),
        F("ended_on", N_("Client until"), Form.DAY),
        F("ended_reason", N_("Why it ended")),
    ),
)
ABSENCES: Final = DataKind(
    "absences",
    N_("Days when you are away"),
    """SELECT lower(away), upper(away) - 1 FROM client_absence
    WHERE client_id = :client ORDER BY lower(away)""",
    (F("first_day", N_("First day"), Form.DAY), F("last_day", N_("Last day"), Form.DAY)),
)
_PERSON: Final = """ FROM person p
    WHERE p.id IN (SELECT g.person_id FROM role_grant g WHERE g.client_id = :client AND g.role = 'client')"""
ACCOUNT: Final = DataKind(
    "account",
    N_("Your account"),
    "SELECT p.name, p.email, p.user_name, p.language, p.password_hash IS NOT NULL" + _PERSON,
    (
        F("name", N_("Name")),
        F("email", N_("E-mail address")),
        F("user_name", N_("User name")),
        F("language", N_("Language"), Form.CODE, LANGUAGES),
        F("has_password", N_("You have a password"), Form.YES_NO),
    ),
)
_OF_ACCOUNT: Final = """ JOIN role_grant g ON g.person_id = t.person_id
    WHERE g.client_id = :client AND g.role = 'client'"""
INVITED: Final = DataKind(
    "account_invitations",
    N_("How the county invited you to log in"),
    """SELECT i.way, i.email, i.user_name, i.made_at, i.expires_at, i.accepted_at, i.withdrawn_at
    FROM client_invitation i WHERE i.client_id = :client ORDER BY i.id""",
    (
        F("way", N_("Kind"), Form.CODE, {"letter": N_("A letter"), "mail": N_("A mail")}),
        F("email", N_("E-mail address")),
        F("user_name", N_("User name")),
        F("made_at", N_("Made"), Form.MOMENT),
        F("expires_at", N_("Ends"), Form.MOMENT),
        F("accepted_at", N_("Accepted"), Form.MOMENT),
        F("withdrawn_at", N_("Taken back"), Form.MOMENT),
    ),
)
LOG_INS: Final = DataKind(
    "log_ins",
    N_("Your log-ins"),
    """SELECT t.begun_at, t.used_at, coalesce(t.ended_at, t.ends_at), t.service FROM web_session t
    JOIN role_grant g ON g.id = t.role_grant_id
    WHERE g.client_id = :client AND g.role = 'client' ORDER BY t.begun_at""",
    (
        F("began_at", N_("Began"), Form.MOMENT),
        F("used_at", N_("Last used"), Form.MOMENT),
        F("ends_at", N_("Ended"), Form.MOMENT),
        F("service", N_("Way of logging in")),
    ),
)
WAYS: Final = DataKind(
    "ways_to_log_in",
    N_("Your ways of logging in"),
    f"""SELECT * FROM (
    SELECT 'passkey', t.name, t.made_at FROM passkey t {_OF_ACCOUNT}
    UNION SELECT 'service', t.issuer, t.linked_at FROM external_identity t {_OF_ACCOUNT}
    UNION SELECT 'app', '', t.made_at FROM second_factor t {_OF_ACCOUNT}
    UNION SELECT 'program', t.label, t.created_at FROM api_key t {_OF_ACCOUNT}
    ) ways ORDER BY 3""",  # noqa: S608
    (
        F(
            "kind",
            N_("Way of logging in"),
            Form.CODE,
            {
                "passkey": N_("Passkey"),
                "service": N_("Log-in service"),
                "app": N_("Code of an app"),
                "program": N_("Key for a program"),
            },
        ),
        F("name", N_("Name")),
        F("made_at", N_("Made"), Form.MOMENT),
    ),
)
RIGHTS: Final = (
    F("may_see", N_("Sees your data"), Form.YES_NO),
    F("may_propose", N_("Suggests and writes messages"), Form.YES_NO),
    F("may_choose", N_("Chooses for you"), Form.YES_NO),
    F("may_move", N_("Moves your money"), Form.YES_NO),
    F("may_confirm", N_("Checks your visits"), Form.YES_NO),
    F("all_vouchers", N_("For all vouchers"), Form.YES_NO),
    F("vouchers", N_("Vouchers")),
)
MANDATES_GIVEN: Final = DataKind(
    "mandates",
    N_("Who may act for you"),
    """SELECT p.name, m.kind, m.document_number, lower(m.valid), upper(m.valid) - 1, m.revoked_at, m.may_see,
        m.may_propose, m.may_choose, m.may_move, m.may_confirm, m.all_fundings,
        (SELECT array_agg(f.voucher ORDER BY f.voucher) FROM mandate_funding l
            JOIN funding f ON f.id = l.funding_id WHERE l.mandate_id = m.id)
    FROM mandate m JOIN person p ON p.id = m.person_id WHERE m.client_id = :client ORDER BY m.id""",
    (
        F("name", N_("Name")),
        F("kind", N_("Kind"), Form.CODE, MANDATES),
        F("document_number", N_("Number of the decision")),
        F("first_day", N_("First day"), Form.DAY),
        F("last_day", N_("Last day"), Form.DAY),
        F("ended_at", N_("Ended"), Form.MOMENT),
        *RIGHTS,
    ),
)
INVITATIONS: Final = DataKind(
    "invitations",
    N_("Whom you asked to help you"),
    """SELECT i.name, i.email, i.kind, i.first_day, i.last_day, i.made_at, i.accepted_at, i.withdrawn_at,
        i.document_number, i.may_see, i.may_propose, i.may_choose, i.may_move, i.may_confirm, i.all_fundings,
        (SELECT array_agg(f.voucher ORDER BY f.voucher) FROM invitation_funding l
            JOIN funding f ON f.id = l.funding_id WHERE l.invitation_id = i.id)
    FROM mandate_invitation i WHERE i.client_id = :client ORDER BY i.id""",
    (
        F("name", N_("Name")),
        F("email", N_("E-mail address")),
        F("kind", N_("Kind"), Form.CODE, MANDATES),
        F("first_day", N_("First day"), Form.DAY),
        F("last_day", N_("Last day"), Form.DAY),
        F("made_at", N_("Made"), Form.MOMENT),
        F("accepted_at", N_("Accepted"), Form.MOMENT),
        F("withdrawn_at", N_("Taken back"), Form.MOMENT),
        F("document_number", N_("Number of the decision")),
        *RIGHTS,
    ),
)
WISHES: Final = DataKind(
    "wishes",
    N_("What you wanted when a guardian acted for you"),
    """SELECT w.asked_at, p.name, w.kind, w.words FROM client_wish w LEFT JOIN person p ON p.id = w.asked_by
    WHERE w.client_id = :client ORDER BY w.id""",
    (
        F("asked_at", N_("Time"), Form.MOMENT),
        F("asked_by", N_("Who asked")),
        F(
            "kind",
            N_("What you wanted"),
            Form.CODE,
            {
                "same": N_("You wanted the same"),
                "other": N_("You wanted something else"),
                "unknown": N_("The guardian did not get to know it"),
            },
        ),
        F("words", N_("What was written")),
    ),
)
LOOKS: Final = DataKind(
    "looks",
    N_("Who has used your data"),
    """SELECT e.at, CASE WHEN e.role = 'client' THEN '' ELSE e.actor_name END, e.role, p.name, e.act,
        e.subject_kind, e.why
    FROM audit_event e LEFT JOIN provider p ON p.id = (e.detail ->> 'actor_provider_id')::bigint
    WHERE e.client_id = :client ORDER BY e.id""",
    (
        F("at", N_("Time"), Form.MOMENT),
        F("name", N_("Name")),
        F("role", N_("Role"), Form.CODE, ROLES_FOR_CLIENT),
        F("company", N_("Provider")),
        F("act", N_("What was done"), Form.ACT),
        F("subject", N_("With which data"), Form.CODE, LOOKED_AT),
        F("why", N_("Why"), Form.REASON),
    ),
)
LOOK_QUESTIONS: Final = DataKind(
    "look_questions",
    N_("Your questions why your data was used"),
    """SELECT q.day, q.looker_name, q.question, q.asked_at, q.answer, q.answered_at FROM look_question q
    WHERE q.client_id = :client ORDER BY q.id""",
    (
        F("day", N_("Day"), Form.DAY),
        F("name", N_("Name")),
        F("question", N_("Question")),
        F("asked_at", N_("Asked"), Form.MOMENT),
        F("answer", N_("The answer")),
        F("answered_at", N_("Answered"), Form.MOMENT),
    ),
)
PERSON_KINDS: Final = (CLIENT, ABSENCES, ACCOUNT, INVITED, LOG_INS, WAYS, MANDATES_GIVEN, INVITATIONS, WISHES)
LOOK_KINDS: Final = (LOOKS, LOOK_QUESTIONS)
