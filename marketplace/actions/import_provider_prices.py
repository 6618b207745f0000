"""Import a provider's price list: good rows are stored, bad rows are reported."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from foundation.tabular.import_report import ImportReport
from foundation.tabular.table import Table
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.actions.walk_price_list import audit_import, rehearsal, remember, report_of, walk_rows
from marketplace.load.price_shelf import (
    Prices,
    Shelf,
    ShelfService,
    lock_shelf,
    offerings_of,
    prices_in_force,
)
from marketplace.rules.imported_prices import ONE_DAY, Placed, place
from marketplace.rules.price_rows import PriceRow
from marketplace.rules.price_windows import DatedPrice
from marketplace.write.offerings import store_offering, store_price, update_price


def import_provider_prices(
    session: Session,
    table: Table,
    *,
    county_id: int,
    provider_id: int,
    dry_run: bool,
    actor: Actor,
    now: datetime,
) -> ImportReport:
    """Import a provider's prices; a service that it does not offer yet in the county becomes an offering."""
    with rehearsal(session, dry_run=dry_run):
        shelf = lock_shelf(session, county_id)
        offerings = offerings_of(session, provider_id, county_id)
        current = prices_in_force(session, list(offerings.values()))
        today = helsinki_day(now)

        def put(row: PriceRow, service: ShelfService, time_class_id: int) -> Placed | Refusal | None:
            if service.id not in offerings:
                offerings[service.id] = _offer(session, shelf, provider_id, service)
            return _put_price(session, current, row, offerings[service.id], time_class_id, today)

        tally = walk_rows(table, "unit_price", shelf, put)
        report = report_of(table, tally, [])
        audit_import(session, "prices.import", county_id, report, actor, now, provider_id)
    return report


def _put_price(
    session: Session,
    current: Prices,
    row: PriceRow,
    offering_id: int,
    time_class_id: int,
    today: date,
) -> Placed | Refusal | None:
    beside = current[offering_id, time_class_id]
    says = (row.cents,)
    placed = place(beside, row.first_day, row.last_day, says, locked_before=today)
    if not isinstance(placed, Placed):
        return placed
    if (former := placed.closes) is not None:
        last_day = placed.first_day - ONE_DAY
        update_price(session, DatedPrice(former.id, former.first_day, last_day, former.says[0] or 0))
    key = store_price(
        session,
        offering_id=offering_id,
        time_class_id=time_class_id,
        unit_price_cents=row.cents,
        first_day=placed.first_day,
        last_day=placed.last_day,
    )
    remember(beside, placed, key, says)
    return placed


def _offer(session: Session, shelf: Shelf, provider_id: int, service: ShelfService) -> int:
    """Store a basic offering, which the provider can describe later."""
    values = {
        "provider_id": provider_id,
        "county_id": shelf.county_id,
        "service_id": service.id,
        "title": service.name,
        "unit": service.unit,
        "languages": ["fi"],
        "municipalities": [],
    }
    return store_offering(session, values)
