"""Read a document of the view `funding_facts` as a fact. No database is needed.

The arrays are read by position; their SQL is in `foundation/database/functions`.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from clearing.grants.facts.funding import ChargedVisit, Choice, EarlierCharge, Funding, PeriodLimit, Terms
from clearing.grants.facts.kinds import (
    CarryOver,
    ChargeState,
    DecisionState,
    FundingKind,
    FundingState,
    Overrun,
)
from clearing.grants.rules.funding_terms import counts_units
from foundation.vocabulary.dates import ONE_DAY, DateWindow, PeriodKind
from foundation.vocabulary.money import Money, Quantity


def read_funding(row: Sequence[Any]) -> Funding:
    """Return a document of the view `funding_facts` or the function `charge_facts` as a fact."""
    document, granted, free, *units, choices, earlier, corrections = row
    granted_units, free_units, used_units, visits = units
    (key, county_id, voucher, number, kind, first, after, provider_id, ended_on) = document[:9]
    services, terms_rows, states, decisions, absences = document[9:14]
    terms = tuple(read_terms(row) for row in terms_rows or ())
    return Funding(
        id=key,
        county_id=county_id,
        voucher=voucher,
        client_number=number,
        kind=FundingKind(kind),
        window=DateWindow(_day(first), _day_before(after)),
        services=frozenset(services or ()),
        states=tuple((_day(day), FundingState(state)) for day, state in states or ()),
        decision_states=tuple((_day(day), DecisionState(state)) for day, state in decisions or ()),
        terms=terms,
        granted_cents=granted,
        free_cents=free,
        named_provider_id=provider_id,
        choices=tuple(_choice(row) for row in choices or ()),
        earlier=_net([_earlier(row) for row in sorted(earlier or ())], corrections or ()),
        client_ended_on=_day(ended_on) if ended_on else None,
        client_absences=tuple(_absence(row) for row in absences or ()),
        free_quantity=free_units if counts_units(terms) else None,
        granted_quantity=granted_units,
        used_quantity=used_units,
        charged_visits=tuple(ChargedVisit(row[0], _day(row[1]), *row[2:]) for row in visits or ()),
    )


def read_terms(row: Sequence[Any]) -> Terms:
    """Return one row of terms of a document as a fact."""
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
    key, offering_id, provider_id, first, last, held, held_units, until = row
    days, held_until = (_day(first), _day(last) if last else None), _day(until) if until else None
    return Choice(key, offering_id, provider_id, *days, held, held_units, held_until)


def _earlier(row: Sequence[Any]) -> EarlierCharge:
    key, provider_id, reference, service, day, start, end, *amounts, worker, state, choice_id = row
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
        choice_id,
    )


def _net(earlier: Sequence[EarlierCharge], corrections: Sequence[Sequence[int]]) -> tuple[EarlierCharge, ...]:
    """Return the charges less what corrections gave back, without those given back completely."""
    if not corrections:
        return tuple(earlier)
    netted = {charge.id: charge for charge in earlier}
    for original_id, quantity, price, county_pays in corrections:
        if (charge := netted.get(original_id)) is None:
            continue  # not among the charges near the days of the batch
        netted[original_id] = replace(
            charge,
            quantity=Quantity(charge.quantity + quantity),
            price_cents=Money(charge.price_cents + price),
            county_pays_cents=Money(charge.county_pays_cents + county_pays),
        )
    return tuple(charge for charge in netted.values() if charge.quantity or charge.price_cents)


def _absence(row: Sequence[Any]) -> DateWindow:
    first, after = row
    return DateWindow(_day(first), _day_before(after))


@lru_cache(maxsize=4096)
def _day_before(after: str | None) -> date:
    return date.max if after is None else date.fromisoformat(after) - ONE_DAY


_day = lru_cache(maxsize=4096)(date.fromisoformat)
