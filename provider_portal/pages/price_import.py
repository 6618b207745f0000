"""/t/palvelut/tuo: import a price list."""

from __future__ import annotations

from contextlib import nullcontext

from flask import Blueprint, render_template

from foundation.tabular.faults import UnreadableTableError
from foundation.tabular.import_report import ImportReport
from foundation.tabular.reading import read_table
from foundation.tabular.table import Table
from foundation.vocabulary.roles import PROVIDER_OWNERS
from foundation.web.clock import now
from foundation.web.files import table_fault_text
from foundation.web.forms import ChoiceField, FileField, Form, YesField, needed
from foundation.web.heavy import HEAVY_WORK
from foundation.web.identity import allow, current_actor, current_provider_id
from foundation.web.languages import N_, _, current_language
from foundation.web.large_bodies import FILE_BYTES, takes_upload
from foundation.web.pages import Page, Result
from foundation.web.transaction import db
from marketplace.actions.import_provider_prices import import_provider_prices
from marketplace.rules.price_rows import PRICE_LAYOUT
from provider_portal.labels import PRICE_COLUMNS
from provider_portal.load.catalogue import county_names

ROWS_SHOWN = 50
LONG_ROWS = 2_500
"""A longer list needs a place for heavy work."""
blueprint = Blueprint("provider_price_import", __name__, template_folder="../templates")


class ImportForm(Form):
    """A price list, and its county."""

    file = FileField(N_("Price list"), [needed(N_("Choose a file"))], hint=N_("CSV or XLSX"))
    county = ChoiceField(N_("County"), [needed(N_("Choose the county"))])
    only_try = YesField(N_("Only check it: change nothing yet"))


@blueprint.get("/t/palvelut/tuo")
@allow(*PROVIDER_OWNERS)
def show() -> Page:
    """Ask for the list, which is only checked unless the owner says otherwise."""
    return _page(_form(only_try=True), None)


@blueprint.post("/t/palvelut/tuo")
@takes_upload(FILE_BYTES)
@allow(*PROVIDER_OWNERS)
def take_in() -> Result:
    """Import the good rows and report the others."""
    form = _form()
    if not form.validate_on_submit():
        return _page(form, None)
    upload = form.file.data
    assert upload is not None  # the form has been validated
    try:
        table = read_table(upload.stream.read(), PRICE_LAYOUT)
    except UnreadableTableError as error:
        form.refuse("file", " ".join(table_fault_text(fault) for fault in error.faults))
        return _page(form, None)
    return _page(form, _import(table, form))


@blueprint.app_template_filter("price_column")
def price_column(name: str) -> str:
    """Return a column as the forms call it, with its name in the file."""
    return f"{_(PRICE_COLUMNS[name])} ({name})" if name in PRICE_COLUMNS else name


def _import(table: Table, form: ImportForm) -> ImportReport:
    is_long = table.row_count > LONG_ROWS
    with HEAVY_WORK.place(current_provider_id()) if is_long else nullcontext():
        return _imported(table, form)


def _imported(table: Table, form: ImportForm) -> ImportReport:
    return import_provider_prices(
        db(),
        table,
        county_id=int(form.county.data or 0),
        provider_id=current_provider_id(),
        dry_run=bool(form.only_try.data),
        actor=current_actor(),
        now=now(),
    )


def _form(**data: object) -> ImportForm:
    form = ImportForm(data=data)
    form.county.choices = [
        (str(county.id), county.name) for county in county_names(db(), current_language()).values()
    ]
    if len(form.county.choices) == 1:
        form.county.data = form.county.choices[0][0]
    return form


def _page(form: ImportForm, report: ImportReport | None) -> Page:
    return render_template(
        "provider_portal/price_import.html",
        form=form,
        report=report,
        refused=report.refused[:ROWS_SHOWN] if report else [],
        columns=PRICE_LAYOUT.columns,
    )
