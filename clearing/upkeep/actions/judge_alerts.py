"""Judge the early warnings of fundings with plans, once a week."""

from datetime import date, datetime
from statistics import median

from sqlalchemy.orm import Session

from clearing.grants.facts.funding import Funding
from clearing.grants.load.fundings import client_of, fundings
from clearing.plans.load.replanning import fundings_with_plans
from clearing.upkeep.facts.course import FROM_PLANS, AlertRule
from clearing.upkeep.load.alerts import open_alerts
from clearing.upkeep.load.courses import FundingCourse, course_of_funding, day_that_is_known
from clearing.upkeep.rules.courses import course_of, own_share_of, rhythm_of
from clearing.upkeep.rules.early_warnings import (
    TWO_WEEKS,
    has_stopped,
    is_judged,
    judge,
    own_share_grew,
)
from clearing.upkeep.rules.figures import figures_of, figures_of_own_share, figures_of_rhythm
from clearing.upkeep.write.alerts import close_alert, store_alert
from foundation.vocabulary.dates import helsinki_day

LATE_DAYS = 10
"""A provider whose median delay is longer reports late: alert 7, which makes alerts 1, 5 and 6 uncertain."""

Figures = dict[str, str | int]


def judge_next(session: Session, *, after: int, most: int, now: datetime) -> int | None:
    """Judge at most so many fundings after an id; return the last id, or None if none is left.

    Safe to repeat: a second judgement on the same day counts no further week.
    """
    ids = fundings_with_plans(session, after=after, most=most)
    found = fundings(session, ids, lock=False) if ids else {}
    for funding_id in ids:
        _judge_funding(session, found[funding_id], now)
    return ids[-1] if ids else None


def _judge_funding(session: Session, funding: Funding, now: datetime) -> None:
    today = helsinki_day(now)
    read = course_of_funding(session, funding, today)
    known = day_that_is_known(read.delays, today)
    holding = _holding(read, funding, known)
    client_id = client_of(session, funding.id)
    before = open_alerts(session, client_id)
    is_late = bool(read.delays) and median(read.delays) > LATE_DAYS
    for rule in FROM_PLANS:
        alert, figures = before.get(rule.value), holding.get(rule)
        if alert is not None and alert.funding_id != funding.id:
            continue
        if figures is not None:
            values = {
                "county_id": funding.county_id,
                "client_id": client_id,
                "funding_id": funding.id,
                "rule": rule.value,
                "figures": {"day": known.isoformat(), **figures},
                "is_uncertain": is_late,
            }
            store_alert(session, alert, values, day=today, need=2 if rule in TWO_WEEKS else 1)
        elif alert is not None:
            close_alert(session, alert, today)


def _holding(read: FundingCourse, funding: Funding, known: date) -> dict[AlertRule, Figures]:
    """Return the figures of each alert that holds as of a known day; none if the funding is not open."""
    if not read.is_open:
        return {}
    held = _own_shares(read, known)
    course = course_of(read.choices, read.spending, funding.window, known)
    if course is None or not is_judged(course):
        return held
    held |= {rule: figures_of(course, in_units=read.spending.in_units) for rule in judge(course)}
    stopped = [(choice, rhythm_of(choice, known)) for choice in read.choices]
    for choice, rhythm in stopped:
        if rhythm is not None and has_stopped(rhythm):
            held[AlertRule.STOPPED] = figures_of_rhythm(rhythm, choice.choice_id)
    return held


def _own_shares(read: FundingCourse, known: date) -> dict[AlertRule, Figures]:
    """Return the figures of the choice whose own share grew most, if that is an alert."""
    found = [(own, choice.choice_id) for choice in read.choices if (own := own_share_of(choice, known))]
    grown = [(own, choice_id) for own, choice_id in found if own_share_grew(own)]
    if not grown:
        return {}
    own, choice_id = max(grown, key=lambda each: each[0].now_cents - each[0].then_cents)
    return {AlertRule.OWN_SHARE: figures_of_own_share(own, choice_id)}
