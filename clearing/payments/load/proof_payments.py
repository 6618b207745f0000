"""Settlements, runs, payments and providers' payables as the ledger says, beside what is stored."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, select, true
from sqlalchemy.orm import Session

from clearing.ledger.load.proof_fundings import MOST_REPORTED, Difference, differences
from clearing.ledger.load.proof_sums import unequal
from clearing.ledger.rules.postings import Account, Event
from clearing.payments.load.payment_runs import run_contents
from clearing.payments.rules.settling import end_to_end_id, payment_reference
from foundation.database.tables.charges import Charge
from foundation.database.tables.counties import County
from foundation.database.tables.ledger import Posting
from foundation.database.tables.payments import (
    OWED_RUN_STATES,
    Payment,
    PaymentRun,
    Settlement,
    SettlementCharge,
    settled_charges,
)
from foundation.database.tables.providers import Provider
from foundation.database.tables.recoveries import Recovery

_AFTER = Charge.after_settlement.is_(True)


def frozen_against_charges(session: Session, run_id: int | None = None) -> list[Difference]:
    """Every frozen charge is in a settlement of a run that was not cancelled, is accepted, and costs the
    same."""
    kept, cost = SettlementCharge, SettlementCharge.county_pays_cents
    funding_id = case((_AFTER, None), else_=Charge.funding_id)
    expected = func.concat_ws(" ", Charge.state, Charge.county_pays_cents, funding_id)
    found = func.concat_ws(" ", case((PaymentRun.id.is_(None), "nowhere"), else_="accepted"), cost)
    found = func.concat_ws(" ", found, kept.funding_id)
    query = (
        select(func.concat(literal("charge:"), kept.charge_id), expected, found, Charge.county_id)
        .outerjoin(Charge, Charge.id == kept.charge_id)
        .outerjoin(Settlement, Settlement.id == kept.settlement_id)
        .outerjoin(PaymentRun, and_(PaymentRun.id == Settlement.run_id, PaymentRun.state != "cancelled"))
        .where(_of_run(run_id), expected != found, func.coalesce(PaymentRun.state, "") != "prepared")
        .order_by(kept.charge_id)
    )
    return differences(session, "frozen_charge", query)


def settlements_against_charges(session: Session, run_id: int | None = None) -> list[Difference]:
    """An approved settlement has the charges, and the sum, that it was frozen with."""
    cents = SettlementCharge.county_pays_cents
    frozen = (
        select(SettlementCharge.settlement_id, func.sum(cents).label("sum"), func.count().label("count"))
        .join(Settlement, Settlement.id == SettlementCharge.settlement_id)
        .join(PaymentRun, PaymentRun.id == Settlement.run_id)
        .where(_of_run(run_id), PaymentRun.state.in_(OWED_RUN_STATES))
        .group_by(SettlementCharge.settlement_id)
    )
    said = (
        select(
            Settlement.id.label("settlement_id"),
            Settlement.sum_cents.label("sum"),
            Settlement.charge_count.label("count"),
        )
        .join(PaymentRun, PaymentRun.id == Settlement.run_id)
        .where(_of_run(run_id), PaymentRun.state.in_(OWED_RUN_STATES))
    )
    differ = unequal(("sum", "count"), keys=("settlement_id",), expected=[frozen], found=[said])
    found: list[Difference] = []
    for name in ("sum", "count"):
        expected, stored = differ.c[f"{name}_expected"], differ.c[f"{name}_found"]
        query = (
            select(func.concat("settlement:", Settlement.id), expected, stored, Settlement.county_id)
            .join(differ, differ.c.settlement_id == Settlement.id)
            .where(expected != stored)
            .order_by(Settlement.id)
        )
        found += differences(session, f"settlement_{name}", query)
    return found


def settlements_against_ledger(session: Session, run_id: int | None = None) -> list[Difference]:
    """What a run posted to a provider's payable is what its settlement froze, later corrections apart."""
    by_ledger = select(Posting.run_id, Posting.provider_id, Posting.amount_cents.label("cents")).where(
        Posting.event == Event.SETTLE.value, _posted_by(run_id)
    )
    by_charges = (
        select(
            Settlement.run_id,
            Settlement.provider_id,
            func.sum(SettlementCharge.county_pays_cents).label("cents"),
        )
        .join(Settlement, Settlement.id == SettlementCharge.settlement_id)
        .join(PaymentRun, PaymentRun.id == Settlement.run_id)
        .where(_of_run(run_id), PaymentRun.state.in_(OWED_RUN_STATES))
        .where(SettlementCharge.funding_id.is_not(None))
        .group_by(Settlement.run_id, Settlement.provider_id)
    )
    keys = ("run_id", "provider_id")
    differ = unequal(("cents",), keys=keys, expected=[by_ledger], found=[by_charges])
    same = and_(differ.c.run_id == Settlement.run_id, differ.c.provider_id == Settlement.provider_id)
    query = (
        select(
            func.concat(literal("settlement:"), Settlement.id),
            differ.c.cents_expected,
            differ.c.cents_found,
            Settlement.county_id,
        )
        .join(differ, same)
        .order_by(Settlement.id)
    )
    return differences(session, "settlement_postings", query)


