"""/t/tuo/…/sarakkeet: match the file's columns with ours; the mapping can be saved for the next file."""

from __future__ import annotations

import json
from collections.abc import Mapping as Values
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from foundation.tabular.faults import TableFaultCode, UnreadableTableError
from foundation.tabular.header import SEARCHED_ROWS
from foundation.tabular.mapping import Mapping
from foundation.tabular.reading import read_layout, read_top
from foundation.vocabulary.labels import CHARGE_FIELDS, UNITS
from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.clock import now
from foundation.web.files import table_fault_text
from foundation.web.forms import ChoiceField, Form, TextField, at_most, needed
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.languages import N_, _, current_language
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db
from marketplace.load.catalogue import services
from marketplace.load.own_offerings import own_offerings
from provider_portal.load.uploads import Waiting, waiting_file
from provider_portal.reading.invoice_file import is_invoice
from provider_portal.rules.charge_columns import CHARGE_LAYOUT, FILE_COLUMNS
from provider_portal.rules.likely_columns import likely_columns
from provider_portal.write.uploads import save_mapping, set_mapping

blueprint = Blueprint("provider_mappings", __name__, template_folder="../templates")


ENCODINGS = ("utf-8", "cp1252", "iso-8859-15", "utf-16")
ALWAYS = "always:"
"""Begins a choice that gives every row the same value."""

UNIT_WORDS = {
    "hour": ("h", "t", "tunti", "tuntia", "tim", "timme", "timmar", "hours"),
    "visit": ("käynti", "käyntiä", "kerta", "krt", "besök", "visits"),
    "day": ("pv", "vrk", "päivä", "vuorokausi", "dygn", "dag", "days"),
    "night": ("yö", "natt", "nights"),
    "month": ("kk", "kuukausi", "månad", "mån", "months"),
    "km": ("kilometri", "kilometer"),
    "piece": ("kpl", "kappale", "st", "pcs", "pieces"),
}
CANCEL_WORDS = {
    "client_cancelled": ("asiakas perui", "perui", "peruutus", "klienten avbokade", "avbokning"),
    "client_ill": ("sairas", "sairaus", "asiakas sairas", "sjuk", "sjukdom", "ill"),
    "client_absent": ("poissa", "ei paikalla", "frånvarande", "inte på plats", "absent"),
    "other": ("muu", "muu syy", "annan", "annan orsak"),
}
SENDERS_WORDS = {"unit": UNIT_WORDS, "cancel_reason": CANCEL_WORDS}
"""Words that senders use for our codes, by column."""

FEWEST_LIKELY = 3
"""A first row with fewer names that we know may as well be one of values."""


class MappingForm(Form):
    """The format of the file; `_form` adds a field for each column, and the sheet if there are several."""

    header_row = ChoiceField(
        N_("On which row are the column names?"),
        choices=[(str(row), str(row)) for row in range(1, SEARCHED_ROWS + 1)],
        dropdown=True,
    )
    encoding = ChoiceField(
        N_("Character encoding"),
        choices=[(code, code.upper()) for code in ENCODINGS],
        dropdown=True,
    )
    day_format = ChoiceField(
        N_("Date format"),
        choices=[("", "21.11.2026, 2026-11-21"), ("m/d/yyyy", "11/21/2026"), ("yyyymmdd", "20261121")],
        dropdown=True,
    )
    name = TextField(
        N_("Save these choices under the name"),
        [at_most(60, N_("At most %(length)s characters"))],
        hint=N_("Leave empty to use them for this file only"),
    )


@blueprint.get("/t/tuo/<int:file_id>/sarakkeet")
@allow(*PROVIDER_ROLES)
def show(file_id: int) -> Result:
    """Show the file's columns beside ours. An invoice has none."""
    waiting = _waiting(file_id)
    if is_invoice(waiting.data):
        return redirect(url_for("provider_uploads.try_out", file_id=file_id))
    encoding = request.args.get("encoding") or _likely_encoding(waiting.data)
    return _page(waiting, _form(waiting, encoding, request.args))


@blueprint.post("/t/tuo/<int:file_id>/sarakkeet")
@allow(*PROVIDER_ROLES)
def choose(file_id: int) -> Result:
    """Store the mapping with the file and check the file."""
    waiting = _waiting(file_id)
    form = _form(waiting, request.form.get("encoding", "utf-8"), request.form)
    if not form.validate_on_submit():
        return _page(waiting, form)
    _keep(waiting, _written(form), form.name.data or "")
    return redirect(url_for("provider_uploads.try_out", file_id=file_id))


def has_other_names(data: bytes, error: UnreadableTableError) -> bool:
    """Return whether a file cannot be read only because its columns have names that senders use, not ours."""
    codes = {fault.code for fault in error.faults}
    if not codes <= {TableFaultCode.FILE_NO_HEADER, TableFaultCode.COLUMN_MISSING}:
        return False
    found = Mapping(encoding=_likely_encoding(data))
    try:
        _sheets, row = read_layout(data, found)
        header, _example = read_top(data, replace(found, header_row=row))
    except UnreadableTableError:
        return False
    likely = {column for column, name in _likely_names(header).items() if name}
    if TableFaultCode.FILE_NO_HEADER in codes:
        return len(likely) >= FEWEST_LIKELY
    return {fault.about for fault in error.faults} <= likely


