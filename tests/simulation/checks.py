"""The invariants, computed plainly from the rows and not by the program's own rules.

Each statement finds rows that break one sentence of the rulebook: the first column names the row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from clearing.actions.verify_books import CHECKS
from clearing.facts.funding import PeriodLimit
from clearing.facts.kinds import CarryOver
from clearing.rules.postings import Account
from tests.simulation.money_out import Bank
from tests.simulation.town import LATE_DAYS, Town

_LIVE = "c.state IN ('accepted', 'settled')"
_PAID = f"{_LIVE} AND c.corrects_id IS NULL AND c.id > :after"
_ADMITTED = "c.id = ANY(:admitted)"

BROKEN = {
    "a balance adds up and is never below zero": """
SELECT f.voucher, b.granted_cents, b.free_cents, b.held_cents, b.charged_cents, b.settled_cents,
  b.returned_cents FROM balance b JOIN funding f ON f.id = b.funding_id
WHERE b.granted_cents <> b.free_cents + b.held_cents + b.charged_cents + b.settled_cents + b.returned_cents
  OR least(b.free_cents, b.held_cents, b.charged_cents, b.settled_cents, b.returned_cents) < 0""",
    "a funding holds what its choices hold": """
SELECT f.voucher, b.held_cents, h.cents FROM balance b JOIN funding f ON f.id = b.funding_id
JOIN LATERAL (SELECT coalesce(sum(held_cents), 0) cents FROM choice WHERE funding_id = f.id) h ON true
WHERE b.held_cents <> h.cents""",
    "a choice that has ended holds nothing": """
SELECT id, held_cents, ends_on, ended_at FROM choice
WHERE held_cents < 0 OR (ended_at IS NOT NULL AND held_cents > 0)""",
    "a price is the county's share and the client's": f"""
SELECT c.id, c.price_cents, c.county_pays_cents, c.co_payment_cents FROM charge c
WHERE {_LIVE} AND (c.price_cents <> c.county_pays_cents + c.co_payment_cents OR (c.corrects_id IS NULL
  AND (c.price_cents <> (c.quantity_hundredths * c.unit_price_cents + 50) / 100
    OR c.co_payment_cents < 0 OR c.county_pays_cents < 0)))""",
    "an accepted charge is inside its window": f"""
SELECT c.id, c.service_day, f.valid::text FROM charge c JOIN funding f ON f.id = c.funding_id
WHERE {_PAID} AND NOT c.service_day <@ f.valid""",
    "its voucher was open that day": f"""
SELECT c.id, c.service_day, s.state FROM charge c LEFT JOIN LATERAL (SELECT state FROM funding_state
  WHERE funding_id = c.funding_id AND from_day <= c.service_day ORDER BY from_day DESC, id DESC LIMIT 1) s
  ON true
WHERE {_PAID} AND s.state IS DISTINCT FROM 'open'""",
    "its provider was approved that day": f"""
SELECT c.id, c.service_day, s.state FROM charge c LEFT JOIN LATERAL (SELECT st.state FROM approval a
  JOIN approval_state st ON st.approval_id = a.id
  WHERE a.county_id = c.county_id AND a.provider_id = c.provider_id AND a.service_id = c.service_id
    AND st.from_day <= c.service_day ORDER BY st.from_day DESC, st.id DESC LIMIT 1) s ON true
WHERE {_PAID} AND s.state IS DISTINCT FROM 'approved'""",
    "its provider was chosen or named": f"""
SELECT c.id, c.service_day, c.provider_id FROM charge c JOIN funding f ON f.id = c.funding_id
WHERE {_PAID} AND f.provider_id IS DISTINCT FROM c.provider_id AND NOT EXISTS (SELECT 1 FROM choice h
  WHERE h.funding_id = f.id AND h.provider_id = c.provider_id AND h.withdrawn_at IS NULL
    AND c.service_day >= h.starts_on AND (h.ends_on IS NULL OR c.service_day <= h.ends_on))""",
    "the county pays its share, less only where it is cut and says so": f"""
SELECT c.id, c.county_pays_cents, w.cents FROM charge c JOIN funding f ON f.id = c.funding_id
JOIN service s ON s.id = c.service_id JOIN LATERAL (SELECT CASE WHEN f.kind = 'voucher' THEN
    least(c.price_cents, (c.quantity_hundredths * (unit_values -> s.code ->> 'any')::bigint + 50) / 100)
  ELSE c.price_cents END cents FROM funding_terms WHERE funding_id = f.id AND from_day <= c.service_day
  ORDER BY from_day DESC LIMIT 1) w ON true
WHERE {_PAID} AND c.county_pays_cents <> w.cents AND NOT (c.county_pays_cents < w.cents AND EXISTS (
  SELECT 1 FROM charge_reason r WHERE r.charge_id = c.id AND r.code = 'cut_to_balance'))""",
    "its price is not above the list of that day": f"""
