"""Who may do what: every operation of the API against every role, from a table written by hand.

A new operation without a row breaks the build, and so does a row whose operation is gone.
"""

from __future__ import annotations

import re
from hashlib import sha256

import pytest
from flask import Flask
from sqlalchemy import text

from foundation.vocabulary.roles import Role
from tests.api.conftest import SeededApp

ANYONE = frozenset(Role)
CLIENTS = frozenset({Role.CLIENT, Role.REPRESENTATIVE})
PROVIDERS = frozenset({Role.PROVIDER_BILLER, Role.PROVIDER_OWNER})
OWNER = frozenset({Role.PROVIDER_OWNER})
WORKER = frozenset({Role.WORKER})
ADMIN = frozenset({Role.ADMIN})
OFFICER = frozenset({Role.SETTLEMENT_OFFICER})
APPROVER = frozenset({Role.SETTLEMENT_APPROVER})
SETTLERS = OFFICER | APPROVER
DESK = WORKER | SETTLERS | {Role.COORDINATOR, Role.AUDITOR}

MATRIX: dict[str, frozenset[Role]] = {
    "GET /my/webhooks": OWNER,
    "POST /my/webhooks": OWNER,
    "GET /my/webhooks/<webhook_id>": OWNER,
    "PATCH /my/webhooks/<webhook_id>": OWNER,
    "DELETE /my/webhooks/<webhook_id>": OWNER,
    "POST /my/webhooks/<webhook_id>/secret": OWNER,
    "POST /my/webhooks/<webhook_id>/test": OWNER,
    "GET /my/webhooks/<webhook_id>/deliveries": OWNER,
    "GET /my/webhooks/<webhook_id>/deliveries/<delivery_id>": OWNER,
    "POST /my/webhooks/<webhook_id>/deliveries/<delivery_id>/resend": OWNER,
    "GET /services": ANYONE,
    "GET /municipalities": ANYONE,
    "GET /offerings": ANYONE,
    "GET /offerings/<offering_id>": ANYONE,
    "GET /providers/<business_id>": ANYONE,
    "GET /me/fundings": CLIENTS,
    "POST /me/moves": CLIENTS,
    "GET /fundings/<voucher>/movements": CLIENTS | DESK,
    "GET /me/co-payments": CLIENTS,
    "GET /me/co-payments/<invoice_id>.pdf": CLIENTS,
    "GET /my/co-payments": PROVIDERS,
    "GET /my/co-payments/<month>": PROVIDERS,
    "POST /my/co-payment-invoices/month": PROVIDERS,
    "GET /my/co-payment-invoices": PROVIDERS,
    "POST /my/co-payment-invoices": PROVIDERS,
    "GET /my/co-payment-invoices/<invoice_id>": PROVIDERS,
    "GET /my/co-payment-invoices/<invoice_id>.pdf": PROVIDERS,
    "GET /my/co-payment-credit-notes/<note_id>.pdf": PROVIDERS,
    "POST /my/co-payment-invoices/<invoice_id>/credit": PROVIDERS,
    "POST /my/co-payment-invoices/<invoice_id>/receipts": PROVIDERS,
    "POST /my/co-payment-invoices/<invoice_id>/returned": PROVIDERS,
    "DELETE /my/co-payment-invoices/<invoice_id>/receipts/<receipt_id>": PROVIDERS,
    "GET /me/cards": CLIENTS,
    "POST /me/cards": CLIENTS,
    "DELETE /me/cards/<card_id>": CLIENTS,
    "GET /conversations": CLIENTS | PROVIDERS | WORKER,
    "GET /conversations/<conversation>": CLIENTS | PROVIDERS | WORKER,
    "GET /conversations/<conversation>/messages": CLIENTS | PROVIDERS | WORKER,
    "POST /conversations/<conversation>/messages": CLIENTS | PROVIDERS | WORKER,
    "POST /conversations/<conversation>/read": CLIENTS | PROVIDERS | WORKER,
    "GET /providers/<business_id>/feedback": ANYONE,
    "GET /providers/<business_id>/voices": ANYONE,
    "GET /me/feedback": CLIENTS,
    "POST /me/feedback": CLIENTS,
    "GET /applications": WORKER | {Role.COORDINATOR},
    "GET /applications/<application_id>": WORKER | {Role.COORDINATOR},
    "POST /applications/<application_id>/question": WORKER | {Role.COORDINATOR},
    "POST /applications/<application_id>/services/<service>/decision": WORKER | {Role.COORDINATOR},
    "GET /paper-renewals": WORKER | {Role.COORDINATOR},
    "GET /paper-renewals/<renewal_id>": WORKER | {Role.COORDINATOR},
    "GET /paper-renewals/<renewal_id>/file": WORKER | {Role.COORDINATOR},
    "POST /paper-renewals/<renewal_id>/decision": WORKER | {Role.COORDINATOR},
    "GET /my/papers": PROVIDERS,
    "POST /my/papers": OWNER,
    "DELETE /my/papers/<renewal_id>": OWNER,
    "GET /county-settings": ADMIN,
    "PUT /county-settings": ADMIN,
    "GET /people": ADMIN,
    "POST /people/<role_grant_id>/end": ADMIN,
    "DELETE /people/invitations/<invitation_id>": ADMIN,
    "GET /my/people": OWNER,
    "DELETE /my/people/<role_grant_id>": OWNER,
    "GET /my/feedback": PROVIDERS,
    "POST /my/feedback/<feedback_id>/answer": PROVIDERS,
    "GET /feedback": WORKER,
    "GET /feedback/<feedback_id>": WORKER,
    "POST /feedback/<feedback_id>/decision": WORKER,
    "POST /cards/cancel": WORKER,
    "GET /me/looks": CLIENTS,
    "GET /me/data": CLIENTS,
    "GET /me/looks/questions": CLIENTS,
    "POST /me/looks/questions": CLIENTS,
    "GET /look-questions": PROVIDERS | WORKER,
    "GET /look-questions/<question_id>": PROVIDERS | WORKER,
    "POST /look-questions/<question_id>/answer": PROVIDERS | WORKER,
    "GET /me/time-requests": CLIENTS,
    "POST /me/time-requests": CLIENTS,
    "POST /me/time-requests/<request_id>/accept": CLIENTS,
    "POST /me/time-requests/<request_id>/withdraw": CLIENTS,
    "GET /my/time-requests": PROVIDERS,
    "POST /my/time-requests/<request_id>/offer": PROVIDERS,
    "POST /my/time-requests/<request_id>/decline": PROVIDERS,
    "GET /me/help-requests": CLIENTS,
    "POST /me/help-requests": CLIENTS,
    "POST /me/help-requests/<request_id>/withdraw": CLIENTS,
    "GET /help-requests": WORKER,
    "GET /help-requests/<request_id>": WORKER,
    "POST /help-requests/<request_id>/answer": WORKER,
    "POST /cards/lookup": PROVIDERS,
    "GET /me/visits": CLIENTS,
    "GET /me/pauses": CLIENTS,
    "POST /me/pauses": CLIENTS,
    "DELETE /me/pauses/<pause_id>": CLIENTS,
    "GET /visits": PROVIDERS,
    "POST /visits/<visit_id>/change": CLIENTS,
    "POST /visits/<visit_id>/cancel": CLIENTS,
    "POST /visits/<visit_id>/restore": CLIENTS,
    "POST /visits/<visit_id>/done": PROVIDERS,
    "POST /visits/<visit_id>/not-given": PROVIDERS,
    "POST /visits/<visit_id>/video-link": PROVIDERS,
    "GET /fundings/<voucher>": CLIENTS | DESK,
    "POST /fundings/<voucher>/choices": CLIENTS,
    "DELETE /choices/<choice_id>": CLIENTS,
    "POST /charges/<charge_id>/confirm": CLIENTS,
    "POST /charges/<charge_id>/dispute": CLIENTS,
    "GET /charges/<charge_id>/thread": CLIENTS | PROVIDERS | WORKER,
    "POST /charges/<charge_id>/thread/replies": CLIENTS,
    "POST /charges/<charge_id>/thread/answers": PROVIDERS,
    "POST /charges/<charge_id>/thread/decision": WORKER,
    "POST /charges": PROVIDERS,
    "GET /charges": PROVIDERS | DESK,
    "GET /charges/<charge_id>": PROVIDERS | DESK,
    "POST /charges/<charge_id>/withdraw": PROVIDERS,
    "POST /charges/<charge_id>/corrections": PROVIDERS,
    "POST /charge-files": PROVIDERS,
    "GET /charge-files/<file_id>": PROVIDERS,
    "GET /charge-files/<file_id>/refused.csv": PROVIDERS,
    "GET /charge-files/<file_id>/refused": PROVIDERS,
    "GET /charge-files/<file_id>/answer.csv": PROVIDERS,
    "POST /charge-files/<file_id>/stop": PROVIDERS,
    "POST /charge-files/<file_id>/resume": PROVIDERS,
    "GET /charge-files/dry-runs/<dry_run_id>": PROVIDERS,
    "DELETE /charge-files/dry-runs/<dry_run_id>": PROVIDERS,
    "POST /charge-files/dry-runs/<dry_run_id>/take-in": PROVIDERS,
    "GET /settlements": PROVIDERS,
    "GET /settlements/expected": PROVIDERS,
    "GET /settlements/<settlement_id>": PROVIDERS,
    "GET /settlements/<settlement_id>.json": PROVIDERS,
    "GET /settlements/<settlement_id>.csv": PROVIDERS,
    "GET /settlements/<settlement_id>.xlsx": PROVIDERS,
    "GET /settlements/<settlement_id>.xml": PROVIDERS,
    "GET /settlements/<settlement_id>.pdf": PROVIDERS,
    "GET /statements/<check_code>": ANYONE,
    "GET /my/offerings": PROVIDERS,
    "POST /my/offerings": PROVIDERS,
    "GET /my/offerings/<offering_id>": PROVIDERS,
    "PATCH /my/offerings/<offering_id>": PROVIDERS,
    "GET /my/free-times": PROVIDERS,
    "PUT /my/free-times": PROVIDERS,
    "GET /my/photos": PROVIDERS,
    "POST /my/photos": PROVIDERS,
    "PATCH /my/photos/<photo_id>": PROVIDERS,
    "DELETE /my/photos/<photo_id>": PROVIDERS,
    "GET /my/places": PROVIDERS,
    "POST /my/places": PROVIDERS,
    "GET /my/places/<place_id>": PROVIDERS,
    "PATCH /my/places/<place_id>": PROVIDERS,
    "DELETE /my/places/<place_id>": PROVIDERS,
    "GET /my/prices": PROVIDERS,
    "POST /my/prices": OWNER,
    "GET /my/prices/<price_id>": PROVIDERS,
    "PATCH /my/prices/<price_id>": OWNER,
    "POST /decisions": WORKER,
    "POST /approvals": WORKER,
    "GET /fundings": DESK,
    "GET /providers": DESK,
    "POST /fundings/<voucher>/pause": WORKER,
    "POST /fundings/<voucher>/open": WORKER,
    "POST /fundings/<voucher>/close": WORKER,
    "POST /fundings/<voucher>/revoke": WORKER,
    "GET /alerts": WORKER,
    "GET /alert-thresholds": WORKER | {Role.COORDINATOR},
    "POST /alert-thresholds": WORKER | {Role.COORDINATOR},
    "POST /alert-thresholds/<version_id>/accept": frozenset({Role.COORDINATOR}),
    "POST /alert-thresholds/<version_id>/reject": WORKER | {Role.COORDINATOR},
    "POST /charges/<charge_id>/admit": WORKER,
    "POST /charges/<charge_id>/refuse": WORKER,
    "POST /payment-runs": OFFICER,
    "GET /payment-runs/<run_id>": SETTLERS | {Role.AUDITOR},
    "POST /payment-runs/<run_id>/approve": APPROVER,
    "GET /payment-runs/<run_id>/bank-file": SETTLERS,
    "POST /payment-runs/<run_id>/payments/<payment_id>/decision": SETTLERS,
    "POST /payment-runs/<run_id>/send": SETTLERS,
    "POST /payment-runs/unfreeze": SETTLERS,
    "POST /bank-answers": SETTLERS,
    "GET /claims": OFFICER,
    "GET /claims/<claim_id>": OFFICER,
    "POST /claims/<claim_id>/paid": OFFICER,
    "GET /my/claims": PROVIDERS,
}
"""Operation → who may use it. `ANYONE` includes a visitor without a key."""

