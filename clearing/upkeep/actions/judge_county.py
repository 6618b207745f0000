"""Judge the early warnings of a county that are not read from plans, once a week."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.upkeep.facts.course import FROM_PLANS, AlertRule
from clearing.upkeep.load.alerts import alerts_without_plans, open_alerts_of_rule
from clearing.upkeep.load.vouchers import county_after, ending_vouchers, idle_vouchers
from clearing.upkeep.rules.figures import figures_of_ending, figures_of_idle
from clearing.upkeep.rules.voucher_warnings import ending_stage, is_not_started
from clearing.upkeep.write.alerts import close_alert, store_alert
from foundation.vocabulary.dates import helsinki_day

Figures = dict[str, str | int]
Found = dict[int, tuple[int, Figures]]
"""The funding and the figures of an alert that holds, by client."""


def judge_next_county(session: Session, *, after: int, now: datetime) -> int | None:
    """Judge the county that comes after an id; return its id, or None if none is left. Safe to repeat."""
    county_id = county_after(session, after)
    if county_id is not None:
        today = helsinki_day(now)
        for alert in alerts_without_plans(session, county_id, FROM_PLANS):
            close_alert(session, alert, today)
        _store(session, county_id, AlertRule.NOT_STARTED, _not_started(session, county_id, today), today)
        _store(session, county_id, AlertRule.ENDING, _ending(session, county_id, today), today)
    return county_id


def _not_started(session: Session, county_id: int, today: date) -> Found:
    found: Found = {}
    for voucher in idle_vouchers(session, county_id, today):
        if is_not_started(voucher.idle):
            found.setdefault(voucher.client_id, (voucher.funding_id, figures_of_idle(voucher.idle)))
    return found


def _ending(session: Session, county_id: int, today: date) -> Found:
    found: Found = {}
    for voucher in ending_vouchers(session, county_id, today):
        stage = ending_stage(voucher.ending)
        if stage is not None:
            figures = figures_of_ending(voucher.ending, stage)
            found.setdefault(voucher.client_id, (voucher.funding_id, figures))
    return found


def _store(
    session: Session, county_id: int, rule: AlertRule, found: Mapping[int, tuple[int, Figures]], today: date
) -> None:
    """Open, keep or close the alerts of a rule. At a new funding or a new term it is a new alert."""
    before = open_alerts_of_rule(session, county_id, rule)
    for client_id, alert in list(before.items()):
        funding_id, figures = found.get(client_id, (None, {}))
        if alert.funding_id != funding_id or alert.figures.get("stage") != figures.get("stage"):
            close_alert(session, before.pop(client_id), today)
    for client_id, (funding_id, figures) in found.items():
        values = {
            "county_id": county_id,
            "client_id": client_id,
            "funding_id": funding_id,
            "rule": rule.value,
            "figures": {"day": today.isoformat(), **figures},
            "is_uncertain": False,
        }
        store_alert(session, before.get(client_id), values, day=today, need=1)