def _keep(waiting: Waiting, mapping: str, name: str) -> None:
    set_mapping(db(), waiting.id, mapping)
    if name:
        provider_id, actor = current_provider_id(), current_actor()
        save_mapping(db(), provider_id=provider_id, name=name, mapping=mapping, actor=actor, now=now())


def _waiting(file_id: int) -> Waiting:
    return waiting_file(db(), current_provider_id(), file_id) or not_found()


def _likely_encoding(data: bytes) -> str:
    """Return the encoding to propose; a person sees the text and decides."""
    try:
        read_top(data, Mapping(encoding="utf-8"))
    except UnreadableTableError as error:
        codes = {fault.code for fault in error.faults}
        if TableFaultCode.FILE_UTF16 in codes:
            return "utf-16"
        return "cp1252" if TableFaultCode.FILE_NOT_UTF8 in codes else "utf-8"
    return "utf-8"


def _form(waiting: Waiting, encoding: str, asked: Values[str, str]) -> MappingForm:
    """Return the form with one choice for each of our columns; the likely column is preselected.

    The columns are those of the sheet and the row that were asked for, else of the likely ones.
    """
    found = Mapping(encoding=encoding if encoding in ENCODINGS else "utf-8", sheet=asked.get("sheet", ""))
    header: tuple[str, ...] = ()
    example: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    row, fault = 1, ""
    try:
        sheets, likely_row = read_layout(waiting.data, found)
        row = _row_asked(asked) or likely_row
        header, example = read_top(waiting.data, replace(found, header_row=row))
    except UnreadableTableError as error:
        fault = table_fault_text(error.faults[0])
    from_file = [(name, f"{name}: {text[:30]}") for name, text in zip(header, example, strict=True) if name]
    fields = {f"from_{column}": _choice(column, from_file) for column in FILE_COLUMNS}
    likely = {f"from_{column}": name for column, name in _likely_names(header).items()}
    if len(sheets) > 1:
        fields["sheet"] = ChoiceField(N_("Sheet"), choices=[(name, name) for name in sheets], dropdown=True)
    values = {"encoding": found.encoding, "sheet": found.sheet, "header_row": str(row), **likely}
    form: MappingForm = type("ColumnsForm", (MappingForm,), fields)(data=values)
    if fault:
        form.refuse(None, fault)
    return form


def _likely_names(header: Sequence[str]) -> dict[str, str]:
    return likely_columns(FILE_COLUMNS, header, {column: _(label) for column, label in CHARGE_FIELDS.items()})


def _row_asked(asked: Values[str, str]) -> int | None:
    text = asked.get("header_row", "")
    return int(text) if text.isdecimal() and 1 <= int(text) <= SEARCHED_ROWS else None


def _choice(column: str, from_file: Sequence[tuple[str, str]]) -> Any:
    is_needed = column in CHARGE_LAYOUT.required
    nothing = ("", _("Choose") if is_needed else _("Not in the file"))
    checks = [needed(N_("Choose where this comes from"))] if is_needed else []
    return ChoiceField(
        CHARGE_FIELDS[column],
        checks,
        choices=[nothing, *dict(from_file).items(), *_constants(column)],
        dropdown=True,
    )


def _constants(column: str) -> list[tuple[str, str]]:
    """Return the values that can be the same on every row."""
    if column == "unit":
        labels = {code: _(unit.name) for code, unit in UNITS.items()}
    elif column == "service":
        offered = {offering.service for offering in own_offerings(db(), current_provider_id())[0]}
        labels = {
            service.code: service.name.in_language(current_language())
            for service in services(db())
            if service.code in offered
        }
    else:
        labels = {}
    return [(f"{ALWAYS}{code}", _("Always: %(what)s", what=text)) for code, text in labels.items()]


def _written(form: MappingForm) -> str:
    chosen = {column: form[f"from_{column}"].data or "" for column in FILE_COLUMNS}
    columns = {column: _source(column, source) for column, source in chosen.items() if source}
    entries = {"encoding": form.encoding.data, "day_format": form.day_format.data or "", "columns": columns}
    entries["header_row"] = int(form.header_row.data or 1)
    if "sheet" in form:
        entries["sheet"] = form["sheet"].data
    return json.dumps(entries, ensure_ascii=False, sort_keys=True)


def _source(column: str, source: str) -> dict[str, Any]:
    if source.startswith(ALWAYS):
        return {"constant": source.removeprefix(ALWAYS)}
    if column not in SENDERS_WORDS:
        return {"column": source}
    words = {word: code for code, synonyms in SENDERS_WORDS[column].items() for word in (code, *synonyms)}
    return {"column": source, "words": words}


def _page(waiting: Waiting, form: MappingForm) -> Page:
    fields = [form[f"from_{column}"] for column in FILE_COLUMNS]
    return render_template("provider_portal/mapping.html", waiting=waiting, form=form, fields=fields)