NOT_THERE = {"voucher": "NOPE", "business_id": "1234567-1"}


def operations(app: Flask) -> set[str]:
    """Every operation under /api/v1, as a row of the table names it."""
    found = set()
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/v1/"):
            path = re.sub(r"<(?:[^:>]+:)?([^>]+)>", r"<\1>", rule.rule.removeprefix("/api/v1"))
            found |= {
                f"{method} {path}" for method in rule.methods or () if method not in ("HEAD", "OPTIONS")
            }
    return found


def ask(seeded_app: SeededApp, operation: str, role: Role | None) -> int:
    """The status of an operation on what does not exist, or with no body at all."""
    method, path = operation.split(" ")
    path = re.sub(r"<(\w+)>", lambda name: NOT_THERE.get(name[1], "999999999"), path)
    answer = seeded_app.app.test_client().open(
        f"/api/v1{path}", method=method, headers=seeded_app.headers(role)
    )
    return answer.status_code


def test_every_operation_has_a_row_and_every_row_an_operation(seeded_app: SeededApp) -> None:
    assert operations(seeded_app.app) == set(MATRIX)


@pytest.mark.parametrize("role", Role)
def test_a_role_may_do_what_its_rows_allow(seeded_app: SeededApp, role: Role) -> None:
    answers = {operation: ask(seeded_app, operation, role) for operation in MATRIX}
    assert 401 not in answers.values()
    assert {operation for operation, status in answers.items() if status != 403} == {
        operation for operation, roles in MATRIX.items() if role in roles
    }
    assert not [operation for operation, status in answers.items() if status >= 500]


