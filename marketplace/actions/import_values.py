"""Import the county's values and price caps: good rows are stored, bad rows and holes are reported."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from foundation.tabular.import_report import ImportReport, Note
from foundation.tabular.table import Table
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.actions.walk_price_list import audit_import, rehearsal, remember, report_of, walk_rows
from marketplace.load.price_shelf import Prices, Shelf, ShelfService, lock_shelf, values_in_force
from marketplace.rules.imported_prices import ONE_DAY, Placed, place
from marketplace.rules.price_notes import notes_on_calendar, notes_on_classes, notes_on_times
from marketplace.rules.price_rows import PriceRow
from marketplace.write.service_values import end_value, store_value

HOUR = "hour"


def import_values(
    session: Session, table: Table, *, county_id: int, dry_run: bool, actor: Actor, now: datetime
) -> ImportReport:
    """Import the county's values and price caps; holes in the file and in the calendar become notes."""
    with rehearsal(session, dry_run=dry_run):
        shelf = lock_shelf(session, county_id)
        current = values_in_force(session, county_id)

        def put(row: PriceRow, service: ShelfService, time_class_id: int) -> Placed | Refusal | None:
            return _put_value(session, shelf, current, row, service, time_class_id)

        tally = walk_rows(table, "unit_value", shelf, put)
        notes = _notes(shelf, current, tally.good)
        report = report_of(table, tally, notes)
        audit_import(session, "values.import", county_id, report, actor, now)
    return report


def _put_value(
    session: Session,
    shelf: Shelf,
    current: Prices,
    row: PriceRow,
    service: ShelfService,
    time_class_id: int,
) -> Placed | Refusal | None:
    beside = current[service.id, time_class_id]
    says = (row.cents, row.cap_cents)
    placed = place(beside, row.first_day, row.last_day, says, locked_before=None)
    if not isinstance(placed, Placed):
        return placed
    if placed.closes is not None:
        end_value(session, placed.closes, placed.first_day - ONE_DAY)
    key = store_value(
        session,
        county_id=shelf.county_id,
        service_id=service.id,
        time_class_id=time_class_id,
        value_cents=row.cents,
        cap_cents=row.cap_cents,
        first_day=placed.first_day,
        last_day=placed.last_day,
    )
    remember(beside, placed, key, says)
    return placed


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
