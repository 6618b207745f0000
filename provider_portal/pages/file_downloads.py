"""/t/tuo/lahetetty/…: the answer to a file as files, for people: their words, days and decimal mark."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response

from foundation.vocabulary.labels import UNITS
from foundation.vocabulary.languages import Language
from foundation.vocabulary.money import format_hundredths
from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.clock import now
from foundation.web.files import KINDS, large_csv_download, large_download
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.languages import N_, _, current_language
from foundation.web.limits import LARGE_EXPORT, limits_exports
from foundation.web.pages import not_found
from foundation.web.reasons import finding_text
from foundation.web.transaction import db
from provider_portal.disclosure.files import answer_writer, refused_rows_writer
from provider_portal.load.answer_file import AnswerForm
from provider_portal.load.charge_files import file_by_id
from provider_portal.load.refused_file import refused_kind

WORDS = {
    "file_row": N_("Row"),
    "reference": N_("Your reference"),
    "voucher": N_("Voucher code"),
    "service": N_("Service"),
    "service_day": N_("Service day"),
    "quantity": N_("How much"),
    "unit": N_("Unit"),
    "asked_unit_price": N_("Unit price you asked"),
    "asked_total": N_("Total you asked"),
    "outcome": N_("Status"),
    "duplicate": N_("Already known"),
    "price": N_("Price"),
    "county_pays": N_("County pays"),
    "co_payment": N_("Client pays"),
    "settlement": N_("Settlement"),
    "reason_codes": N_("Codes of the reasons"),
    "reasons": N_("Why"),
    "accepted": N_("Accepted"),
    "on_hold": N_("On hold"),
    "refused": N_("Refused"),
    "not_taken_in": N_("Not taken in"),
    "yes": N_("Yes"),
}
blueprint = Blueprint("provider_file_downloads", __name__)


@blueprint.get("/t/tuo/lahetetty/<int:file_id>/hylatyt.tiedosto")
@allow(*PROVIDER_ROLES)
@limits_exports(LARGE_EXPORT)
def download_refused(file_id: int) -> Response:
    """Download the refused rows in the form of the file, with their reasons."""
    stored = file_by_id(db(), current_provider_id(), file_id) or not_found()
    write = refused_rows_writer(db(), stored.id, finding_text, actor=current_actor(), now=now(), as_sent=True)
    kind = refused_kind(db(), stored.id)
    return large_download(write, f"kirjaukset-{stored.id}.refused.{kind}", KINDS[kind])


@blueprint.get("/t/tuo/lahetetty/<int:file_id>/vastaus.csv")
@allow(*PROVIDER_ROLES)
@limits_exports(LARGE_EXPORT)
def download_answer(file_id: int) -> Response:
    """Download what was asked and what is paid, row by row."""
    stored = file_by_id(db(), current_provider_id(), file_id) or not_found()
    write = answer_writer(db(), stored.id, _form(), actor=current_actor(), now=now())
    return large_csv_download(write, f"kirjaukset-{stored.id}.vastaus.csv")


def _form() -> AnswerForm:
    units = {code: unit.name for code, unit in UNITS.items()}
    words = {word: _(text) for word, text in (units | WORDS).items()}
    return AnswerForm(finding_text, words, _number, _day)


def _number(hundredths: int) -> str:
    """Return a number as a spreadsheet in the reader's language reads it, without spaces."""
    text = format_hundredths(hundredths)
    return text if current_language() is Language.EN else text.replace(".", ",")


def _day(day: date) -> str:
    """Return a day as a spreadsheet in the reader's language reads it."""
    is_english = current_language() is Language.EN
    return day.isoformat() if is_english else f"{day.day}.{day.month}.{day.year}"
