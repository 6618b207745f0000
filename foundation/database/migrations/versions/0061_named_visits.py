"""The planned visit that a charge names: two charges that count never name one visit (docs/decisions/0151)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0054"
branch_labels = None
depends_on = None

_UNITS = "b.charged_hundredths + b.settled_hundredths,"
_VISITS = """
(SELECT json_agg(json_build_array(p.choice_id, p.visit_day, p.visit_number, p.id))
  FROM charge p WHERE p.funding_id = d.funding_id AND p.visit_day IS NOT NULL
    AND p.state IN ('accepted', 'on_hold', 'settled')"""
_NEAR = " AND p.visit_day BETWEEN named.first - 60 AND named.last + 60"
_VIEW = f"""
CREATE VIEW funding_facts AS
SELECT d.funding_id, json_build_array(d.document, b.granted_cents, b.free_cents, b.granted_hundredths,
b.free_hundredths, {_UNITS}
(SELECT json_agg(json_build_array(h.id, h.offering_id, h.provider_id, h.starts_on, h.ends_on, h.held_cents,
    h.held_hundredths) ORDER BY h.id)
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
    """Add the columns and let facts carry the visits that were charged."""
    op.add_column("charge", sa.Column("visit_day", sa.Date(), nullable=True))
    op.add_column("charge", sa.Column("visit_number", sa.SmallInteger(), nullable=True))
    op.create_check_constraint(
        op.f("ck_charge_visit"), "charge", "(visit_day IS NULL) = (visit_number IS NULL)"
    )
    op.create_index(
        "ux_charge_visit",
        "charge",
        ["funding_id", "visit_day", "visit_number", "choice_id"],
        unique=True,
        postgresql_where="visit_day IS NOT NULL AND state IN ('accepted', 'on_hold', 'settled')",
    )
    _rewrite(_UNITS, f"{_UNITS}{_VISITS}{_NEAR}),", _VIEW.replace(_UNITS, f"{_UNITS}{_VISITS}),"))


def downgrade() -> None:
    """Read without visits again, and drop the columns."""
    _rewrite(f"{_UNITS}{_VISITS}{_NEAR}),", _UNITS, _VIEW)
    op.drop_index("ux_charge_visit", "charge")
    op.drop_column("charge", "visit_number")
    op.drop_column("charge", "visit_day")


def _rewrite(old: str, new: str, view: str) -> None:
    """Replace a part of the function `charge_facts` as it stands, and create the view again."""
    function = op.get_bind().scalar(sa.text("SELECT pg_get_functiondef('charge_facts'::regproc)"))
    assert function.count(old) == 3
    op.get_bind().exec_driver_sql(function.replace(old, new).replace("%", "%%"))
    op.execute("DROP VIEW funding_facts")
    op.execute(view)
