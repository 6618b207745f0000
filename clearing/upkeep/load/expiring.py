"""Fundings whose money can no longer be charged, a batch at a time in id order."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from clearing.upkeep.rules.expiry import Expiring, ExpiringHold
from foundation.vocabulary.money import Money, Quantity

_NONE_ON_HOLD = "NOT EXISTS (SELECT 1 FROM charge e WHERE e.funding_id = f.id AND e.state = 'on_hold')"
_OVER = f"upper(f.valid) - 1 + late_days_on(c.id, :today) < :today AND {_NONE_ON_HOLD}"
_GIVEN_UP = f"""coalesce((SELECT x.state FROM funding_state x
  WHERE x.funding_id = f.id AND x.from_day <= :today
  ORDER BY x.from_day DESC, x.id DESC LIMIT 1)
  = CASE WHEN f.replaced_by IS NULL THEN 'revoked' ELSE 'closed' END, false) AND {_NONE_ON_HOLD}"""  # noqa: S608
_HOLD_OVER = """h.ends_on + late_days_on(c.id, :today) < :today AND NOT EXISTS (SELECT 1 FROM charge e
  WHERE e.funding_id = h.funding_id AND e.choice_id = h.id AND e.state = 'on_hold')"""

_DUE = text(f"""
SELECT f.id FROM balance b JOIN funding f ON f.id = b.funding_id JOIN county c ON c.id = f.county_id
WHERE f.id > :after
  AND (b.free_cents > 0 OR b.held_cents > 0 OR b.free_hundredths > 0 OR b.held_hundredths > 0)
  AND ({_OVER} OR EXISTS (
  SELECT 1 FROM choice h WHERE h.funding_id = f.id AND (h.held_cents > 0 OR h.held_hundredths > 0)
    AND {_HOLD_OVER})
  OR ((b.free_cents > 0 OR b.free_hundredths > 0) AND {_GIVEN_UP}))
ORDER BY f.id LIMIT :most
""")  # noqa: S608

_FUNDINGS = text(f"""
SELECT f.id, f.voucher, f.county_id, f.cost_centre_id, {_OVER}, {_GIVEN_UP}, b.free_cents, b.free_hundredths
FROM balance b JOIN funding f ON f.id = b.funding_id JOIN county c ON c.id = f.county_id
WHERE f.id = ANY(:ids) ORDER BY f.id
""")  # noqa: S608

_HOLDS = text(f"""
SELECT h.funding_id, h.id, h.held_cents, coalesce({_HOLD_OVER}, false), h.held_hundredths
FROM choice h JOIN county c ON c.id = h.county_id
WHERE h.funding_id = ANY(:ids) AND (h.held_cents > 0 OR h.held_hundredths > 0) ORDER BY h.id
""")  # noqa: S608


def due_to_expire(session: Session, *, today: date, after: int, most: int) -> list[int]:
    """Return the next fundings after an id that are over or given up, or have a choice that is over."""
    return list(session.scalars(_DUE, {"today": today, "after": after, "most": most}))


def expiring(session: Session, funding_ids: Sequence[int], *, today: date) -> list[Expiring]:
    """Return these fundings as they are now. The caller has locked their balances."""
    parameters = {"ids": list(funding_ids), "today": today}
    holds: defaultdict[int, list[ExpiringHold]] = defaultdict(list)
    for funding_id, choice_id, held, is_over, units in session.execute(_HOLDS, parameters):
        holds[funding_id].append(ExpiringHold(choice_id, Money(held), is_over, Quantity(units)))
    return [
        Expiring(
            key,
            voucher,
            county_id,
            centre_id,
            over,
            given_up,
            Money(free),
            tuple(holds[key]),
            Quantity(units),
        )
        for key, voucher, county_id, centre_id, over, given_up, free, units in session.execute(
            _FUNDINGS, parameters
        )
    ]
