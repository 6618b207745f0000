"""What a provider usually charges: read only if a county samples by it (R-33)."""

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
"""With fewer charges there is no usual price yet."""

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
    """Return the providers with their count of accepted charges and their usual price, if a county uses them.

    Only charges received before today count towards the usual price, so a file is decided as its charges one
    by one. With `newest_id` charges with a larger id do not count: slices of a batch have the same history.
    """
    samplings = [county.sampling for county in counties if county.sampling is not None]
    first = max((sampling.first_charges_of_provider for sampling in samplings), default=0)
    if not first and not any(sampling.far_from_usual_hundredths for sampling in samplings):
        return providers
    before = datetime.combine(helsinki_day(now), time.min, HELSINKI)
    parameters = {"providers": list(providers), "before": before, "newest": max(NEWEST, first)}
    parameters["newest_id"] = _ANY if newest_id is None else newest_id
    known = dict(providers)
    for key, count, earlier, median in driver(session).execute(_HISTORY, parameters, prepare=True):
        usual = Money(median) if earlier >= FEWEST else None
        known[key] = replace(known[key], accepted_before=count, usual_price_cents=usual)
    return known
