"""Import a price list row by row: read it, compare it with the catalogue, place it, report refused rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.eligibility.facts.kinds import VatKind
from clearing.eligibility.rules.vat import vat_rate_hundredths
from clearing.ledger.write.audit import record
from foundation.tabular.import_report import ImportReport, Note, RefusedRow, RowFault
from foundation.tabular.table import Row, Table
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.load.price_shelf import Shelf, ShelfService
from marketplace.rules.imported_prices import Placed, ends_before_next
from marketplace.rules.price_rows import PriceRow, fault, read_price_row

Put = Callable[[PriceRow, ShelfService, int], Placed | Refusal | None]
"""Places a row of a service and a time class id, or returns why not; None: the same row is in force."""

Read = tuple[Row, PriceRow | list[RowFault]]


@dataclass(slots=True)
class Tally:
    """The rows so far, by what became of them; `good` are in force now."""

    imported: int = 0
    unchanged: int = 0
    refused: list[RefusedRow] = field(default_factory=list)
    good: list[PriceRow] = field(default_factory=list)


def walk_rows(table: Table, amount: str, shelf: Shelf, put: Put) -> Tally:
    """Place every readable row, in order of their first day."""
    tally = Tally()
    read = [(row, _readable(row, amount, shelf)) for row in table.rows()]
    firsts: defaultdict[tuple[str, str], list[date]] = defaultdict(list)
    for _, price in read:
        if isinstance(price, PriceRow):
            firsts[price.service, price.time_class].append(price.first_day)
    for days in firsts.values():
        days.sort()
    for row, price in _in_order_of_days(read):
        if isinstance(price, PriceRow):
            days = firsts[price.service, price.time_class]
            _take(tally, row, price, shelf, put, ends_before_next(days, price.first_day, price.last_day))
        else:
            tally.refused.append(RefusedRow(row.number, row.sent, price))
    tally.refused.sort(key=lambda refused: refused.number)
    return tally


def _in_order_of_days(read: Iterable[Read]) -> list[Read]:
    return sorted(read, key=lambda pair: pair[1].first_day if isinstance(pair[1], PriceRow) else date.min)


def _take(tally: Tally, row: Row, price: PriceRow, shelf: Shelf, put: Put, last_day: date | None) -> None:
    ending = replace(price, last_day=last_day)
    placed = put(ending, shelf.services[price.service], shelf.time_classes[price.time_class])
    if isinstance(placed, Refusal):
        tally.refused.append(RefusedRow(row.number, row.sent, [fault(placed.field, placed.code)]))
        return
    tally.good.append(price)
    tally.imported += placed is not None
    tally.unchanged += placed is None


def _readable(row: Row, amount: str, shelf: Shelf) -> PriceRow | list[RowFault]:
    """Return the row as read, or what is wrong with it, also compared with the catalogue."""
    if row.faults:
        return [RowFault.of_cell(found) for found in row.faults]
    price = read_price_row(row.cells, amount)
    if not isinstance(price, PriceRow):
        return price
    return _against_catalogue(price, shelf) or price


def _against_catalogue(price: PriceRow, shelf: Shelf) -> list[RowFault]:
    found = []
    service = shelf.services.get(price.service)
    if service is None:
        found.append(fault("service", "service_unknown"))
    elif service.unit != price.unit:
        found.append(fault("unit", "unit_mismatch"))
    if price.time_class not in shelf.time_classes:
        found.append(fault("time_class", "time_class_unknown"))
    if service is not None and price.vat_rate_hundredths is not None:
        rate = vat_rate_hundredths(VatKind(service.vat_kind), price.first_day)
        if rate != price.vat_rate_hundredths:
            found.append(fault("vat_rate", "vat_rate_wrong"))
    return found


def report_of(table: Table, tally: Tally, notes: list[Note]) -> ImportReport:
    """Return the report of an import."""
    return ImportReport(
        header=table.header,
        delimiter=table.delimiter,
        rows=table.row_count,
        imported=tally.imported,
        unchanged=tally.unchanged,
        refused=tuple(tally.refused),
        notes=tuple(notes),
    )


def audit_import(
    session: Session,
    act: str,
    county_id: int,
    report: ImportReport,
    actor: Actor,
    now: datetime,
    provider_id: int | None = None,
) -> None:
    """Write one audit row for a file that changed something."""
    if not report.imported:
        return
    detail = {"rows": report.rows, "taken": report.imported, "refused": len(report.refused)}
    subject = ("provider", provider_id) if provider_id is not None else ("county", county_id)
    record(session, actor=actor, now=now, act=act, subject=subject, county_id=county_id, detail=detail)
