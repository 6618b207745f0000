"""The invariants, computed from the rows and not by the program's own rules.

Each statement finds rows that break one sentence of the rulebook; the first column names the row. Its
condition `… = ANY(:scope)` limits it to rows written since the evening before; else all rows are checked.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from clearing.grants.facts.funding import PeriodLimit
from clearing.grants.facts.kinds import CarryOver
from clearing.ledger.load.proof_fundings import (
    Difference,
    balances_against_ledger,
    charges_against_balances,
    charges_against_ledger,
    held_by_choices,
    holds_against_ledger,
)
from clearing.ledger.rules.postings import Account
from clearing.payments.load.proof_payments import (
    frozen_against_charges,
    payables_against_ledger,
    payments_against_ledger,
    payments_against_settlements,
    settlements_against_charges,
    settlements_against_ledger,
)
from clearing.upkeep.actions.verify_books import verify_books
from tests.builders.audit import AUDIT_PROOF
from tests.simulation.county import LATE_DAYS, SimulatedCounty
from tests.simulation.settlement import Bank
from tests.simulation.written_rows import BookState, lost_postings, written_ids

RUN_CHECKS = (
    frozen_against_charges,
    settlements_against_charges,
    settlements_against_ledger,
    payments_against_ledger,
    payments_against_settlements,
)

_LIVE = "c.state IN ('accepted', 'settled')"
_PAID = f"{_LIVE} AND c.corrects_id IS NULL"

INVARIANTS = {
    "a balance adds up and is never below zero": """
SELECT f.voucher, b.granted_cents, b.free_cents, b.held_cents, b.charged_cents, b.settled_cents,
  b.returned_cents FROM balance b JOIN funding f ON f.id = b.funding_id
WHERE b.granted_cents <> b.free_cents + b.held_cents + b.charged_cents + b.settled_cents + b.returned_cents
  OR least(b.free_cents, b.held_cents, b.charged_cents, b.settled_cents, b.returned_cents) < 0""",
    "a funding holds what its choices hold": """
SELECT f.voucher, b.held_cents, h.cents FROM balance b JOIN funding f ON f.id = b.funding_id
LEFT JOIN (SELECT funding_id, sum(held_cents) cents FROM choice GROUP BY funding_id) h
  ON h.funding_id = f.id
WHERE b.held_cents <> coalesce(h.cents, 0)""",
    "a choice that has ended holds money for the late days only, and an undone one nothing": f"""
SELECT id, held_cents, ends_on, ended_at FROM choice
WHERE held_cents < 0 OR (withdrawn_at IS NOT NULL AND held_cents > 0)
  OR (ended_at IS NOT NULL AND held_cents > 0
    AND ends_on < (SELECT max(at)::date FROM posting) - {LATE_DAYS + 1})
""",
    "a price is the county's share and the client's": f"""
SELECT c.id, c.price_cents, c.county_pays_cents, c.co_payment_cents FROM charge c
WHERE {_LIVE} AND (c.price_cents <> c.county_pays_cents + c.co_payment_cents OR (c.corrects_id IS NULL
  AND (c.price_cents <> (c.quantity_hundredths * c.unit_price_cents + 50) / 100
    OR c.co_payment_cents < 0 OR c.county_pays_cents < 0))) AND c.id = ANY(:own)""",
    "an accepted charge is inside its window": f"""
SELECT c.id, c.service_day, f.valid::text FROM charge c JOIN funding f ON f.id = c.funding_id
WHERE {_PAID} AND NOT c.service_day <@ f.valid AND c.id = ANY(:granted)""",
    "its voucher was open that day": f"""
SELECT c.id, c.service_day, s.state FROM charge c LEFT JOIN LATERAL (SELECT state FROM funding_state
  WHERE funding_id = c.funding_id AND from_day <= c.service_day ORDER BY from_day DESC, id DESC LIMIT 1) s
  ON true
WHERE {_PAID} AND s.state IS DISTINCT FROM 'open' AND c.id = ANY(:granted)""",
    "its provider was approved that day": f"""
SELECT c.id, c.service_day, s.state FROM charge c LEFT JOIN LATERAL (SELECT st.state FROM approval a
  JOIN approval_state st ON st.approval_id = a.id
  WHERE a.county_id = c.county_id AND a.provider_id = c.provider_id AND a.service_id = c.service_id
    AND st.from_day <= c.service_day ORDER BY st.from_day DESC, st.id DESC LIMIT 1) s ON true
WHERE {_PAID} AND s.state IS DISTINCT FROM 'approved' AND c.id = ANY(:approved)""",
    "its provider was chosen or named": f"""