def test_a_visitor_may_only_read_the_catalogue(seeded_app: SeededApp) -> None:
    answers = {operation: ask(seeded_app, operation, None) for operation in MATRIX}
    assert {operation for operation, status in answers.items() if status != 401} == {
        operation for operation, roles in MATRIX.items() if roles == ANYONE
    }


@pytest.mark.parametrize("how", ["revoked", "ended"])
def test_a_revoked_key_and_an_ended_role_may_no_more_than_a_visitor(seeded_app: SeededApp, how: str) -> None:
    """The eleventh and twelfth kind of reader: each has had a key that worked."""
    world = seeded_app.world
    key = world.api_key("worker" if how == "revoked" else "auditor")
    headers = {"Authorization": f"Bearer {key}"}
    web = seeded_app.app.test_client()
    assert web.get("/api/v1/charges", headers=headers).status_code == 200
    change = {
        "revoked": "UPDATE api_key SET revoked_at = now() WHERE key_sha256 = :digest",
        "ended": "UPDATE role_grant SET valid = daterange('2020-01-01', '2026-11-20') "
        "WHERE id = (SELECT role_grant_id FROM api_key WHERE key_sha256 = :digest)",
    }[how]
    with seeded_app.app.extensions["omatori"].sessions.begin() as session:
        session.execute(text(change), {"digest": sha256(key.encode()).hexdigest()})
    answers = {}
    for operation in MATRIX:
        method, path = operation.split(" ")
        path = re.sub(r"<(\w+)>", lambda name: NOT_THERE.get(name[1], "999999999"), path)
        answers[operation] = web.open(f"/api/v1{path}", method=method, headers=headers).status_code
    assert {operation for operation, status in answers.items() if status != 401} <= {
        operation for operation, roles in MATRIX.items() if roles == ANYONE
    }
