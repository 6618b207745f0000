"""Who has left, and what is removed of a person then.

Somebody has left when the last role ended, of staff, of people of providers and of helpers of clients. What
is stored of a client is a client record, and is not removed here. The number of the person stays: it is in
the audit log, the payment runs and every other row that says who did something.
"""

from __future__ import annotations

from typing import Final

_STAFF: Final = """
    SELECT CASE WHEN upper_inf(g.valid) THEN 'infinity'::date
      ELSE coalesce(upper(g.valid) - 1, (SELECT max(i.at AT TIME ZONE 'Europe/Helsinki')::date FROM (
        SELECT r.role_grant_id, r.accepted_at AS at FROM role_invitation r
        UNION ALL SELECT v.role_grant_id, v.accepted_at FROM provider_invitation v) i
        WHERE i.role_grant_id = g.id)) END AS ended
    FROM role_grant g WHERE g.person_id = p.id AND g.role <> 'representative'"""
_HELPERS: Final = """
    SELECT least((m.revoked_at AT TIME ZONE 'Europe/Helsinki')::date,
      CASE WHEN upper_inf(m.valid) THEN 'infinity'::date
        ELSE coalesce(upper(m.valid) - 1, (m.revoked_at AT TIME ZONE 'Europe/Helsinki')::date) END)
    FROM mandate m WHERE m.person_id = p.id"""
_CONCERNED: Final = """
    SELECT m.client_id FROM mandate m WHERE m.person_id = p.id
    UNION SELECT g.client_id FROM grant_decision g WHERE g.received_by = p.id
    UNION SELECT f.client_id FROM dispute_entry e JOIN dispute d ON d.id = e.dispute_id
      JOIN charge c ON c.id = d.charge_id JOIN funding f ON f.id = c.funding_id WHERE e.written_by = p.id"""
_OPEN_RUN: Final = """EXISTS (SELECT FROM payment_run r WHERE r.state NOT IN ('closed', 'cancelled')
    AND (r.prepared_by = p.id OR r.approved_by = p.id))"""
_OPEN: Final = """accepted_at IS NULL AND withdrawn_at IS NULL
      AND (expires_at AT TIME ZONE 'Europe/Helsinki')::date >= :today"""
_EXPECTED: Final = f"""EXISTS (SELECT FROM (
    SELECT email FROM role_invitation WHERE {_OPEN}
    UNION ALL SELECT email FROM provider_invitation WHERE {_OPEN}
    UNION ALL SELECT email FROM mandate_invitation WHERE {_OPEN}
    UNION ALL SELECT email FROM provider_application WHERE state IN ('submitted', 'more_needed')
      OR (state = 'draft' AND (link_expires_at AT TIME ZONE 'Europe/Helsinki')::date >= :today)) e
    WHERE e.email = p.email)"""  # noqa: S608

DUE: Final = f"""
  SELECT p.id, h.client_id FROM person p
  CROSS JOIN LATERAL (SELECT max(each.ended) AS ended FROM ({_STAFF} UNION ALL {_HELPERS}) each) w
  LEFT JOIN LATERAL (SELECT c.client_id FROM ({_CONCERNED}) c
    WHERE client_is_held(c.client_id, :today) LIMIT 1) h ON true
  WHERE p.removed_on IS NULL
    AND w.ended + make_interval(months => :months) + make_interval(days => :days) < :today
    AND NOT EXISTS (SELECT FROM role_grant g WHERE g.person_id = p.id AND g.role = 'client')
    AND NOT {_OPEN_RUN} AND NOT {_EXPECTED}"""  # noqa: S608
"""People who have left, with a client of theirs whose appeal or dispute is open (then they are held).

Whoever has prepared or approved a payment run that is not closed has not left yet, nor has who is invited
again or applies with a company: the address that the answer goes to would be removed.
"""

_GRANTS: Final = "(SELECT g.id FROM role_grant g WHERE g.person_id = ANY(:ids))"
_ADDRESSES: Final = "(SELECT p.email FROM person p WHERE p.id = ANY(:ids))"
_NOBODY: Final = "'removed-' || {} || '@invalid'"


def _invited(table: str) -> str:
    return (
        f"UPDATE {table} SET email = {_NOBODY.format('id')}"  # noqa: S608
        f" WHERE role_grant_id IN {_GRANTS} OR email IN {_ADDRESSES}"
    )


def _delete(table: str) -> str:
    return f"DELETE FROM {table} WHERE person_id = ANY(:ids)"  # noqa: S608


STATEMENTS: Final = (
    f"""UPDATE outbox SET key = 'removed:' || id, body = '{{}}', last_error = NULL
      WHERE sent_at IS NOT NULL AND key LIKE '%@%' AND string_to_array(key, ':') && ARRAY{_ADDRESSES}""",  # noqa: S608
    _invited("role_invitation"),
    _invited("provider_invitation"),
    f"""UPDATE mandate_invitation SET name = '–', email = NULL WHERE email IN {_ADDRESSES}
      OR mandate_id IN (SELECT m.id FROM mandate m WHERE m.person_id = ANY(:ids))""",  # noqa: S608
    f"""UPDATE provider_application SET email = {_NOBODY.format("id")}, contact_name = '–', phone = '–'
      WHERE email IN {_ADDRESSES}""",  # noqa: S608
    "UPDATE opening SET made_by_name = '#' || made_by WHERE made_by = ANY(:ids)",
    "UPDATE look_question SET looker_name = '#' || looker_id WHERE looker_id = ANY(:ids)",
    f"DELETE FROM calendar_feed WHERE role_grant_id IN {_GRANTS}",  # noqa: S608
    *[
        _delete(table)
        for table in (
            "web_session",
            "second_factor",
            "recovery_code",
            "passkey",
            "password_reset",
            "external_identity",
            "open_id_attempt",
            "api_key",
        )
    ],
    """UPDATE person SET name = '#' || id, email = NULL, user_name = NULL, password_hash = NULL,
      identity_hash = NULL, about = '', removed_on = current_setting('omatori.today')::date
      WHERE id = ANY(:ids)""",
)
"""What removes who they are; their number stays. In order: the addresses are read until the last."""
