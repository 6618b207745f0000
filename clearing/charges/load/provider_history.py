"""What a provider usually charges: read only where a county samples by it (R-33)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, time

from sqlalchemy.orm import Session

from clearing.charges.facts.book import CountySettings
from clearing.eligibility.facts.provider import ProviderFacts
from foundation.database.session import driver
from foundation.vocabulary.dates import HELSINKI, helsinki_day
from foundation.vocabulary.money import Money

NEWEST = 100
"""The usual price is the median of this many newest accepted charges."""
FEWEST = 10
"""With fewer charges nothing is usual yet."""

_ANY = (1 << 63) - 1

_HISTORY = """
SELECT p.id, count(c.price_cents), count(c.price_cents) FILTER (WHERE c.received_at < %(before)s),
  percentile_disc(0.5) WITHIN GROUP (ORDER BY c.price_cents) FILTER (WHERE c.received_at < %(before)s)
FROM unnest(%(providers)s::bigint[]) AS p (id) CROSS JOIN LATERAL (
  SELECT price_cents, received_at FROM charge
  WHERE provider_id = p.id AND id <= %(newest_id)s
    AND state IN ('accepted', 'settled') AND corrects_id IS NULL
  ORDER BY charge.id DESC LIMIT %(newest)s) AS c
GROUP BY p.id
"""


def with_history(
    session: Session,
    providers: Mapping[int, ProviderFacts],
    counties: Iterable[CountySettings],
    *,
    now: datetime,
    newest_id: int | None = None,
) -> Mapping[int, ProviderFacts]:
    """The providers with their count of accepted charges and usual line price, where some county asks for it.

    What is usual is judged by the charges that came before today, so that a file of many charges is decided
    as they would be one by one. With `newest_id` charges with a later id do not count: slices of one batch
    are judged by the same history.
    """
    asked = [county.sampling for county in counties if county.sampling is not None]
    first = max((sampling.first_charges_of_provider for sampling in asked), default=0)
    if not first and not any(sampling.far_from_usual_hundredths for sampling in asked):
        return providers
    before = datetime.combine(helsinki_day(now), time.min, HELSINKI)
    wanted = {"providers": list(providers), "before": before, "newest": max(NEWEST, first)}
    wanted["newest_id"] = _ANY if newest_id is None else newest_id
    known = dict(providers)
    for key, count, earlier, median in driver(session).execute(_HISTORY, wanted, prepare=True):
        usual = Money(median) if earlier >= FEWEST else None
        known[key] = replace(known[key], accepted_before=count, usual_price_cents=usual)
    return known
