"""Import the county's values and price caps: good rows are stored, bad rows and holes are reported."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from foundation.tabular.import_report import ImportReport, Note
from foundation.tabular.table import Table
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.actions.walk_price_list import audit_import, report_of, walk_rows
from marketplace.load.price_shelf import Prices, Shelf, ShelfService, load_shelf, lock_shelf, values_in_force
from marketplace.rules.imported_prices import Placed
from marketplace.rules.price_book import PriceBook
from marketplace.rules.price_notes import notes_on_calendar, notes_on_classes, notes_on_times
from marketplace.rules.price_rows import PriceRow
from marketplace.write.service_values import end_values, store_values

HOUR = "hour"


def import_values(
    session: Session, table: Table, *, county_id: int, dry_run: bool, actor: Actor, now: datetime
) -> ImportReport:
    """Import the county's values and price caps; holes in the file and in the calendar become notes."""
    load = load_shelf if dry_run else lock_shelf
    shelf = load(session, county_id, helsinki_day(now))
    book = PriceBook(values_in_force(session, county_id))

    def put(row: PriceRow, service: ShelfService, time_class_id: int) -> Placed | Refusal | None:
        key, says = (service.id, time_class_id), (row.cents, row.cap_cents)
        return book.put(key, row.first_day, row.last_day, says, locked_before=None)

    tally = walk_rows(table, "unit_value", shelf, put)
    report = report_of(table, tally, _notes(shelf, book.current, tally.good))
    if not dry_run:
        end_values(session, book.ended.values())
        store_values(session, county_id, book.new_prices())
        audit_import(session, "values.import", county_id, report, actor, now)
    return report


def _notes(shelf: Shelf, current: Prices, good: list[PriceRow]) -> list[Note]:
    names = {number: code for code, number in shelf.time_classes.items()}
    hourly = {
        code: {names[key] for service_id, key in current if service_id == shelf.services[code].id}
        for code in dict.fromkeys(row.service for row in good)
        if shelf.services[code].unit == HOUR
    }
    if not hourly:
        return []
    return [
        *notes_on_times(good),
        *notes_on_calendar(shelf.calendar),
        *notes_on_classes(hourly, shelf.calendar),
    ]
