"""Fundings as facts: terms, histories, choices, and the charges so far.

One plain statement reads a funding with all that belongs to it, for one funding or for thousands: it is
asked for every charge, so it is worth being quick (docs/decisions/0055).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from psycopg import Connection, Cursor
from sqlalchemy.orm import Session

from clearing.facts import (
    CarryOver,
    ChargeState,
    Choice,
    DecisionState,
    EarlierCharge,
    Funding,
    FundingKind,
    FundingState,
    Overrun,
    PeriodLimit,
    Terms,
)
from foundation.database.session import driver
from foundation.database.tables.grants import FundingTerms
from foundation.vocabulary.dates import DateWindow, PeriodKind
from foundation.vocabulary.money import Money, Quantity

_IDS = "f.id = ANY(%s::bigint[])"
_VOUCHERS = "f.voucher = ANY(%s::text[])"
"""Two ways to name fundings, each with its own index: one statement for both would be planned as a scan."""

_LOCK = """
SELECT funding_id FROM balance
WHERE funding_id IN (SELECT id FROM funding f WHERE {named}) ORDER BY funding_id FOR UPDATE
"""

_FUNDINGS = """
SELECT f.id, f.county_id, f.voucher, c.number, f.kind, lower(f.valid), upper(f.valid), f.provider_id,
  c.ended_on, b.granted_cents, b.free_cents,
  (SELECT json_agg(s.code) FROM funding_service fs JOIN service s ON s.id = fs.service_id
    WHERE fs.funding_id = f.id),
  (SELECT json_agg(json_build_array(t.from_day, t.unit_values, t.price_caps, t.free_of_charge, t.overrun,
      t.period, t.period_amount_cents, t.period_quantity_hundredths, t.carry, t.carry_share,
      t.quantity_hundredths) ORDER BY t.from_day)
    FROM funding_terms t WHERE t.funding_id = f.id),
  (SELECT json_agg(json_build_array(x.from_day, x.state) ORDER BY x.from_day, x.id)
    FROM funding_state x WHERE x.funding_id = f.id),
  (SELECT json_agg(json_build_array(x.from_day, x.state) ORDER BY x.from_day, x.id)
    FROM decision_state x WHERE x.county_id = f.county_id AND x.number = f.decision_number),
  (SELECT json_agg(json_build_array(h.id, h.offering_id, h.provider_id, h.starts_on, h.ends_on, h.held_cents)
      ORDER BY h.id)
    FROM choice h WHERE h.funding_id = f.id AND h.withdrawn_at IS NULL),
  (SELECT json_agg(json_build_array(e.id, e.provider_id, e.reference, s.code, e.service_day,
      extract(epoch FROM e.starts_at)::bigint, extract(epoch FROM e.ends_at)::bigint, e.quantity_hundredths,
      e.unit_price_cents, e.price_cents, coalesce(e.county_pays_cents, 0), e.worker, e.state) ORDER BY e.id)
    FROM charge e JOIN service s ON s.id = e.service_id
    WHERE e.funding_id = f.id AND e.state IN ('accepted', 'on_hold', 'settled') AND e.corrects_id IS NULL),
  (SELECT json_agg(json_build_array(k.original_id, k.quantity_hundredths, k.price_cents, k.county_pays_cents))
    FROM charge k WHERE k.funding_id = f.id AND k.original_id IS NOT NULL),
  (SELECT json_agg(json_build_array(lower(a.away), upper(a.away)) ORDER BY a.id)
    FROM client_absence a WHERE a.client_id = f.client_id)
FROM funding f JOIN client c ON c.id = f.client_id JOIN balance b ON b.funding_id = f.id
WHERE {named}
"""


def fundings(session: Session, funding_ids: Iterable[int], *, lock: bool) -> dict[int, Funding]:
    """The fundings as facts, by id; with `lock` their balances are locked first, in id order."""
    connection, ids = driver(session), list(funding_ids)
    with connection.pipeline():
        if lock:
            connection.execute(_LOCK.format(named=_IDS), (ids,), prepare=True)
        rows = connection.execute(_FUNDINGS.format(named=_IDS), (ids,), prepare=True)
    return {funding.id: funding for funding in read_fundings(rows)}


def lock_fundings(connection: Connection[Any], vouchers: Sequence[str]) -> None:
    """Lock the fundings' balances in id order until the transaction ends (docs/decisions/0051)."""
    connection.execute(_LOCK.format(named=_VOUCHERS), (list(vouchers),), prepare=True)


