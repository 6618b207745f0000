"""What is removed of each kind of data when its time is over.

`due` selects the key of each row whose last day is over, and its client (NULL: none): the day on which its
matter ended and the period of the rule give the last day, as `clearing.upkeep.rules.retention_rules.last_day`
computes it. A row of a client whose appeal or dispute is open is left.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from clearing.upkeep.facts import people_who_left
from clearing.upkeep.facts.kinds_of_data import Kind

OVER: Final = "+ make_interval(months => :months) + make_interval(days => :days) < :today"
DAY: Final = "AT TIME ZONE 'Europe/Helsinki')::date"
NOBODY: Final = "NULL::bigint"


@dataclass(frozen=True, slots=True)
class Removal:
    """The rows that are due, and the statements that remove those with the keys `:ids`, in order."""

    due: str
    statements: tuple[str, ...]


def _due(key: str, client: str, table: str, ended: str, only: str = "true") -> str:
    return f"SELECT {key} AS id, {client} AS client_id FROM {table} t WHERE {only} AND {ended} {OVER}"  # noqa: S608


def _day(moment: str) -> str:
    return f"({moment} {DAY}"


def _delete(table: str, key: str = "id") -> str:
    return f"DELETE FROM {table} WHERE {key} = ANY(:ids)"  # noqa: S608


_UNUSED: Final = "t.accepted_at IS NULL"
_UNUSED_END: Final = _day("coalesce(t.withdrawn_at, t.expires_at)")
_REFUSED: Final = """(t.state = 'withdrawn' OR (t.state = 'decided' AND NOT EXISTS (
    SELECT FROM application_service s WHERE s.application_id = t.id AND s.state <> 'refused')))"""
_DECIDED: Final = """coalesce((SELECT max(s.decided_at) FROM application_service s
    WHERE s.application_id = t.id), t.saved_at)"""
_WISHES: Final = "DELETE FROM client_wish WHERE {} = ANY(:ids)"

_PAYER: Final = "(SELECT i.client_id FROM co_payment_invoice i WHERE i.id = t.invoice_id)"
_CAME_TO_NOTHING: Final = "t.state IN ('failed', 'expired')"

REMOVALS: Final[Mapping[Kind, Removal]] = MappingProxyType(
    {
        Kind.SESSIONS: Removal(
            _due("t.id", NOBODY, "web_session", _day("coalesce(t.ended_at, t.ends_at)"), "t.drafts IS NULL"),
            (_delete("web_session"),),
        ),
        Kind.DRAFTS: Removal(
            _due("t.id", NOBODY, "web_session", _day("t.used_at"), "t.drafts IS NOT NULL"),
            ("UPDATE web_session SET drafts = NULL WHERE id = ANY(:ids)",),
        ),
        Kind.LOG_IN_ATTEMPTS: Removal(
            _due("t.id", NOBODY, "open_id_attempt", _day("t.begun_at")), (_delete("open_id_attempt"),)
        ),
        Kind.PASSWORD_RESETS: Removal(
            _due("t.person_id", NOBODY, "password_reset", _day("t.expires_at")),
            (_delete("password_reset", "person_id"),),
        ),
        Kind.SENT_MAIL: Removal(
            _due("t.id", NOBODY, "outbox", _day("t.sent_at"), "t.sent_at IS NOT NULL AND t.body <> '{}'"),
            ("UPDATE outbox SET body = '{}', last_error = NULL WHERE id = ANY(:ids)",),
        ),
        Kind.UPLOADS: Removal(
            _due("t.id", NOBODY, "waiting_file", _day("t.uploaded_at")), (_delete("waiting_file"),)
        ),
        Kind.INVITATIONS_TO_HELP: Removal(
            _due("t.id", "t.client_id", "mandate_invitation", _UNUSED_END, _UNUSED),
            (_delete("invitation_funding", "invitation_id"), _delete("mandate_invitation")),
        ),
        Kind.INVITATIONS_OF_CLIENTS: Removal(
            _due("t.id", "t.client_id", "client_invitation", _UNUSED_END, _UNUSED),
            (_delete("client_invitation"),),
        ),
        Kind.INVITATIONS_OF_STAFF: Removal(
            _due("t.id", NOBODY, "role_invitation", _UNUSED_END, _UNUSED), (_delete("role_invitation"),)
        ),
        Kind.INVITATIONS_OF_COMPANIES: Removal(
            _due("t.id", NOBODY, "provider_invitation", _UNUSED_END, _UNUSED),
            (_delete("provider_invitation"),),
        ),
        Kind.APPLICATIONS: Removal(
            _due("t.id", NOBODY, "provider_application", _day(_DECIDED), _REFUSED),
            (
                _delete("application_paper", "application_id"),
                _delete("application_service", "application_id"),
                _delete("provider_application"),
            ),
        ),
        Kind.PAPERS: Removal(
            _due(
                "t.id", NOBODY, "paper_renewal", _day("t.decided_at"), "t.state IN ('rejected', 'withdrawn')"
            ),
            (_delete("paper_renewal"),),
        ),
        Kind.WARNINGS: Removal(
            _due("t.id", "t.client_id", "alert", "t.closed_on", "t.closed_on IS NOT NULL"),
            (_delete("alert"),),
        ),
        Kind.TIME_REQUESTS: Removal(
            _due("t.id", "t.client_id", "time_request", _day("t.closed_at")),
            (_delete("offered_time", "time_request_id"), _delete("time_request")),
        ),
        Kind.HELP_REQUESTS: Removal(
            _due("t.id", "t.client_id", "help_request", _day("coalesce(t.answered_at, t.withdrawn_at)")),
            (_WISHES.format("help_request_id"), _delete("help_request")),
        ),
        Kind.SUGGESTIONS: Removal(
            _due(
                "t.id",
                "t.client_id",
                "proposal",
                _day("coalesce(t.accepted_at, t.declined_at, t.withdrawn_at)"),
            ),
            (
                _WISHES.format("proposal_id"),
                _delete("proposal_comment", "proposal_id"),
                _delete("proposed_offering", "proposal_id"),
                _delete("proposal"),
            ),
        ),
        Kind.CARDS: Removal(
            _due("t.id", "t.client_id", "card", f"least(t.last_day, {_day('t.cancelled_at')})"),
            (_delete("card"),),
        ),
        Kind.CALENDARS: Removal(
            _due("t.id", NOBODY, "calendar_feed", _day("t.revoked_at"), "t.revoked_at IS NOT NULL"),
            (_delete("calendar_feed"),),
        ),
        Kind.WEBHOOK_DELIVERIES: Removal(
            _due("t.id", NOBODY, "webhook_delivery", _day("t.made_at")), (_delete("webhook_delivery"),)
        ),
        Kind.CARD_ATTEMPTS: Removal(
            _due("t.id", _PAYER, "co_payment_checkout", _day("t.made_at"), _CAME_TO_NOTHING),
            (_delete("co_payment_checkout"),),
        ),
        Kind.SUPPORT_PLANS: Removal(
            _due(
                "t.id",
                "t.id",
                "client",
                "t.ended_on",
                """(EXISTS (SELECT FROM support_plan p WHERE p.client_id = t.id)
                OR EXISTS (SELECT FROM own_goal g WHERE g.client_id = t.id)
                OR EXISTS (SELECT FROM shortlist_entry e WHERE e.client_id = t.id))""",
            ),
            (
                """DELETE FROM support_plan_answer a USING support_plan p
                WHERE p.id = a.support_plan_id AND p.client_id = ANY(:ids)""",
                _delete("support_plan", "client_id"),
                _delete("own_goal", "client_id"),
                _delete("shortlist_entry", "client_id"),
            ),
        ),
        Kind.PEOPLE: Removal(people_who_left.DUE, people_who_left.STATEMENTS),
    }
)
"""The kinds that the nightly job removes. The others are kept, or have a job of their own."""
