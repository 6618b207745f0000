"""Files that are imported: read as tables, and refused rows written beside them with reasons."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from foundation.tabular.faults import UnreadableTableError
from foundation.tabular.import_report import ImportReport, RefusedRow, write_refused_rows
from foundation.tabular.mapping import Mapping
from foundation.tabular.mapping_file import parse_mapping
from foundation.tabular.reading import read_table
from foundation.tabular.table import Layout, Table
from foundation.vocabulary.languages import Language
from foundation.web.languages import translate


def read_import(file: Path, layout: Layout, mapping: Path | None) -> Table:
    """Read the file as a table; an unreadable one ends the command with every fault."""
    try:
        read: Mapping | None = parse_mapping(mapping.read_text(encoding="utf-8")) if mapping else None
        return read_table(file.read_bytes(), layout, mapping=read)
    except UnreadableTableError as error:
        faults = [
            f"{fault.code.value}" + (f" {fault.about}" if fault.about else "") + _at_row(fault.row)
            for fault in error.faults
        ]
        raise click.ClickException("The file cannot be read: " + "; ".join(faults)) from error


def _at_row(row: int | None) -> str:
    return "" if row is None else f" (row {row})"


def write_refused_file(file: Path, report: ImportReport) -> Path | None:
    """Write FILE.refused.csv and return its path; without refused rows delete an earlier one."""
    target = file.with_name(file.name + ".refused.csv")
    if not report.refused:
        target.unlink(missing_ok=True)
        return None
    target.write_bytes(write_refused_rows(report, english))
    return target


def english(text: str, **values: str) -> str:
    """Return the English text of a msgid."""
    return translate(text, Language.EN, **values)


def refused_as_json(row: RefusedRow) -> dict[str, Any]:
    """Return a refused row with its reasons as JSON."""
    reasons = [
        {"field": fault.field, "code": fault.code, "detail": english(fault.text, field=fault.field)}
        for fault in row.faults
    ]
    return {"row": row.number, "reasons": reasons}
