"""Units of fundings that are granted in units, in the same accounts as their money (docs/decisions/0151).

The units of existing fundings are computed from their charges: postings of units without money are added, as
postings are never changed. Existing choices hold no units; the next plan of a choice holds them.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0044"
branch_labels = None
depends_on = None

_ACCOUNTS = ("granted", "free", "held", "charged", "settled", "returned")
_COLUMNS: dict[str, tuple[str, ...]] = {
    "balance": tuple(f"{name}_hundredths" for name in _ACCOUNTS),
    "posting": ("quantity_hundredths",),
    "choice": ("held_hundredths",),
    "charge": ("drawn_hundredths", "from_held_hundredths"),
    "settlement_charge": ("drawn_hundredths",),
}
_CHECKS = {
    ("balance", "units_not_negative"): "free_hundredths >= 0 AND held_hundredths >= 0 "
    "AND charged_hundredths >= 0 AND settled_hundredths >= 0 AND returned_hundredths >= 0",
    ("balance", "units_add_up"): "granted_hundredths = free_hundredths + held_hundredths "
    "+ charged_hundredths + settled_hundredths + returned_hundredths",
    ("posting", "units"): "quantity_hundredths = 0 OR funding_id IS NOT NULL",
    ("choice", "units_held"): "held_hundredths >= 0",
    ("choice", "replaced_units_held"): "replaced_held_hundredths >= 0",
}
_POSITIVE = "amount_cents >= 0 AND quantity_hundredths >= 0 AND (amount_cents > 0 OR quantity_hundredths > 0)"

_IN_UNITS = """
CREATE TEMPORARY TABLE in_units ON COMMIT DROP AS
SELECT f.id AS funding_id, f.county_id, f.cost_centre_id, t.quantity_hundredths AS units
FROM funding f CROSS JOIN LATERAL (SELECT x.quantity_hundredths FROM funding_terms x
  WHERE x.funding_id = f.id ORDER BY x.from_day DESC LIMIT 1) AS t
WHERE t.quantity_hundredths IS NOT NULL
"""
_DRAWN = """
UPDATE charge e SET drawn_hundredths = e.quantity_hundredths FROM in_units u
WHERE e.funding_id = u.funding_id AND e.state = 'accepted' AND e.quantity_hundredths <> 0
"""
_FROZEN = """
UPDATE settlement_charge k SET drawn_hundredths = e.drawn_hundredths FROM charge e
WHERE e.id = k.charge_id AND e.drawn_hundredths <> 0 AND k.funding_id IS NOT NULL
"""
# Accounts: appropriation 0, free 1, charged 3, payable 4. Events: grant 0, charge 4, settle 6, correct 10.
_GRANTED = """
INSERT INTO posting (transaction_id, county_id, at, event, from_account, to_account, amount_cents,
  quantity_hundredths, cost_centre_id, funding_id)
SELECT nextval('posting_transaction'), u.county_id, now(), 0, 0, 1, 0,
  greatest(u.units, coalesce(e.units, 0)), u.cost_centre_id, u.funding_id
FROM in_units u LEFT JOIN (SELECT funding_id, sum(drawn_hundredths) AS units FROM charge
  WHERE state = 'accepted' AND drawn_hundredths <> 0 GROUP BY funding_id) AS e ON e.funding_id = u.funding_id
ORDER BY u.funding_id
"""
_CHARGED = """
INSERT INTO posting (transaction_id, county_id, at, event, from_account, to_account, amount_cents,
  quantity_hundredths, funding_id, choice_id, charge_id, provider_id)
SELECT nextval('posting_transaction'), e.county_id, e.received_at, e.event,
  CASE WHEN e.drawn_hundredths > 0 THEN 1 ELSE e.account END,
  CASE WHEN e.drawn_hundredths > 0 THEN e.account ELSE 1 END,
  0, abs(e.drawn_hundredths), e.funding_id, e.choice_id, e.id, e.provider_id
FROM (SELECT c.*, CASE WHEN c.corrects_id IS NULL THEN 4 ELSE 10 END AS event,
    CASE WHEN c.after_settlement THEN 4 ELSE 3 END AS account
  FROM charge c WHERE c.state = 'accepted' AND c.drawn_hundredths <> 0) AS e
ORDER BY e.id
"""
_SETTLED = """
INSERT INTO posting (transaction_id, county_id, at, event, from_account, to_account, amount_cents,
  quantity_hundredths, funding_id, provider_id, run_id)
SELECT nextval('posting_transaction'), s.county_id, s.at, 6, 3, 4, 0, s.units, s.funding_id, s.provider_id, s.run_id
FROM (SELECT o.county_id, coalesce(r.approved_at, now()) AS at, k.funding_id, o.provider_id, o.run_id,
    sum(k.drawn_hundredths) AS units
  FROM settlement_charge k JOIN settlement o ON o.id = k.settlement_id JOIN payment_run r ON r.id = o.run_id
  WHERE r.state IN ('approved', 'sent', 'closed') AND k.funding_id IS NOT NULL
  GROUP BY o.county_id, r.approved_at, k.funding_id, o.provider_id, o.run_id
  HAVING sum(k.drawn_hundredths) > 0) AS s
