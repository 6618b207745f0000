"""Move what is in an ended municipality to the one that took its place."""

from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

_CLIENTS = text("""
UPDATE client t SET municipality_code = m.successor_code FROM municipality m
WHERE t.municipality_code = m.code AND m.ended_on < :today
""")
_UNITS = text("""
UPDATE provider_unit t SET municipality_code = m.successor_code FROM municipality m
WHERE t.municipality_code = m.code AND m.ended_on < :today
""")
_OFFERINGS = text("""
UPDATE offering t SET version = version + 1, municipalities = (
  SELECT array_agg(DISTINCT coalesce(m.successor_code, c) ORDER BY coalesce(m.successor_code, c))
  FROM unnest(t.municipalities) AS c LEFT JOIN municipality m ON m.code = c AND m.ended_on < :today)
WHERE EXISTS (SELECT 1 FROM municipality m WHERE m.code = ANY (t.municipalities) AND m.ended_on < :today)
""")


def move_to_successors(session: Session, *, today: date) -> int:
    """Move clients, providers' places and what offerings serve; return how many rows were moved."""
    moved = 0
    for statement in (_CLIENTS, _UNITS, _OFFERINGS):
        result = session.execute(statement, {"today": today})
        moved += result.rowcount  # type: ignore[attr-defined]
    session.expire_all()
    return moved
