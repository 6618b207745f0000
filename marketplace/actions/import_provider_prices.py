"""Import a provider's price list: good rows are stored, bad rows are reported."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from foundation.tabular.import_report import ImportReport
from foundation.tabular.table import Table
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal, not_refused
from foundation.vocabulary.roles import Actor
from marketplace.actions.edit_offering import edit_offering
from marketplace.actions.walk_price_list import audit_import, report_of, walk_rows
from marketplace.load.own_offerings import own_offering
from marketplace.load.price_shelf import (
    Prices,
    Shelf,
    ShelfService,
    load_shelf,
    lock_own_shelf,
    offerings_of,
    prices_in_force,
)
from marketplace.rules.described_services import described_services
from marketplace.rules.imported_prices import Placed
from marketplace.rules.price_book import PriceBook
from marketplace.rules.price_rows import PriceRow
from marketplace.rules.price_windows import DatedPrice
from marketplace.write.offerings import store_offering, store_prices, update_price


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
    today = helsinki_day(now)
    shelf = (
        load_shelf(session, county_id, today)
        if dry_run
        else lock_own_shelf(session, provider_id, county_id, today)
    )
    offerings = offerings_of(session, provider_id, county_id)
    book = PriceBook(_by_service(offerings, prices_in_force(session, list(offerings.values()))))

    def put(row: PriceRow, service: ShelfService, time_class_id: int) -> Placed | Refusal | None:
        key = (service.id, time_class_id)
        return book.put(key, row.first_day, row.last_day, (row.cents,), locked_before=today)

    tally = walk_rows(table, "unit_price", shelf, put)
    report = report_of(table, tally, [])
    if not dry_run:
        _store(session, shelf, provider_id, offerings, book)
        audit_import(session, "prices.import", county_id, report, actor, now, provider_id)
        offerings = offerings_of(session, provider_id, county_id)
        for service, values in described_services(tally.good).items():
            offering_id = offerings[shelf.services[service].id]
            _describe(session, provider_id, offering_id, values, actor, now)
    return report


def _describe(
    session: Session,
    provider_id: int,
    offering_id: int,
    values: Mapping[str, object],
    actor: Actor,
    now: datetime,
) -> None:
    """Change what the file says of an offering, if it says something new."""
    current = own_offering(session, provider_id, offering_id)
    new = {name: value for name, value in values.items() if getattr(current, name) != value}
    if new:
        edited = edit_offering(
            session, provider_id=provider_id, offering_id=offering_id, values=new, actor=actor, now=now
        )
        not_refused(edited)


def _by_service(offerings: Mapping[int, int], prices: Prices) -> Prices:
    """Return the prices of offerings by service id."""
    found: Prices = defaultdict(list)
    service_of = {offering_id: service_id for service_id, offering_id in offerings.items()}
    for (offering_id, time_class_id), current in prices.items():
        found[service_of[offering_id], time_class_id] = current
    return found


def _store(
    session: Session, shelf: Shelf, provider_id: int, offerings: Mapping[int, int], book: PriceBook
) -> None:
    """Store what ends and what is new, with an offering for each service that has none."""
    for former in book.ended.values():
        price = DatedPrice(former.id, former.first_day, former.last_day, former.says[0] or 0)
        update_price(session, price)
    new = list(book.new_prices())
    services = {service.id: service for service in shelf.services.values()}
    known = dict(offerings)
    for (service_id, _), _ in new:
        if service_id not in known:
            known[service_id] = _offer(session, shelf, provider_id, services[service_id])
    store_prices(session, [((known[key[0]], key[1]), price) for key, price in new])


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
