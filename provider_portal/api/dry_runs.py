"""Dry runs of long charge files: how far they are, what would become of the rows, and taking the file in."""

from __future__ import annotations

from flask import url_for
from flask_smorest import Blueprint

from foundation.tabular.faults import UnreadableTableError
from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.api import Answer, not_there
from foundation.web.clock import now
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.transaction import db
from provider_portal.actions.queued_files import queue_file
from provider_portal.actions.sent_file import SentFile, read_sent
from provider_portal.actions.try_file import answer_of_trial, sent_file_of, try_later
from provider_portal.api.file_answers import file_out
from provider_portal.api.schemas import ChargeFileSchema
from provider_portal.api.uploads import unreadable_file
from provider_portal.load.file_trials import Trial, trial_of
from provider_portal.load.uploads import Waiting, waiting_file
from provider_portal.rules.kept_files import is_long
from provider_portal.write.uploads import forget_waiting, keep_waiting

blueprint = Blueprint(
    "provider_dry_runs", __name__, url_prefix="/api/v1", description="Dry runs of long charge files"
)


@blueprint.get("/charge-files/dry-runs/<int:dry_run_id>")
@allow(*PROVIDER_ROLES, scope=KeyScope.CHARGES_READ)
@blueprint.response(200, ChargeFileSchema)
def get_dry_run(dry_run_id: int) -> Answer:
    """Read how far a dry run is, and what would become of the first 1,000 rows when it is done."""
    trial = _own(dry_run_id)
    return file_out(answer_of_trial(db(), trial), dry_run_id=trial.id)


@blueprint.delete("/charge-files/dry-runs/<int:dry_run_id>")
@allow(*PROVIDER_ROLES, scope=KeyScope.CHARGES_SEND)
@blueprint.response(204)
def delete_dry_run(dry_run_id: int) -> None:
    """Stop a dry run and forget its file. Nothing has been stored."""
    forget_waiting(db(), _own(dry_run_id).id)


@blueprint.post("/charge-files/dry-runs/<int:dry_run_id>/take-in")
@allow(*PROVIDER_ROLES, scope=KeyScope.CHARGES_SEND)
@blueprint.response(202, ChargeFileSchema)
@blueprint.alt_response(200, schema=ChargeFileSchema, description="The same file has been taken in before")
def take_in(dry_run_id: int) -> Answer:
    """Send the file of a dry run as it was uploaded; its rows are decided afterwards, and none twice."""
    provider_id = current_provider_id()
    waiting = waiting_file(db(), provider_id, _own(dry_run_id).id) or not_there()
    file, actor = sent_file_of(waiting), current_actor()
    try:
        answer = queue_file(db(), provider_id=provider_id, file=file, actor=actor, now=now())
    except UnreadableTableError as error:
        raise unreadable_file(error) from error
    location = url_for("provider_charge_files.get_file", file_id=answer.id)
    return file_out(answer), 200 if answer.state == "done" else 202, {"Location": location}


def dry_run_later(provider_id: int, file: SentFile) -> Trial | None:
    """Keep a long file and queue its dry run; None if the file is short.

    Raises:
        UnreadableTableError: the file is not a table with these columns, or too many dry runs wait.
    """
    rows = read_sent(file).row_count
    if not is_long(file.data, rows):
        return None
    actor, at = current_actor(), now()
    file_id = keep_waiting(
        db(),
        provider_id=provider_id,
        name=file.name,
        data=file.data,
        mapping=file.mapping,
        actor=actor,
        now=at,
    )
    waiting = Waiting(file_id, file.name, file.data, file.mapping)
    try_later(db(), provider_id, waiting, rows, actor=actor, now=at)
    return trial_of(db(), provider_id, file_id)


def _own(dry_run_id: int) -> Trial:
    return trial_of(db(), current_provider_id(), dry_run_id) or not_there()
