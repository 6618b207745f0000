"""A client's own data as a zip file: a JSON document for programs, and a page that loads nothing."""

from __future__ import annotations

import io
import json
from datetime import date, datetime
from pathlib import Path
from typing import Final, cast
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from jinja2 import Environment, StrictUndefined

from foundation.vocabulary.dates import HELSINKI
from foundation.vocabulary.languages import Language
from foundation.vocabulary.look_labels import look_act_label
from foundation.vocabulary.money import format_hundredths
from foundation.web.catalogues import N_, translate
from foundation.web.formats import LOCALES, day_text, moment_text, money_text, number_text
from marketplace.rules.own_data import DataField, Form, KindRows, OwnData

FORMAT: Final = "omatori-own-data"
JSON_NAME, PAGE_NAME = "omat-tiedot.json", "omat-tiedot.html"
TEMPLATE: Final = Path(__file__).with_name("own_data.html")
MOST_COLUMNS: Final = 6
"""A kind with more fields than fit in a table is written as a list of each row's fields."""

FORMS: Final = {
    Form.TEXT: "text",
    Form.NUMBER: "a number",
    Form.DAY: "a day, YYYY-MM-DD",
    Form.MOMENT: "a time in UTC, ISO 8601",
    Form.MONEY: "euros, a text with a dot and two decimals",
    Form.QUANTITY: "units, a text with a dot and two decimals",
    Form.YES_NO: "true or false",
    Form.CODE: "a code; its labels are in `codes`",
    Form.SERVICE: "the code of a service; its labels are in `services`",
    Form.DOCUMENT: "a document of its own",
    Form.ACT: "an act of the audit log",
    Form.REASON: "text",
}
"""What the forms mean. It stands in the file, in English, beside the labels in the reader's language."""


def own_data_file(data: OwnData, language: Language) -> bytes:
    """Return the zip file: the same bytes for the same data and language."""
    document = json.dumps(own_data_json(data, language), ensure_ascii=False, indent=1)
    made_at = data.made_at.astimezone(HELSINKI).timetuple()[:6]
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, text in ((PAGE_NAME, own_data_page(data, language)), (JSON_NAME, document)):
            archive.writestr(ZipInfo(name, made_at), text.encode(), ZIP_DEFLATED)
    return file.getvalue()


def own_data_json(data: OwnData, language: Language) -> dict[str, object]:
    """Return the data as a JSON document (docs/own-data.md)."""
    return {
        "format": FORMAT,
        "language": language.value,
        "made_at": data.made_at.isoformat(),
        "county": data.county[language],
        "client": {"number": data.number, "name": data.name},
        "left_out": [translate(text, language) for text in data.left_out],
        "forms": {form.value: text for form, text in FORMS.items()},
        "services": {code: names[language] for code, names in sorted(data.services.items())},
        "kinds": [_kind(kind, language) for kind in data.kinds],
    }


def _kind(kind: KindRows, language: Language) -> dict[str, object]:
    names = [field.name for field in kind.kind.fields]
    return {
        "kind": kind.kind.code,
        "title": translate(kind.kind.title, language),
        "fields": [_field(field, language) for field in kind.kind.fields],
        "rows": [
            {
                name: _each(value, field.form)
                for name, field, value in zip(names, kind.kind.fields, row, strict=True)
            }
            for row in kind.rows
        ],
    }


def _field(field: DataField, language: Language) -> dict[str, object]:
    told: dict[str, object] = {
        "name": field.name,
        "label": translate(field.label, language),
        "form": field.form.value,
    }
    if field.codes:
        told["codes"] = {str(code): translate(text, language) for code, text in field.codes.items()}
    return told


def _each(value: object, form: Form) -> object:
    if isinstance(value, list) and form is not Form.DOCUMENT:
        return [_each(item, form) for item in value]
    if value is None or form is Form.DOCUMENT:
        return value
    if form in (Form.MONEY, Form.QUANTITY):
        return format_hundredths(cast("int", value))
    return value.isoformat() if isinstance(value, date) else value


def own_data_page(data: OwnData, language: Language) -> str:
    """Return the data as a page (HTML) that loads nothing, in the reader's language."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    page = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    said = {
        "title": N_("Everything that Omatori knows about you"),
        "left_out_title": N_("What is not here, and why"),
        "contents_title": N_("What is here"),
        "empty_title": N_("There is nothing of these"),
        "program": N_("Programs can read the other file: omat-tiedot.json."),
        "wrong": N_("Is something wrong? Tell the county. It must correct wrong data."),
    }
    return page.render(
        lang=LOCALES[language].partition("_")[0],
        client=f"{data.name}, {data.number}",
        county=data.county[language],
        made=translate("Made on %(time)s.", language, time=moment_text(data.made_at, language)),
        call=translate("Call us: %(phone)s.", language, phone=data.phone),
        left_out=[translate(text, language) for text in data.left_out],
        kinds=[_section(kind, data, language) for kind in data.kinds if kind.rows],
        empty=[translate(kind.kind.title, language) for kind in data.kinds if not kind.rows],
        **{name: translate(text, language) for name, text in said.items()},
    )


def _section(kind: KindRows, data: OwnData, language: Language) -> dict[str, object]:
    """Return a kind as the page shows it: whole documents are in the other file alone."""
    shown = [
        (place, field) for place, field in enumerate(kind.kind.fields) if field.form is not Form.DOCUMENT
    ]
    return {
        "code": kind.kind.code,
        "title": translate(kind.kind.title, language),
        "labels": [translate(field.label, language) for _place, field in shown],
        "is_table": len(shown) <= MOST_COLUMNS and len(kind.rows) > 1,
        "rows": [[_text(row[place], field, data, language) for place, field in shown] for row in kind.rows],
    }


def _text(value: object, field: DataField, data: OwnData, language: Language) -> str:
    """Return a value as a person reads it; empty if there is none."""
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(_text(item, field, data, language) for item in value)
    if field.form in (Form.MONEY, Form.QUANTITY):
        as_text = money_text if field.form is Form.MONEY else number_text
        return as_text(cast("int", value), language)
    if isinstance(value, datetime):
        return moment_text(value, language)
    if isinstance(value, date):
        return day_text(value, language)
    return _words(value, field, data, language)


def _words(value: object, field: DataField, data: OwnData, language: Language) -> str:
    if field.form is Form.YES_NO:
        return translate(N_("Yes") if value else N_("No"), language)
    if field.form is Form.ACT:
        return translate(look_act_label(str(value)), language)
    if field.form is Form.REASON:
        return translate(str(value), language) if value else ""
    if field.form is Form.SERVICE:
        names = data.services.get(str(value))
        return str(value) if names is None else names[language]
    label = field.codes.get(str(value))
    return str(value) if label is None else translate(label, language)
