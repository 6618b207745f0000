"""/tt/hinnat/tuo: values, prices, decisions and providers from a file, checked first, reported row by row."""

from __future__ import annotations

import secrets
from functools import partial
from typing import Any

from flask import Blueprint, render_template, request

from clearing.grants.actions.import_decisions import import_decisions
from clearing.grants.reading.decision_rows import DECISION_LAYOUT
from clearing.grants.rules.grant_warnings import OVER_APPROPRIATION
from county_desk.load.catalogue import county_code
from county_desk.pages.worded_form import WordedForm
from foundation.tabular.faults import UnreadableTableError
from foundation.tabular.import_report import ImportReport, write_refused_rows
from foundation.tabular.mapping_file import parse_mapping
from foundation.tabular.reading import read_table
from foundation.tabular.table import Layout, Table
from foundation.vocabulary.identity_codes import hash_identity_code
from foundation.vocabulary.keys import KeyPurpose
from foundation.vocabulary.roles import Role
from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.files import csv_download, table_fault_text
from foundation.web.forms import ChoiceField, FileField, TextField, YesField, needed
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _
from foundation.web.large_bodies import FILE_BYTES, takes_upload
from foundation.web.pages import Page, Result
from foundation.web.state import shell
from foundation.web.transaction import db
from marketplace.actions.import_provider_prices import import_provider_prices
from marketplace.actions.import_providers import import_providers
from marketplace.actions.import_values import import_values
from marketplace.labels import note_text
from marketplace.load.register import provider_id_of
from marketplace.rules.price_rows import PRICE_LAYOUT, VALUE_LAYOUT
from marketplace.rules.provider_rows import PROVIDER_LAYOUT

blueprint = Blueprint("county_imports", __name__, template_folder="../templates")
ROWS_SHOWN = 50
REFUSED_AS_FILE = "refused"
"""The button that asks for the refused rows as a file. The file is sent again and only checked: a page that
holds the refused rows of a 25 MB file is 30 MB."""

LAYOUTS: dict[str, Layout] = {
    "values": VALUE_LAYOUT,
    "prices": PRICE_LAYOUT,
    "decisions": DECISION_LAYOUT,
    "providers": PROVIDER_LAYOUT,
}


class ImportForm(WordedForm):
    """What, from which file, and whether only to try."""

    what = ChoiceField(
        N_("What is in the file?"),
        [needed(N_("Choose one"))],
        choices=[
            ("values", N_("The county's values and price caps")),
            ("prices", N_("One provider's prices")),
            ("decisions", N_("Decisions, one funding on a row")),
            ("providers", N_("Providers and their approvals")),
        ],
    )
    provider = TextField(N_("Business ID of the provider"), hint=N_("Only for one provider's prices."))
    file = FileField(N_("File"), [needed(N_("Choose a file"))], hint=N_("CSV or XLSX, at most 100,000 rows"))
    mapping = FileField(N_("Column mapping"), hint=N_("A TOML file, only if the columns have other names."))
    only_try = YesField(N_("Only check it: change nothing yet"))
    over = YesField(N_("Grant decisions that go over the appropriation too"))


@blueprint.get("/tt/hinnat/tuo")
@allow(Role.WORKER)
def show() -> Page:
    """Ask for the file."""
    return _page(ImportForm(data={"what": "values", "only_try": True}), None)


@blueprint.post("/tt/hinnat/tuo")
@takes_upload(FILE_BYTES)
@allow(Role.WORKER)
def take_in() -> Result:
    """Import the good rows, or only check them, and report the others, or answer these as a file."""
    form = ImportForm()
    as_file = request.form.get("answer") == REFUSED_AS_FILE
    report = _report(form, dry_run=as_file) if form.validate_on_submit() else None
    if report is not None and report.refused and as_file:
        return csv_download(write_refused_rows(report, _), "hylatyt.refused.csv")
    return _page(form, report)


def _page(form: ImportForm, report: ImportReport | None) -> Page:
    return render_template(
        "county_desk/import.html",
        form=form,
        report=report,
        notes=[note_text(note, _) for note in report.notes] if report else [],
        shown=report.refused[:ROWS_SHOWN] if report else [],
        left_out=len(report.refused) - ROWS_SHOWN if report else 0,
        columns={what: ";".join(layout.columns) for what, layout in LAYOUTS.items()},
    )


def _report(form: ImportForm, *, dry_run: bool) -> ImportReport | None:
    try:
        table = _table(form)
    except UnreadableTableError as error:
        for fault in error.faults:
            form.refuse("file", table_fault_text(fault))
        return None
    common = {"dry_run": dry_run or bool(form.only_try.data), "actor": current_actor(), "now": now()}
    return _take_in(form, table, common)


def _table(form: ImportForm) -> Table:
    mapping = form.mapping.data
    text = mapping.stream.read().decode("utf-8", errors="replace") if mapping else ""
    upload = form.file.data
    assert upload is not None  # the form has been validated
    data = upload.stream.read()
    return read_table(data, LAYOUTS[form.what.data], mapping=parse_mapping(text) if text.strip() else None)


def _take_in(form: ImportForm, table: Table, common: dict[str, Any]) -> ImportReport | None:
    county_id = current_actor().county_id or 0
    if form.what.data == "values":
        return import_values(db(), table, county_id=county_id, **common)
    if form.what.data == "providers":
        return import_providers(db(), table, county_id=county_id, **common)
    if form.what.data == "decisions":
        hash_code = partial(hash_identity_code, keys=shell().settings.keys(KeyPurpose.IDENTITY))
        code = county_code(db(), county_id)
        common |= {"county": code, "hash_code": hash_code, "random_bits": secrets.randbits}
        common |= {"acknowledged": [OVER_APPROPRIATION] if form.over.data else []}
        return import_decisions(db(), table, **common)
    provider_id = provider_id_of(db(), (form.provider.data or "").strip())
    if provider_id is None:
        form.refuse("provider", _("There is no provider with this business ID."))
        return None
    return import_provider_prices(db(), table, county_id=county_id, provider_id=provider_id, **common)