def payables_against_ledger(session: Session) -> list[Difference]:
    """A provider's payable in a county is what was settled and not paid, later corrections, and claims."""
    settled = (
        select(Settlement.county_id, Settlement.provider_id, Settlement.sum_cents.label("cents"))
        .join(PaymentRun, PaymentRun.id == Settlement.run_id)
        .where(PaymentRun.state.in_(OWED_RUN_STATES))
    )
    paid = select(Payment.county_id, Payment.provider_id, -Payment.sum_cents).where(
        Payment.state.in_(("sent", "confirmed"))
    )
    over = settled_charges
    corrected = (
        select(Charge.county_id, Charge.provider_id, Charge.county_pays_cents)
        .outerjoin(over, over.c.charge_id == Charge.id)
        .where(Charge.state == "accepted", _AFTER, over.c.charge_id.is_(None))
    )
    claimed = select(Recovery.county_id, Recovery.provider_id, Recovery.amount_cents)
    owed = settled.union_all(paid, corrected, claimed).subquery()
    expected = _by_provider(owed, "owed")
    posted = _by_provider(_payable_movements().subquery(), "posted")
    same = and_(expected.c.county_id == posted.c.county_id, expected.c.provider_id == posted.c.provider_id)
    stored, ledger = func.coalesce(expected.c.cents, 0), func.coalesce(posted.c.cents, 0)
    provider_id = func.coalesce(expected.c.provider_id, posted.c.provider_id)
    county_id = func.coalesce(expected.c.county_id, posted.c.county_id)
    query = (
        select(
            func.concat(literal("provider:"), Provider.business_id, literal(":payable")),
            ledger,
            stored,
            county_id,
        )
        .select_from(expected)
        .join(posted, same, full=True)
        .join(Provider, Provider.id == provider_id)
        .where(stored != ledger)
        .order_by(Provider.id)
    )
    return differences(session, "provider_payable", query)


def payments_against_ledger(session: Session, run_id: int | None = None) -> list[Difference]:
    """A sent payment's money is in transit, a confirmed one's at the bank, a returned one's in neither."""
    names = {"payment_transit": "transit", "payment_bank": "bank"}
    by_ledger = select(
        Posting.payment_id,
        _moved_to(Account.TRANSIT).label("transit"),
        _moved_to(Account.BANK).label("bank"),
    ).where(Posting.payment_id.is_not(None), _posted_by(run_id))
    said = select(
        Payment.id.label("payment_id"),
        case((Payment.state == "sent", Payment.sum_cents), else_=0).label("transit"),
        case((Payment.state == "confirmed", Payment.sum_cents), else_=0).label("bank"),
    ).where(_paid_by(run_id))
    differ = unequal(tuple(names.values()), keys=("payment_id",), expected=[by_ledger], found=[said])
    found: list[Difference] = []
    for check, name in names.items():
        expected, stored = differ.c[f"{name}_expected"], differ.c[f"{name}_found"]
        query = (
            select(
                func.concat(literal("payment:"), Payment.end_to_end_id), expected, stored, Payment.county_id
            )
            .join(differ, differ.c.payment_id == Payment.id)
            .where(expected != stored)
            .order_by(Payment.id)
        )
        found += differences(session, check, query)
    return found