SELECT c.id, c.service_day, c.provider_id FROM charge c JOIN funding f ON f.id = c.funding_id
WHERE {_PAID} AND f.provider_id IS DISTINCT FROM c.provider_id AND c.id = ANY(:chosen)
  AND NOT EXISTS (SELECT 1 FROM choice h
    WHERE h.funding_id = f.id AND h.provider_id = c.provider_id AND h.withdrawn_at IS NULL
      AND c.service_day >= h.starts_on AND (h.ends_on IS NULL OR c.service_day <= h.ends_on))""",
    "the county pays its share, less only where it is cut and says so": f"""
SELECT c.id, c.county_pays_cents, w.cents FROM charge c JOIN funding f ON f.id = c.funding_id
JOIN service s ON s.id = c.service_id JOIN LATERAL (SELECT CASE WHEN f.kind = 'voucher' THEN
    least(c.price_cents, (c.quantity_hundredths * (unit_values -> s.code ->> 'any')::bigint + 50) / 100)
  ELSE c.price_cents END cents FROM funding_terms WHERE funding_id = f.id AND from_day <= c.service_day
  ORDER BY from_day DESC LIMIT 1) w ON true
WHERE {_PAID} AND c.county_pays_cents <> w.cents AND c.id = ANY(:granted)
  AND NOT (c.county_pays_cents < w.cents AND EXISTS (
    SELECT 1 FROM charge_reason r WHERE r.charge_id = c.id AND r.code = 'cut_to_balance'))""",
    "its price is not above the list of that day": f"""
SELECT c.id, c.unit_price_cents, p.unit_price_cents FROM charge c LEFT JOIN price p
  ON p.offering_id = c.offering_id AND c.service_day <@ p.valid
WHERE {_PAID} AND (p.id IS NULL OR c.unit_price_cents > p.unit_price_cents) AND c.id = ANY(:priced)""",
    "it was received in time or admitted": f"""
SELECT c.id, c.service_day, c.received_at FROM charge c
WHERE {_PAID} AND (c.received_at AT TIME ZONE 'Europe/Helsinki')::date - c.service_day > {LATE_DAYS}
  AND c.id = ANY(:own)""",
    "an equal charge of the same day was admitted": f"""
SELECT c.id, d.id FROM charge c JOIN charge d ON d.funding_id = c.funding_id AND d.provider_id = c.provider_id
  AND d.service_id = c.service_id AND d.service_day = c.service_day AND d.price_cents = c.price_cents
  AND d.quantity_hundredths = c.quantity_hundredths AND d.id < c.id AND d.corrects_id IS NULL
WHERE {_PAID} AND d.state IN ('accepted', 'settled') AND d.received_at <= c.received_at
  AND NOT EXISTS (SELECT 1 FROM charge k WHERE k.original_id = d.id) AND c.id = ANY(:own)""",
    "units are not exceeded": """
SELECT f.voucher, sum(c.quantity_hundredths), t.units FROM charge c JOIN funding f ON f.id = c.funding_id
JOIN (SELECT funding_id, max(quantity_hundredths) units FROM funding_terms GROUP BY funding_id
  HAVING bool_and(quantity_hundredths IS NOT NULL)) t ON t.funding_id = f.id
WHERE c.state IN ('accepted', 'settled') AND c.funding_id = ANY(:fundings) GROUP BY f.id, t.units
HAVING sum(c.quantity_hundredths) > t.units""",
    "a payment is posted once, with its sum": """
SELECT p.end_to_end_id, p.state, p.sum_cents, s.sent, s.confirmed, s.returned FROM payment p
LEFT JOIN (SELECT payment_id, sum(amount_cents) FILTER (WHERE event = 7) sent,
    sum(amount_cents) FILTER (WHERE event = 8) confirmed,
    sum(amount_cents) FILTER (WHERE event = 9 AND to_account = 4) returned
  FROM posting q WHERE payment_id IS NOT NULL AND q.run_id = ANY(:runs) GROUP BY payment_id) s
  ON s.payment_id = p.id
WHERE (coalesce(s.sent, 0), coalesce(s.confirmed, 0) <= p.sum_cents, coalesce(s.returned, 0))
  IS DISTINCT FROM (
    CASE WHEN p.state IN ('sent', 'confirmed', 'returned') THEN p.sum_cents ELSE 0 END, true,
    CASE WHEN p.state = 'returned' THEN p.sum_cents ELSE 0 END) AND p.run_id = ANY(:runs)""",
    "a run's postings are the sum of its payments": """
SELECT r.id, r.state, sum(p.sum_cents), s.cents FROM payment_run r JOIN payment p ON p.run_id = r.id
JOIN LATERAL (SELECT coalesce(sum(amount_cents), 0) cents FROM posting
  WHERE run_id = r.id AND event = 7) s ON true