SELECT c.id, c.unit_price_cents, p.unit_price_cents FROM charge c LEFT JOIN price p
  ON p.offering_id = c.offering_id AND c.service_day <@ p.valid
WHERE {_PAID} AND (p.id IS NULL OR c.unit_price_cents > p.unit_price_cents)""",
    "it came in time or was admitted": f"""
SELECT c.id, c.service_day, c.received_at FROM charge c
WHERE {_PAID} AND (c.received_at AT TIME ZONE 'Europe/Helsinki')::date - c.service_day > {LATE_DAYS}
  AND NOT {_ADMITTED}""",
    "a like one of the same day was admitted": f"""
SELECT c.id, d.id FROM charge c JOIN charge d ON d.funding_id = c.funding_id AND d.provider_id = c.provider_id
  AND d.service_id = c.service_id AND d.service_day = c.service_day AND d.price_cents = c.price_cents
  AND d.quantity_hundredths = c.quantity_hundredths AND d.id < c.id AND d.corrects_id IS NULL
WHERE {_PAID} AND d.state IN ('accepted', 'settled') AND d.received_at <= c.received_at AND NOT {_ADMITTED}
  AND NOT EXISTS (SELECT 1 FROM charge k WHERE k.original_id = d.id)
  AND NOT d.id = ANY(:admitted)""",
    "units are not exceeded": """
SELECT f.voucher, sum(c.quantity_hundredths), t.units FROM charge c JOIN funding f ON f.id = c.funding_id
JOIN (SELECT funding_id, max(quantity_hundredths) units FROM funding_terms GROUP BY funding_id
  HAVING bool_and(quantity_hundredths IS NOT NULL)) t ON t.funding_id = f.id
WHERE c.state IN ('accepted', 'settled') GROUP BY f.id, t.units
HAVING sum(c.quantity_hundredths) > t.units""",
    "a payment is posted once, with its sum": """
SELECT p.end_to_end_id, p.state, p.sum_cents, s.sent, s.confirmed, s.returned FROM payment p
JOIN LATERAL (SELECT coalesce(sum(amount_cents) FILTER (WHERE event = 7), 0) sent,
    coalesce(sum(amount_cents) FILTER (WHERE event = 8), 0) confirmed,
    coalesce(sum(amount_cents) FILTER (WHERE event = 9 AND to_account = 4), 0) returned
  FROM posting WHERE payment_id = p.id) s ON true
WHERE (s.sent, s.confirmed <= p.sum_cents, s.returned) IS DISTINCT FROM (
  CASE WHEN p.state IN ('sent', 'confirmed', 'returned') THEN p.sum_cents ELSE 0 END, true,
  CASE WHEN p.state = 'returned' THEN p.sum_cents ELSE 0 END)""",
    "a run's postings are the sum of its payments": """
SELECT r.id, r.state, sum(p.sum_cents), s.cents FROM payment_run r JOIN payment p ON p.run_id = r.id
JOIN LATERAL (SELECT coalesce(sum(amount_cents), 0) cents FROM posting
  WHERE run_id = r.id AND event = 7) s ON true
WHERE r.state IN ('sent', 'closed') GROUP BY r.id, s.cents HAVING sum(p.sum_cents) <> s.cents""",
}
"""Events: 7 pay, 8 confirm, 9 bank return; account 4: payable (`foundation.database.tables.ledger`)."""

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


def broken(town: Town, bank: Bank, *, after: int, chain: bool) -> Iterator[str]:
    """Everything that does not hold now; charges are looked at from an id on, the audit chain if asked."""
    session = town.session
    for name, statement in BROKEN.items():
        for row in session.execute(text(statement), _parameters(statement, town, after)):
            yield f"{name}: {tuple(row)}"
    yield from _periods(town)
    out = session.scalar(text(_OUT), {"bank": Account.BANK.value})
    if out != bank.out_cents():
        yield f"what left the account is what the bank paid: posted {out}, the bank says {bank.out_cents()}"
    for name, check in CHECKS.items():
        if name != "audit_chain" or chain:
            for one in check(session):
                yield f"verify {one.check}: {one.name} should be {one.expected}, is {one.found}"


def _parameters(statement: str, town: Town, after: int) -> dict[str, Any]:
    values = {"after": after, "admitted": town.admitted}
    return {name: value for name, value in values.items() if f":{name}" in statement}


def _periods(town: Town) -> Iterator[str]:
    """No month goes over its limit and what was carried into it."""
    limits = {
        grant.funding_id: (grant, limit)
        for grant in town.grants
        if (limit := grant.document.fundings[0].per_period) is not None
    }
    used: defaultdict[int, dict[tuple[int, int], int]] = defaultdict(dict)
    for key, month, cents, units in _months(town.session, list(limits)):
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