def payments_against_settlements(session: Session, run_id: int | None = None) -> list[Difference]:
    """A payment carries its settlement and what was carried to it, and a waiting settlement has none."""
    expected = Settlement.sum_cents + Payment.carried_cents
    query = (
        select(
            func.concat(literal("payment:"), Payment.end_to_end_id),
            expected,
            Payment.sum_cents,
            Payment.county_id,
        )
        .join(Settlement, Settlement.id == Payment.settlement_id)
        .where(_paid_by(run_id), expected != Payment.sum_cents)
        .order_by(Payment.id)
    )
    waits = (
        select(
            func.concat(literal("settlement:"), Settlement.id),
            Settlement.waiting,
            literal("paid"),
            Payment.county_id,
        )
        .join(Payment, Payment.settlement_id == Settlement.id)
        .where(_paid_by(run_id), Settlement.waiting.is_not(None))
        .order_by(Settlement.id)
    )
    return differences(session, "payment_sum", query) + differences(session, "payment_waits", waits)


def runs_as_approved(session: Session) -> list[Difference]:
    """An approved run is still what was approved: its hash, and the identifiers derived from our ids."""
    query = select(PaymentRun.id).where(PaymentRun.state.in_(OWED_RUN_STATES)).order_by(PaymentRun.id)
    found: list[Difference] = []
    for run_id in session.scalars(query).all():
        contents = run_contents(session, run_id)
        assert contents is not None
        if contents.hash() != contents.run.approved_hash:
            approved = str(contents.run.approved_hash)
            found.append(
                Difference("run_hash", f"run:{run_id}", approved, contents.hash(), contents.run.county_id)
            )
    return found + _identifiers(session)


def _identifiers(session: Session) -> list[Difference]:
    rows = session.execute(
        select(
            Payment.id,
            County.code,
            Payment.run_id,
            Payment.settlement_id,
            Payment.end_to_end_id,
            Payment.reference,
            Payment.county_id,
        )
        .join(County, County.id == Payment.county_id)
        .order_by(Payment.id)
        .execution_options(yield_per=1000)
    )
    found: list[Difference] = []
    for key, code, run_id, settlement_id, name, reference, county_id in rows:
        expected = (end_to_end_id(code, run_id, key), payment_reference(settlement_id))
        if (name, reference) != expected:
            found.append(
                Difference(
                    "payment_identifiers",
                    f"payment:{key}",
                    " ".join(expected),
                    f"{name} {reference}",
                    county_id,
                )
            )
    return found[:MOST_REPORTED]


def _moved_to(account: Account) -> ColumnElement[int]:
    amount = Posting.amount_cents
    return case(
        (Posting.to_account == account.value, amount),
        (Posting.from_account == account.value, -amount),
        else_=0,
    )


def _of_run(run_id: int | None) -> ColumnElement[bool]:
    return true() if run_id is None else Settlement.run_id == run_id


def _posted_by(run_id: int | None) -> ColumnElement[bool]:
    return true() if run_id is None else Posting.run_id == run_id


def _paid_by(run_id: int | None) -> ColumnElement[bool]:
    return true() if run_id is None else Payment.run_id == run_id


def _by_provider(rows: Any, name: str) -> Any:
    return (
        select(rows.c.county_id, rows.c.provider_id, func.sum(rows.c.cents).label("cents"))
        .group_by(rows.c.county_id, rows.c.provider_id)
        .subquery(name)
    )


def _payable_movements() -> Select[*tuple[Any, ...]]:
    payable = Account.PAYABLE.value
    cents: ColumnElement[int] = case(
        (Posting.to_account == payable, Posting.amount_cents), else_=-Posting.amount_cents
    )
    return select(Posting.county_id, Posting.provider_id, cents.label("cents")).where(
        (Posting.to_account == payable) | (Posting.from_account == payable)
    )
