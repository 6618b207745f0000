"""A client's charges as the client sees them, with their findings and the client's answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, bindparam, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from clearing.charges.load.charge_register import findings_of
from clearing.charges.rules.disputes import answer_by
from clearing.reasons import Finding
from foundation.database.columns import any_of_parameter
from foundation.database.tables.charge_answers import ChargeAnswer
from foundation.database.tables.charges import Charge
from foundation.database.tables.grants import Funding
from foundation.database.tables.providers import Offering, Provider
from foundation.database.tables.services import Service
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.money import Money, Quantity
from marketplace.load.names import Names
from marketplace.rules.cancelled_visits import StatedCancellation, stated_cancellation

SHOWN_STATES = ("accepted", "on_hold", "settled", "withdrawn", "rejected")
"""What concerns the client's money; a refused charge never did."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of the client, or of somebody for the client, to a charge."""

    answer: str
    why: str
    at: datetime

    @property
    def answer_by(self) -> date:
        """The last day on which the county and the provider look at what is not right."""
        return answer_by(helsinki_day(self.at))


@dataclass(frozen=True, slots=True)
class MyCharge:
    """A charge of a client. `corrects` is the charge that it corrects; its money is then negative."""

    id: int
    funding_id: int
    voucher: str
    client_id: int
    county_id: int
    provider: str
    business_id: str
    provider_phone: str
    service: str
    service_name: Names
    unit: str
    service_day: date
    starts_at: datetime | None
    ends_at: datetime | None
    quantity: Quantity
    price_cents: Money
    county_pays_cents: Money | None
    co_payment_cents: Money | None
    worker: str | None
    state: str
    corrects: int | None
    cancellation: StatedCancellation | None
    findings: tuple[Finding, ...]
    answer: Answer | None


def charges_of_fundings(
    session: Session, funding_ids: Iterable[int], *, first: int, count: int
) -> list[MyCharge]:
    """Return the charges of the fundings, newest service day first."""
    values = {"ids": list(funding_ids), "first": first, "count": count}
    return _read(session, _OF_FUNDINGS, values)


def count_charges(session: Session, funding_ids: Iterable[int]) -> int:
    """Return the number of charges that `charges_of_fundings` finds."""
    query = select(func.count()).where(
        Charge.funding_id.in_(list(funding_ids)),
        Charge.state.in_(SHOWN_STATES),
        Charge.service_day.is_not(None),
    )
    return session.scalar(query) or 0


def charge_by_id(session: Session, charge_id: int) -> MyCharge | None:
    """Return a charge of any client; the caller checks that the actor may see it."""
    found = _read(session, _query().where(Charge.id == charge_id, Charge.state.in_(SHOWN_STATES)))
    return found[0] if found else None


def confirmed_charges(session: Session, client_id: int, provider_id: int) -> list[MyCharge]:
    """Return the provider's charges that the client ever called right, with quantities after corrections."""
    right = select(ChargeAnswer.id).where(
        ChargeAnswer.charge_id == Charge.id, ChargeAnswer.answer == "confirmed"
    )
    query = _query().where(
        Funding.client_id == client_id,
        Charge.provider_id == provider_id,
        Charge.state.in_(("accepted", "settled")),
        Charge.corrects_id.is_(None),
        right.exists(),
    )
    found = _read(session, query)
    changes = select(Charge.original_id, func.sum(Charge.quantity_hundredths)).where(
        Charge.original_id.in_([charge.id for charge in found]), Charge.state.in_(("accepted", "settled"))
    )
    changed = {key: int(sum_ or 0) for key, sum_ in session.execute(changes.group_by(Charge.original_id))}
    return [replace(each, quantity=Quantity(each.quantity + changed.get(each.id, 0))) for each in found]


def charges_waiting_for_answer(session: Session, funding_ids: Iterable[int], since: date) -> int:
    """Return the number of accepted charges since a day that the client has not answered."""
    query = select(func.count()).where(*_waits_for_answer(funding_ids, since))
    return session.scalar(query) or 0


def oldest_charge_to_answer(session: Session, funding_ids: Iterable[int], since: date) -> MyCharge | None:
    """Return the oldest of the charges that `charges_waiting_for_answer` counts; None if there is none."""
    oldest = (Charge.service_day, Charge.starts_at.nulls_first(), Charge.id)
    query = _query().where(*_waits_for_answer(funding_ids, since)).order_by(None).order_by(*oldest)
    found = _read(session, query.limit(1))
    return found[0] if found else None


