"""Open early warnings about providers, as people read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from clearing.upkeep.facts.course import AlertRule
from clearing.upkeep.rules.provider_warnings import Risk
from foundation.database.tables.alerts import Alert
from foundation.database.tables.providers import Provider


@dataclass(frozen=True, slots=True)
class ProviderAlert:
    """An open early warning about a provider in a county, with the numbers of its last judgement."""

    id: int
    county_id: int
    provider_id: int
    provider: str
    business_id: str
    rule: AlertRule
    opened_on: date
    judged_on: date
    weeks: int
    figures: Mapping[str, Any]
    verdict: str | None

    @property
    def reasons(self) -> tuple[Risk, ...]:
        """Why the provider is at risk."""
        return tuple(Risk(reason) for reason in str(self.figures.get("reasons", "")).split())

    def day(self, name: str) -> date | None:
        """Return a day of the figures; None if it is not known."""
        text = self.figures.get(name)
        return None if text is None else date.fromisoformat(str(text))


def providers_at_risk(session: Session, county_id: int, *, only_new: bool = False) -> list[ProviderAlert]:
    """Return the open warnings about providers at risk (alert 10), the oldest first.

    Args:
        only_new: Leave out those of which a worker has said whether they were useful.
    """
    conditions = [Alert.county_id == county_id, Alert.rule == AlertRule.AT_RISK.value]
    if only_new:
        conditions.append(Alert.verdict.is_(None))
    return _read(session, *conditions)


def late_reports_of(session: Session, provider_id: int, *, only_new: bool = False) -> list[ProviderAlert]:
    """Return the open warnings that a provider reports late (alert 7), one for each county."""
    conditions = [Alert.provider_id == provider_id, Alert.rule == AlertRule.REPORTS_LATE.value]
    if only_new:
        conditions.append(Alert.verdict.is_(None))
    return _read(session, *conditions)


def _read(session: Session, *conditions: ColumnElement[bool]) -> list[ProviderAlert]:
    query = (
        select(Alert, Provider.name, Provider.business_id)
        .join(Provider, Provider.id == Alert.provider_id)
        .where(Alert.closed_on.is_(None), Alert.opened_on.is_not(None), *conditions)
        .order_by(Alert.opened_on, Alert.id)
        .execution_options(populate_existing=True)
    )
    return [
        ProviderAlert(
            id=row.id,
            county_id=row.county_id,
            provider_id=row.provider_id,
            provider=name,
            business_id=business_id,
            rule=AlertRule(row.rule),
            opened_on=row.opened_on,
            judged_on=row.judged_on,
            weeks=row.weeks,
            figures=row.figures,
            verdict=row.verdict,
        )
        for row, name, business_id in session.execute(query)
        if row.provider_id is not None and row.opened_on is not None
    ]