ORDER BY s.run_id, s.funding_id, s.provider_id
"""
_BALANCES = """
UPDATE balance b SET granted_hundredths = p.granted, free_hundredths = p.free, charged_hundredths = p.charged,
  settled_hundredths = p.settled
FROM (SELECT funding_id,
    sum(quantity_hundredths) FILTER (WHERE from_account = 0) AS granted,
    sum(CASE WHEN to_account = 1 THEN quantity_hundredths WHEN from_account = 1 THEN -quantity_hundredths
      ELSE 0 END) AS free,
    sum(CASE WHEN to_account = 3 THEN quantity_hundredths WHEN from_account = 3 THEN -quantity_hundredths
      ELSE 0 END) AS charged,
    sum(CASE WHEN to_account = 4 THEN quantity_hundredths WHEN from_account = 4 THEN -quantity_hundredths
      ELSE 0 END) AS settled
  FROM posting WHERE quantity_hundredths > 0 GROUP BY funding_id) AS p
WHERE b.funding_id = p.funding_id
"""

_OLD_UNITS, _UNITS = (
    "b.free_cents,",
    "b.free_cents, b.granted_hundredths, b.free_hundredths, b.charged_hundredths + b.settled_hundredths,",
)
_OLD_HOLD, _HOLD = ("h.ends_on, h.held_cents)", "h.ends_on, h.held_cents, h.held_hundredths)")
_VIEW = f"""
CREATE VIEW funding_facts AS
SELECT d.funding_id, json_build_array(d.document, b.granted_cents, {_OLD_UNITS}
(SELECT json_agg(json_build_array(h.id, h.offering_id, h.provider_id, h.starts_on, {_OLD_HOLD} ORDER BY h.id)
  FROM choice h WHERE h.funding_id = d.funding_id AND h.withdrawn_at IS NULL),
(SELECT json_agg(json_build_array(e.id, e.provider_id, e.reference, s.code, e.service_day,
    extract(epoch FROM e.starts_at)::bigint, extract(epoch FROM e.ends_at)::bigint, e.quantity_hundredths,
    e.unit_price_cents, e.price_cents, coalesce(e.county_pays_cents, 0), e.worker, e.state))
  FROM charge e JOIN service s ON s.id = e.service_id
  WHERE e.funding_id = d.funding_id AND e.state IN ('accepted', 'on_hold', 'settled')
    AND e.service_day BETWEEN CASE WHEN d.limited THEN '-infinity'::date END AND 'infinity'::date
    AND e.corrects_id IS NULL),
(SELECT json_agg(json_build_array(k.original_id, k.quantity_hundredths, k.price_cents, k.county_pays_cents))
  FROM charge k WHERE k.funding_id = d.funding_id AND k.original_id IS NOT NULL)
) AS document
FROM funding_document d JOIN balance b ON b.funding_id = d.funding_id
"""  # noqa: S608


def upgrade() -> None:
    """Add the columns, compute the units of what is stored, and let facts carry them."""
    for table, names in _COLUMNS.items():
        for name in names:
            op.add_column(table, sa.Column(name, sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("choice", sa.Column("replaced_held_hundredths", sa.BigInteger(), nullable=True))
    op.drop_constraint("ck_posting_positive", "posting")
    op.create_check_constraint(op.f("ck_posting_positive"), "posting", _POSITIVE)
    for statement in (_IN_UNITS, _DRAWN, _FROZEN, _GRANTED, _CHARGED, _SETTLED, _BALANCES):
        op.execute(statement)
    for (table, name), condition in _CHECKS.items():
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, condition)
    _rewrite(
        _VIEW.replace(_OLD_UNITS, _UNITS).replace(_OLD_HOLD, _HOLD), (_OLD_UNITS, _UNITS), (_OLD_HOLD, _HOLD)
    )


def downgrade() -> None:
    """Read money alone again, and drop the columns with the postings that moved only units."""
    _rewrite(_VIEW, (_UNITS, _OLD_UNITS), (_HOLD, _OLD_HOLD))
    for table, name in _CHECKS:
        op.drop_constraint(f"ck_{table}_{name}", table)
    op.execute("ALTER TABLE posting DISABLE TRIGGER USER")
    op.execute("DELETE FROM posting WHERE amount_cents = 0")
    op.execute("ALTER TABLE posting ENABLE TRIGGER USER")
    op.drop_constraint("ck_posting_positive", "posting")
    op.create_check_constraint(op.f("ck_posting_positive"), "posting", "amount_cents > 0")
    op.drop_column("choice", "replaced_held_hundredths")
    for table, names in _COLUMNS.items():
        for name in names:
            op.drop_column(table, name)


def _rewrite(view: str, *changes: tuple[str, str]) -> None:
    """Replace parts of the function `charge_facts` as it stands, and create the view again."""
    function = op.get_bind().scalar(sa.text("SELECT pg_get_functiondef('charge_facts'::regproc)"))
    for old, new in changes:
        assert function.count(old) == 3, old
        function = function.replace(old, new)
    op.get_bind().exec_driver_sql(function.replace("%", "%%"))
    op.execute("DROP VIEW funding_facts")
    op.execute(view)
