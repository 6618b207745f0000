"""Units of charges from before a decision went over from euros to units (docs/decisions/0151).

Such a decision granted its units less those of the charges, which moved none. Now the units are granted and the
charges move them, as 0036 did for what was in units then: a correction or withdrawal returns what it took.
"""

from __future__ import annotations

from alembic import op

revision = "0072"
down_revision = "0073"
branch_labels = None
depends_on = None

# Accounts: appropriation 0, free 1, charged 3, payable 4. Events: grant 0, charge 4, correct 10.
_UNCOUNTED = """
CREATE TEMPORARY TABLE uncounted ON COMMIT DROP AS
SELECT e.id, e.county_id, e.funding_id, f.cost_centre_id, e.choice_id, e.provider_id,
  e.quantity_hundredths AS units, CASE WHEN e.corrects_id IS NULL THEN 4 ELSE 10 END AS event,
  CASE WHEN e.after_settlement OR s.charge_id IS NOT NULL THEN 4 ELSE 3 END AS account
FROM charge e JOIN funding f ON f.id = e.funding_id LEFT JOIN settled_charge s ON s.charge_id = e.id
CROSS JOIN LATERAL (SELECT t.quantity_hundredths FROM funding_terms t WHERE t.funding_id = f.id
  ORDER BY t.from_day DESC LIMIT 1) AS t
WHERE t.quantity_hundredths IS NOT NULL AND e.state = 'accepted' AND e.drawn_hundredths = 0
  AND e.quantity_hundredths <> 0
"""
_GRANTED = """
INSERT INTO posting (transaction_id, county_id, at, event, from_account, to_account, amount_cents,
  quantity_hundredths, cost_centre_id, funding_id)
SELECT nextval('posting_transaction'), county_id, now(), 0, 0, 1, 0, sum(units), cost_centre_id, funding_id
FROM uncounted GROUP BY county_id, cost_centre_id, funding_id HAVING sum(units) > 0 ORDER BY funding_id
"""
_MOVED = """
INSERT INTO posting (transaction_id, county_id, at, event, from_account, to_account, amount_cents,
  quantity_hundredths, funding_id, choice_id, charge_id, provider_id)
SELECT nextval('posting_transaction'), county_id, now(), event, CASE WHEN units > 0 THEN 1 ELSE account END,
  CASE WHEN units > 0 THEN account ELSE 1 END, 0, abs(units), funding_id, choice_id, id, provider_id
FROM uncounted ORDER BY id
"""
_BALANCES = """
UPDATE balance b SET granted_hundredths = b.granted_hundredths + u.charged + u.settled,
  charged_hundredths = b.charged_hundredths + u.charged, settled_hundredths = b.settled_hundredths + u.settled
FROM (SELECT funding_id, coalesce(sum(units) FILTER (WHERE account = 3), 0) AS charged,
    coalesce(sum(units) FILTER (WHERE account = 4), 0) AS settled FROM uncounted GROUP BY funding_id) AS u
WHERE b.funding_id = u.funding_id
"""
_DRAWN = "UPDATE charge e SET drawn_hundredths = u.units FROM uncounted u WHERE e.id = u.id"
_FROZEN = (
    "UPDATE settlement_charge k SET drawn_hundredths = u.units FROM uncounted u WHERE k.charge_id = u.id"
)


def upgrade() -> None:
    """Grant the units and let the charges move them; what is left of each funding stays as it is."""
    for statement in (_UNCOUNTED, _GRANTED, _MOVED, _BALANCES, _DRAWN, _FROZEN):
        op.execute(statement)


def downgrade() -> None:
    """Leave the units counted: the earlier release reads them as any others."""
