"""The settings of a county: an administrator's program reads them and sends them back whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import jsonify
from flask_smorest import Blueprint
from marshmallow import fields

from county_desk.actions.send_settings import send_settings
from county_desk.api.settings_schema import SETTINGS
from county_desk.load.county_setup import lock_setup, newest_setup
from county_desk.load.people import inviting_county
from county_desk.reading.county_file import LARGEST_FILE
from county_desk.reading.sent_settings import sent_document
from county_desk.rules.county_setup import CountySetup
from county_desk.rules.settings_sections import mark_of_settings
from county_desk.rules.setup_texts import text_of
from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Role
from foundation.web.api import (
    Answer,
    ApiSchema,
    FieldError,
    Problem,
    check_if_match,
    not_there,
    read_document,
    read_query,
    takes_body,
    takes_header,
    takes_query,
    with_etag,
)
from foundation.web.api.bodies import unstorable_texts
from foundation.web.catalogues import N_, translate
from foundation.web.clock import now
from foundation.web.identity import allow, current_actor
from foundation.web.languages import current_language
from foundation.web.transaction import db

blueprint = Blueprint(
    "county_settings_api", __name__, url_prefix="/api/v1", description=N_("Settings of the county")
)
MOST_FAULTS = 100
"""How many faults an answer names; the rest is counted. One megabyte of faults made an answer of 44."""
IF_MATCH = takes_header("If-Match", "The ETag of the settings that were read", required=True)


class DryRunQuery(ApiSchema):
    """Whether the changes are only reported."""

    dry_run = fields.Boolean(load_default=False)


class SettingChangeSchema(ApiSchema):
    """A setting that is new, changed or removed: its path, and its value before and after."""

    path = fields.String()
    before = fields.String(allow_none=True)
    after = fields.String(allow_none=True)


class ChangedSettingsSchema(ApiSchema):
    """What a document changes, and whether that is stored."""

    changed = fields.Boolean()
    changes = fields.List(fields.Nested(SettingChangeSchema))


@blueprint.get("/county-settings")
@allow(Role.ADMIN, scope=KeyScope.SETTINGS_READ)
@blueprint.response(200, SETTINGS)
def get_settings() -> Answer:
    """Read the settings of my county, without its account"""
    stored = _stored()
    return with_etag(jsonify(sent_document(stored)), mark_of_settings(stored))


@blueprint.put("/county-settings")
@allow(Role.ADMIN, scope=KeyScope.SETTINGS_WRITE)
@IF_MATCH
@takes_query(DryRunQuery)
@takes_body(SETTINGS)
@blueprint.response(200, ChangedSettingsSchema)
def put_settings() -> Answer:
    """Send the settings of my county whole; `?dry_run=true` says what would change and stores nothing"""
    dry_run = read_query(DryRunQuery)["dry_run"]
    lock_setup(db())
    stored = _stored()
    check_if_match(mark_of_settings(stored), required=True)
    document = _read()
    report = send_settings(db(), stored, document, actor=current_actor(), now=now(), dry_run=dry_run)
    if report.faults:
        raise Problem(422, errors=_errors(report.faults))
    is_stored = bool(report.changes) and not dry_run
    return with_etag(
        {"changed": is_stored, "changes": report.changes},
        mark_of_settings(_stored() if is_stored else stored),
    )


def _read() -> dict[str, Any]:
    document = read_document(largest_bytes=LARGEST_FILE)
    if faults := list(unstorable_texts(document)):
        raise Problem(422, errors=_with_rest(faults[:MOST_FAULTS], len(faults)))
    return document


def _stored() -> CountySetup:
    county = inviting_county(db(), current_actor().county_id or 0) or not_there()
    return newest_setup(db(), county.code) or not_there()


def _errors(faults: Sequence[Refusal]) -> Sequence[FieldError]:
    return _with_rest([_error(fault) for fault in faults[:MOST_FAULTS]], len(faults))


def _error(fault: Refusal) -> FieldError:
    """Return a fault with its field and its text, filled in and in the reader's language."""
    title = translate(text_of(fault), current_language(), **fault.values)
    return FieldError(fault.field, str(fault.code), title)


def _with_rest(named: Sequence[FieldError], count: int) -> Sequence[FieldError]:
    """Return the faults that are named; the field of the last one says how many more there are."""
    if count == len(named):
        return named
    return [*named[:-1], replace(named[-1], field=f"{named[-1].field} … (+{count - len(named)})")]