WHERE r.state IN ('sent', 'closed') AND r.id = ANY(:runs)
GROUP BY r.id, s.cents HAVING sum(p.sum_cents) <> s.cents""",
}
"""Events: 7 pay, 8 confirm, 9 bank return; account 4: payable (`foundation.database.tables.ledger`)."""

_ADMITTED = frozenset(("it was received in time or admitted", "an equal charge of the same day was admitted"))
"""Invariants that a charge may break if a worker has admitted it."""
_SCOPE = re.compile(r"[a-z._]+ = ANY\(:([a-z]+)\)")
_BY_MONTH = """
SELECT c.funding_id, date_trunc('month', c.service_day)::date, sum(c.county_pays_cents),
  sum(c.quantity_hundredths)
FROM charge c WHERE c.state IN ('accepted', 'settled') AND c.funding_id = ANY(:fundings)
GROUP BY 1, 2 ORDER BY 1, 2
"""
_OUT = """
SELECT coalesce(sum(CASE to_account WHEN :bank THEN amount_cents ELSE -amount_cents END), 0)
FROM posting WHERE :bank IN (from_account, to_account)
"""


def violations(county: SimulatedCounty, bank: Bank, *, since: BookState | None = None) -> Iterator[str]:
    """Yield every violation among rows written since that evening, or among all rows."""
    county.session.flush()
    scopes = None if since is None else written_ids(county.session, since)
    for name in INVARIANTS:
        for row in violating_rows(county, name, scopes):
            yield f"{name}: {row}"
    yield from _periods(county, scopes)
    out = county.session.scalar(text(_OUT), {"bank": Account.BANK.value})
    if out != bank.out_cents():
        yield f"the bank paid what left the account: posted {out}, the bank reports {bank.out_cents()}"
    if since is not None and (lost := lost_postings(county.session, since)):
        yield f"postings are never deleted: {lost} of those of the evening before are missing"
    for difference in _proof_differences(county.session, scopes):
        yield (
            f"verify {difference.check}: {difference.name} should be {difference.expected}, "
            f"is {difference.found}"
        )


def violating_rows(
    county: SimulatedCounty, name: str, scopes: Mapping[str, list[int]] | None
) -> list[tuple[Any, ...]]:
    """Return the rows that break one invariant, in these scopes or among all rows."""
    statement = INVARIANTS[name] if scopes is not None else _SCOPE.sub("true", INVARIANTS[name])
    parameters = {scope: scopes[scope] for scope in _SCOPE.findall(statement)} if scopes is not None else {}
    rows = [tuple(row) for row in county.session.execute(text(statement), parameters)]
    if name in _ADMITTED:
        return [row for row in rows if not county.admitted.intersection(row)]
    return rows


def _proof_differences(session: Session, scopes: Mapping[str, list[int]] | None) -> Iterator[Difference]:
    """Yield the differences that the program's own proof finds, for these scopes and all sums, or for all."""
    if scopes is None:
        yield from verify_books(session, AUDIT_PROOF).differences
        return
    for over_all in (balances_against_ledger, held_by_choices, payables_against_ledger):
        yield from over_all(session)
    for check in (holds_against_ledger, charges_against_ledger, charges_against_balances):
        yield from check(session, scopes["fundings"])
    for run_id in scopes["runs"]:
        for of_run in RUN_CHECKS:
            yield from of_run(session, run_id)


def _periods(county: SimulatedCounty, scopes: Mapping[str, list[int]] | None) -> Iterator[str]:
    """Yield the months in which more was used than their limit and the amount carried into them."""
    checked = None if scopes is None else set(scopes["fundings"])
    limits = {
        grant.funding_id: (grant, limit)
        for grant in county.grants
        if (limit := grant.document.fundings[0].per_period) is not None
        and (checked is None or grant.funding_id in checked)
    }
    used: defaultdict[int, dict[tuple[int, int], int]] = defaultdict(dict)
    for key, month, cents, units in _months(county.session, list(limits)):
        used[key][month.year, month.month] = units if limits[key][1].quantity is not None else cents
    for key, (grant, limit) in limits.items():
        window = grant.document.fundings[0].window
        year, month, carried = window.first.year, window.first.month, 0
        while (year, month) <= (window.last.year, window.last.month):
            spent = used[key].get((year, month), 0)
            left = _limit(limit) + carried - spent
            if left < 0:
                yield f"a month's limit is not exceeded: {grant.voucher} {year}-{month:02d}, {-left} over"
            carried = _carried(limit, left)
            year, month = year + month // 12, month % 12 + 1


def _months(session: Session, funding_ids: list[int]) -> Any:
    return session.execute(text(_BY_MONTH), {"fundings": funding_ids})


def _limit(limit: PeriodLimit) -> int:
    limited = limit.quantity if limit.quantity is not None else limit.amount_cents
    assert limited is not None
    return limited


def _carried(limit: PeriodLimit, left: int) -> int:
    if limit.carry is CarryOver.NONE:
        return 0
    if limit.carry is CarryOver.ALL:
        return left
    return min(left, _limit(limit) * limit.share_hundredths // 100)
