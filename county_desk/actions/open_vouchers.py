"""Bring vouchers in use into the books: grant, take out what was used, choose the provider."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.grants.actions.import_decisions import document_of_rows, fault_of_row, rows_of_fault
from clearing.grants.actions.post_earlier_use import post_earlier_use
from clearing.grants.actions.receive_decision import DecisionReceived, receive_decision
from clearing.grants.reading.decision_rows import HashCode
from clearing.grants.rules.grant_warnings import OVER_APPROPRIATION
from clearing.ledger.load.balances import balance_of
from county_desk.load.openings import funding_with_voucher, offerings_of_business
from county_desk.reading.opening_rows import Opening, OpeningRow, opening_fault
from county_desk.reading.plan_words import read_plan
from county_desk.rules.opening import OpenedVoucher
from foundation.tabular.import_report import RefusedRow, RowFault
from foundation.tabular.table import Row, Table
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.actions.choose_offering import choose_offering
from marketplace.labels import CLIENT_WORDS


@dataclass(frozen=True, slots=True)
class Openings:
    """The county, the day from which the program pays, and how identity codes and vouchers are made."""

    county_id: int
    county: str
    opens_on: date
    hash_code: HashCode
    random_bits: Callable[[int], int] = secrets.randbits


@dataclass(slots=True)
class OpenedVouchers:
    """What came in, and the rows that are wrong."""

    opened: list[OpenedVoucher] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)


Read = tuple[Row, Opening]


def open_vouchers(
    session: Session, table: Table, openings: Openings, *, actor: Actor, now: datetime
) -> OpenedVouchers:
    """Bring the rows of each decision in; a wrong one is reported, and the others are looked at too."""
    result = OpenedVouchers()
    for rows in _by_decision(table, openings, result):
        _open_decision(session, rows, openings, result, actor, now)
    result.refused.sort(key=lambda row: row.number)
    return result


def _by_decision(table: Table, openings: Openings, result: OpenedVouchers) -> Iterator[list[Read]]:
    """Yield the readable rows of each decision, in order of its first row."""
    decisions: dict[str, list[Read]] = {}
    for row in table.rows():
        reader = OpeningRow(row.cells, openings.hash_code, openings.opens_on)
        opening = reader.opening(openings.county)
        faults = [RowFault.of_cell(found) for found in row.faults] or reader.faults
        if faults:
            result.refused.append(RefusedRow(row.number, row.sent, faults))
        else:
            decisions.setdefault(opening.document.number, []).append((row, opening))
    yield from decisions.values()


def _open_decision(
    session: Session,
    rows: list[Read],
    openings: Openings,
    result: OpenedVouchers,
    actor: Actor,
    now: datetime,
) -> None:
    answer = receive_decision(
        session,
        document_of_rows([(row, opening.document) for row, opening in rows]),
        actor=actor,
        now=now,
        random_bits=openings.random_bits,
        acknowledged=[OVER_APPROPRIATION],
    )
    if not isinstance(answer, DecisionReceived):
        result.refused += _refused_rows(rows, answer)
        return
    for row, opening in rows:
        if not answer.stored:
            faults = [opening_fault("number", "already_in_book")]
        else:
            voucher = answer.vouchers[opening.document.fundings[0].external_id]
            faults = _open_voucher(session, voucher, opening, openings, result, actor, now)
        if faults:
            result.refused.append(RefusedRow(row.number, row.sent, faults))


def _refused_rows(rows: list[Read], answer: Refusal) -> Iterator[RefusedRow]:
    for place, (row, _opening) in enumerate(rows):
        faults = [fault_of_row(fault) for fault in answer.reasons if place in rows_of_fault(fault, len(rows))]
        if faults:
            yield RefusedRow(row.number, row.sent, faults)


def _open_voucher(
    session: Session,
    voucher: str,
    opening: Opening,
    openings: Openings,
    result: OpenedVouchers,
    actor: Actor,
    now: datetime,
) -> list[RowFault]:
    """Take out what was used and choose the provider; return what is wrong."""
    funding_id = funding_with_voucher(session, voucher)
    faults = [
        opening_fault(fault.field, fault.code)
        for fault in post_earlier_use(session, funding_id, opening.used, now=now)
    ]
    if not faults and opening.chosen_provider:
        faults = _choose(session, funding_id, opening, openings, actor, now)
    if not faults:
        result.opened.append(_opened(session, funding_id, opening))
    return faults


def _choose(
    session: Session, funding_id: int, opening: Opening, openings: Openings, actor: Actor, now: datetime
) -> list[RowFault]:
    day = max(openings.opens_on, helsinki_day(now))
    (funding,) = opening.document.fundings
    offerings = offerings_of_business(
        session, opening.chosen_provider, openings.county_id, funding.services, day
    )
    if offerings is None:
        return [opening_fault("chosen_provider", "chosen_provider_unknown")]
    if opening.offering:
        offerings = [entry for entry in offerings if str(entry.id) == opening.offering]
    if len(offerings) != 1:
        code = "offering_ambiguous" if offerings else "offering_not_found"
        return [opening_fault("offering" if opening.offering else "chosen_provider", code)]
    wish = read_plan(opening.plan, offerings[0].unit, max(day, funding.window.first), funding.window.last)
    if wish is None:
        return [opening_fault("plan", "plan_unreadable")]
    chosen = choose_offering(
        session, funding_id=funding_id, offering_id=offerings[0].id, wish=wish, actor=actor, now=now
    )
    return list(_choice_faults(chosen)) if isinstance(chosen, Refusal) else []


def _choice_faults(refusal: Refusal) -> Iterator[RowFault]:
    for reason in refusal.reasons or (refusal,):
        words = CLIENT_WORDS.get(reason.code)
        yield RowFault("plan", reason.code, words.title if words else reason.code)


def _opened(session: Session, funding_id: int, opening: Opening) -> OpenedVoucher:
    balance = balance_of(session, funding_id)
    return OpenedVoucher(
        cost_centre=opening.document.cost_centre,
        services=" ".join(sorted(opening.document.fundings[0].services)),
        granted_cents=balance.granted_cents,
        used_cents=balance.settled_cents,
        held_cents=balance.held_cents,
        free_cents=balance.free_cents,
        granted_hundredths=balance.granted_hundredths,
        used_hundredths=balance.settled_hundredths,
        has_choice=bool(opening.chosen_provider),
    )