def ask_fundings(connection: Connection[Any], vouchers: Sequence[str]) -> Cursor[Any]:
    """Ask for the fundings, inside a pipeline; `read_fundings` makes facts of the answer.

    A statement of its own after the lock: it must see what those who held the lock before have written.
    """
    return connection.execute(_FUNDINGS.format(named=_VOUCHERS), (list(vouchers),), prepare=True)


def read_fundings(rows: Cursor[Any]) -> list[Funding]:
    """The answer of `ask_fundings` as facts."""
    return [_funding(row) for row in rows]


def _funding(row: Any) -> Funding:
    (key, county_id, voucher, number, kind, first, after, provider_id, ended_on, granted, free) = row[:11]
    services, terms, states, decisions, choices, earlier, corrections, absences = row[11:]
    return Funding(
        id=key,
        county_id=county_id,
        voucher=voucher,
        client_number=number,
        kind=FundingKind(kind),
        window=DateWindow(first, _day_before(after)),
        services=frozenset(services or ()),
        states=tuple((_day(day), FundingState(state)) for day, state in states or ()),
        decision_states=tuple((_day(day), DecisionState(state)) for day, state in decisions or ()),
        terms=tuple(_terms(one) for one in terms or ()),
        granted_cents=granted,
        free_cents=free,
        named_provider_id=provider_id,
        choices=tuple(_choice(one) for one in choices or ()),
        earlier=_net([_earlier(one) for one in earlier or ()], corrections or ()),
        client_ended_on=ended_on,
        client_absences=tuple(_absence(one) for one in absences or ()),
    )


def terms_of(row: FundingTerms) -> Terms:
    """One stored row of terms as a fact."""
    limit = (row.period, row.period_amount_cents, row.period_quantity_hundredths, row.carry, row.carry_share)
    told = (row.from_day.isoformat(), row.unit_values, row.price_caps, row.free_of_charge, row.overrun)
    return _terms([*told, *limit, row.quantity_hundredths])


def _terms(row: Sequence[Any]) -> Terms:
    return Terms(
        from_day=_day(row[0]),
        unit_values=row[1],
        price_caps=row[2],
        free_of_charge=row[3],
        overrun=Overrun(row[4]),
        period_limit=_period_limit(*row[5:10]) if row[5] else None,
        quantity_limit=row[10],
    )


def _period_limit(
    kind: str, amount: Money | None, quantity: Quantity | None, carry: str, share: int | None
) -> PeriodLimit:
    return PeriodLimit(PeriodKind(kind), amount, quantity, CarryOver(carry), share or 0)


def _choice(row: Sequence[Any]) -> Choice:
    key, offering_id, provider_id, first, last, held = row
    return Choice(key, offering_id, provider_id, _day(first), _day(last) if last else None, held)


def _earlier(row: Sequence[Any]) -> EarlierCharge:
    key, provider_id, reference, service, day, start, end, *amounts, worker, state = row
    quantity, unit_price, price, county_pays = amounts
    return EarlierCharge(
        key,
        provider_id,
        reference,
        service,
        _day(day),
        None if start is None else datetime.fromtimestamp(start, UTC),
        None if end is None else datetime.fromtimestamp(end, UTC),
        quantity,
        unit_price,
        price,
        county_pays,
        worker,
        ChargeState(state),
    )


def _net(earlier: Sequence[EarlierCharge], corrections: Sequence[Sequence[int]]) -> tuple[EarlierCharge, ...]:
    """The charges less what corrections gave back; one that was taken back whole is as if never sent."""
    if not corrections:
        return tuple(earlier)
    netted = {one.id: one for one in earlier}
    for original_id, quantity, price, county_pays in corrections:
        one = netted[original_id]
        netted[original_id] = replace(
            one,
            quantity=Quantity(one.quantity + quantity),
            price_cents=Money(one.price_cents + price),
            county_pays_cents=Money(one.county_pays_cents + county_pays),
        )
    return tuple(one for one in netted.values() if one.quantity or one.price_cents)


def _absence(row: Sequence[Any]) -> DateWindow:
    first, after = row
    return DateWindow(_day(first), _day_before(_day(after) if after else None))


def _day_before(after: date | None) -> date:
    return date.max if after is None else date.fromordinal(after.toordinal() - 1)


_day = date.fromisoformat