def _waits_for_answer(funding_ids: Iterable[int], since: date) -> list[ColumnElement[bool]]:
    answered = select(ChargeAnswer.id).where(ChargeAnswer.charge_id == Charge.id).exists()
    return [
        Charge.funding_id.in_(list(funding_ids)),
        Charge.status == "accepted",
        Charge.service_day >= since,
        Charge.corrects_id.is_(None),
        ~answered,
    ]


_SPENT_BY_DAY = (
    select(Charge.funding_id, Charge.service_day, func.sum(Charge.county_pays_cents))
    .where(
        Charge.funding_id == any_of_parameter(),
        Charge.state.in_(("accepted", "settled")),
        Charge.service_day.is_not(None),
    )
    .group_by(Charge.funding_id, Charge.service_day)
    .order_by(Charge.service_day)
)


def spent_by_day(session: Session, funding_ids: Iterable[int]) -> dict[int, list[tuple[date, Money]]]:
    """Return the county's share of accepted and settled charges by funding id and service day, net of
    corrections."""
    rows = session.execute(_SPENT_BY_DAY, {"ids": list(funding_ids)})
    found: defaultdict[int, list[tuple[date, Money]]] = defaultdict(list)
    for funding_id, day, cents in rows:
        if funding_id is not None and day is not None:
            found[funding_id].append((day, Money(int(cents or 0))))
    return found


_ANSWERS = (
    select(ChargeAnswer)
    .where(ChargeAnswer.charge_id == any_of_parameter())
    .ext(distinct_on(ChargeAnswer.charge_id))
    .order_by(ChargeAnswer.charge_id, ChargeAnswer.id.desc())
)


def answers_of(session: Session, charge_ids: Iterable[int]) -> dict[int, Answer]:
    """Return the newest answer by charge id."""
    rows = session.scalars(_ANSWERS, {"ids": list(charge_ids)})
    return {row.charge_id: Answer(row.answer, row.why, row.answered_at) for row in rows}


def _query() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Charge, Funding.voucher, Funding.client_id, Funding.county_id, Provider, Service, Offering.unit
        )
        .join(Funding, Funding.id == Charge.funding_id)
        .join(Provider, Provider.id == Charge.provider_id)
        .join(Service, Service.id == Charge.service_id)
        .outerjoin(Offering, Offering.id == Charge.offering_id)
        .where(Charge.service_day.is_not(None), Charge.price_cents.is_not(None))
        .order_by(Charge.service_day.desc(), Charge.starts_at.desc().nulls_last(), Charge.id.desc())
        .execution_options(populate_existing=True)
    )


_OF_FUNDINGS = (
    _query()
    .where(Charge.funding_id == any_of_parameter(), Charge.state.in_(SHOWN_STATES))
    .offset(bindparam("first", type_=Integer))
    .limit(bindparam("count", type_=Integer))
)


def _read(
    session: Session, query: Select[*tuple[Any, ...]], values: dict[str, Any] | None = None
) -> list[MyCharge]:
    rows = session.execute(query, values).all()
    ids = [row.Charge.id for row in rows]
    findings, answers = findings_of(session, ids), answers_of(session, ids)
    return [_charge(row, tuple(findings[row.Charge.id]), answers.get(row.Charge.id)) for row in rows]


def _charge(row: Any, findings: tuple[Finding, ...], answer: Answer | None) -> MyCharge:
    charge, service = row.Charge, row.Service
    return MyCharge(
        id=charge.id,
        funding_id=charge.funding_id,
        voucher=row.voucher,
        client_id=row.client_id,
        county_id=row.county_id,
        provider=row.Provider.name,
        business_id=row.Provider.business_id,
        provider_phone=row.Provider.phone,
        service=service.code,
        service_name=Names(service.name_fi, service.name_sv, service.name_en),
        unit=row.unit or service.unit,
        service_day=charge.service_day,
        starts_at=charge.starts_at,
        ends_at=charge.ends_at,
        quantity=Quantity(charge.quantity_hundredths),
        price_cents=Money(charge.price_cents),
        county_pays_cents=charge.county_pays_cents,
        co_payment_cents=charge.co_payment_cents,
        worker=charge.worker,
        state=charge.status,
        corrects=charge.corrects_id,
        cancellation=stated_cancellation(charge.sent),
        findings=findings,
        answer=answer,
    )
