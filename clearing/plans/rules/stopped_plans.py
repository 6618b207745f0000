"""When a provider may no longer give the visits of a plan, and why: then somebody else must be found."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from clearing.plans.facts.visits import Held
from clearing.reasons import (
    CO_PAYMENT_NOT_ALLOWED,
    NO_PRICE_ON_DAY,
    PRICE_OVER_CAP,
    PROVIDER_APPROVAL_ENDED,
    PROVIDER_APPROVAL_PENDING,
    PROVIDER_NOT_APPROVED,
    PROVIDER_PAPERS_EXPIRED,
    PROVIDER_SUSPENDED,
)
from foundation.vocabulary.dates import helsinki_day

SOON_DAYS = 45
"""A stop is a task so many days before: papers and prices that end later are mostly renewed until then."""

OF_THE_PROVIDER = (
    PROVIDER_SUSPENDED,
    PROVIDER_APPROVAL_ENDED,
    PROVIDER_NOT_APPROVED,
    PROVIDER_APPROVAL_PENDING,
    PROVIDER_PAPERS_EXPIRED,
    NO_PRICE_ON_DAY,
    PRICE_OVER_CAP,
    CO_PAYMENT_NOT_ALLOWED,
)
"""The reasons that the provider causes, the plainest first. The others are the voucher's or the county's."""


@dataclass(frozen=True, slots=True)
class PlanStop:
    """The code of why the provider may not give the visits of a plan, and the day of the first such visit."""

    code: str
    from_day: date


def stop_of_plan(held: Held) -> PlanStop | None:
    """Return why and when the provider stops a plan; None if it does not, or something else does before."""
    if held.first_unheld is None:
        return None
    found = {finding.reason for finding in held.findings}
    code = next((reason.code for reason in OF_THE_PROVIDER if reason in found), None)
    return None if code is None else PlanStop(code, held.first_unheld.day)


def found_at(stop: PlanStop | None, before: datetime | None, now: datetime) -> datetime | None:
    """Return since when a stop has been a task: since it was first found near enough; None if it is none."""
    if stop is None or stop.from_day > helsinki_day(now) + timedelta(days=SOON_DAYS):
        return None
    return before or now
