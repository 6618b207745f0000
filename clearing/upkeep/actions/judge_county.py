"""Judge the early warnings of a county that are not read from plans, once a week."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.upkeep.facts.course import FROM_PLANS, OF_PROVIDERS, AlertRule
from clearing.upkeep.facts.thresholds import Thresholds
from clearing.upkeep.load.alerts import (
    alerts_without_plans,
    open_alerts_of_providers,
    open_alerts_of_rule,
)
from clearing.upkeep.load.county_facts import county_after, county_facts
from clearing.upkeep.load.judged import thresholds_on
from clearing.upkeep.rules.county_warnings import OfClients, ending, not_started, of_providers
from clearing.upkeep.rules.figures import Figures
from clearing.upkeep.write.alerts import close_alert, keep_alert
from clearing.upkeep.write.judged import delete_judged_before
from foundation.vocabulary.dates import ONE_DAY, helsinki_day


def judge_next_county(session: Session, *, after: int, now: datetime) -> int | None:
    """Judge the county that comes after an id; return its id, or None if none is left. Safe to repeat.

    The fundings with plans have been judged before.
    """
    county_id = county_after(session, after)
    if county_id is not None:
        today = helsinki_day(now)
        for alert in alerts_without_plans(session, county_id, FROM_PLANS):
            close_alert(session, alert, today)
        delete_judged_before(session, county_id, today - ONE_DAY)
        _judge(session, county_id, today, thresholds_on(session, county_id, today))
    return county_id


def _judge(session: Session, county_id: int, today: date, limits: Thresholds) -> None:
    facts = county_facts(session, county_id, today, limits)
    _store(session, county_id, AlertRule.NOT_STARTED, not_started(facts.idle, limits), today)
    _store(session, county_id, AlertRule.ENDING, ending(facts.ending, limits), today)
    for rule in OF_PROVIDERS:
        found = of_providers(facts.providers, rule, today, limits)
        _store_of_providers(session, county_id, rule, found, today)


def _store(session: Session, county_id: int, rule: AlertRule, found: OfClients, today: date) -> None:
    """Open, keep or close the warnings of a rule. At a new funding or a new term it is a new one."""
    before = open_alerts_of_rule(session, county_id, rule)
    for client_id, alert in list(before.items()):
        funding_id, figures = found.get(client_id, (None, {}))
        if alert.funding_id != funding_id or alert.figures.get("stage") != figures.get("stage"):
            close_alert(session, before.pop(client_id), today)
    for client_id, (funding_id, figures) in found.items():
        subject = {"client_id": client_id, "funding_id": funding_id}
        keep_alert(session, before.get(client_id), county_id, rule, subject, figures, today)


def _store_of_providers(
    session: Session, county_id: int, rule: AlertRule, found: Mapping[int, Figures], today: date
) -> None:
    """Open, keep or close the warnings about providers. For other reasons it is a new one."""
    before = open_alerts_of_providers(session, county_id, rule)
    for provider_id, alert in list(before.items()):
        figures = found.get(provider_id)
        if figures is None or alert.figures.get("reasons") != figures.get("reasons"):
            close_alert(session, before.pop(provider_id), today)
    for provider_id, figures in found.items():
        subject = {"provider_id": provider_id}
        keep_alert(session, before.get(provider_id), county_id, rule, subject, figures, today)
