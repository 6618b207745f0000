"""Early warnings: found again each week, or closed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from clearing.upkeep.facts.course import AlertRule
from clearing.upkeep.rules.figures import Figures
from foundation.database.tables.alerts import Alert


def store_alert(
    session: Session, alert: Alert | None, values: dict[str, Any], *, day: date, need: int
) -> Alert:
    """Store that an alert holds on a day, and return it. It opens after `need` weekly judgements running."""
    row = alert or Alert(first_day=day, weeks=0, judged_on=day, **values)
    if alert is None or row.judged_on < day:
        row.weeks += 1
    row.judged_on, row.figures, row.is_uncertain = day, values["figures"], values["is_uncertain"]
    if row.opened_on is None and row.weeks >= need:
        row.opened_on = day
    session.add(row)
    session.flush()
    return row


def keep_alert(
    session: Session,
    alert: Alert | None,
    county_id: int,
    rule: AlertRule,
    subject: dict[str, int],
    figures: Figures,
    day: date,
) -> None:
    """Store that a warning about a voucher or a provider holds on a day; it opens at once."""
    values: dict[str, Any] = {
        "county_id": county_id,
        **subject,
        "rule": rule.value,
        "figures": {"day": day.isoformat(), **figures},
        "is_uncertain": False,
    }
    store_alert(session, alert, values, day=day, need=1)


def close_alert(session: Session, alert: Alert, day: date) -> None:
    """Close an alert that holds no more; one that was never opened is forgotten."""
    if alert.opened_on is None:
        session.delete(alert)
    else:
        alert.closed_on = day
    session.flush()


def store_verdict(session: Session, alert_id: int, verdict: str, *, by: int | None, at: datetime) -> None:
    """Store whether an alert was useful."""
    values = {"verdict": verdict, "verdict_at": at, "verdict_by": by}
    session.execute(update(Alert).where(Alert.id == alert_id).values(values))
