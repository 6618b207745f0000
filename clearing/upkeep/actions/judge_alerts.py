"""Judge the early warnings of fundings with plans, once a week."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from statistics import median

from sqlalchemy.orm import Session

from clearing.grants.facts.funding import Funding
from clearing.grants.load.fundings import fundings
from clearing.plans.load.replanning import fundings_with_plans
from clearing.upkeep.facts.course import FROM_PLANS, AlertRule
from clearing.upkeep.facts.judged import JudgedFunding
from clearing.upkeep.facts.thresholds import Thresholds
from clearing.upkeep.load.alerts import OpenAlerts, open_alerts
from clearing.upkeep.load.courses import FundingCourse, courses_of_fundings, day_that_is_known
from clearing.upkeep.load.judged import judged_before, thresholds_on
from clearing.upkeep.rules.courses import course_of
from clearing.upkeep.rules.early_warnings import TWO_WEEKS
from clearing.upkeep.rules.figures import Figures
from clearing.upkeep.rules.judged_choices import judged_choice
from clearing.upkeep.rules.judging import holding, is_uncertain
from clearing.upkeep.write.alerts import close_alert, store_alert
from clearing.upkeep.write.judged import delete_judged, store_judged
from foundation.vocabulary.dates import helsinki_day

UNCERTAIN = frozenset({AlertRule.TOO_FAST, AlertRule.STOPPED, AlertRule.CANNOT_USE})
"""These are uncertain when a provider reports late."""


def judge_next(session: Session, *, after: int, most: int, now: datetime) -> int | None:
    """Judge at most so many fundings after an id; return the last id, or None if none is left.

    Safe to repeat: a second judgement on the same day counts no further week.
    """
    ids = fundings_with_plans(session, after=after, most=most)
    found = fundings(session, ids, lock=False) if ids else {}
    today = helsinki_day(now)
    counties = {funding.county_id for funding in found.values()}
    limits = {county_id: thresholds_on(session, county_id, today) for county_id in counties}
    _judge_fundings(session, [found[funding_id] for funding_id in ids], limits, today)
    return ids[-1] if ids else None


def _judge_fundings(
    session: Session, found: Sequence[Funding], of_counties: Mapping[int, Thresholds], today: date
) -> None:
    courses = courses_of_fundings(session, found, today)
    before = judged_before(session, [funding.id for funding in found])
    alerts = open_alerts(session, {course.client_id for course in courses.values()})
    judged = {}
    for funding in found:
        course = courses[funding.id]
        judged[funding.id] = _judged(course, funding, today, before.get(funding.id))
        limits = of_counties[funding.county_id]
        held = holding(judged[funding.id], limits) if course.is_open else {}
        _store_alerts(session, alerts, judged[funding.id], funding.county_id, held, limits)
    is_open = {key for key, course in courses.items() if course.is_open}
    store_judged(session, [(judged[each.id], each.county_id) for each in found if each.id in is_open])
    delete_judged(session, courses.keys() - is_open)


def _store_alerts(
    session: Session,
    alerts: OpenAlerts,
    judged: JudgedFunding,
    county_id: int,
    held: Mapping[AlertRule, Figures],
    limits: Thresholds,
) -> None:
    """Open, keep or close the alerts of a funding among those of its client, which are kept up to date."""
    client_id, funding_id, today = judged.client_id, judged.funding_id, judged.judged_on
    for rule in FROM_PLANS:
        key = (client_id, rule.value)
        alert, figures = alerts.get(key), held.get(rule)
        if alert is not None and alert.funding_id != funding_id:
            continue
        if figures is not None:
            values = {
                "county_id": county_id,
                "client_id": client_id,
                "funding_id": funding_id,
                "rule": rule.value,
                "figures": {"day": judged.known_day.isoformat(), **figures},
                "is_uncertain": rule in UNCERTAIN and is_uncertain(judged, limits),
            }
            need = 2 if rule in TWO_WEEKS else 1
            alerts[key] = store_alert(session, alert, values, day=today, need=need)
        elif alert is not None:
            close_alert(session, alerts.pop(key), today)


def _judged(read: FundingCourse, funding: Funding, today: date, last: JudgedFunding | None) -> JudgedFunding:
    """Return what a funding is judged by; `last` was that of an earlier day, or of this one."""
    known = day_that_is_known(read.delays, today)
    is_again = last is not None and last.judged_on == today
    before = None if last is None else last.before if is_again else last.course
    return JudgedFunding(
        funding_id=funding.id,
        client_id=read.client_id,
        judged_on=today,
        known_day=known,
        in_units=read.spending.in_units,
        delay_days=float(median(read.delays)) if read.delays else 0.0,
        course=course_of(read.choices, read.spending, funding.window, known),
        before=before,
        choices=tuple(judged_choice(choice, known, today) for choice in read.choices),
    )
