"""Open early warnings: those of a client for the judgement, and as people read them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Integer, Select, cast, exists, func, or_, select
from sqlalchemy.orm import Session

from clearing.upkeep.facts.course import AlertRule
from foundation.database.columns import any_of
from foundation.database.tables.alerts import Alert
from foundation.database.tables.choices import Choice
from foundation.database.tables.clients import Client
from foundation.database.tables.grants import Funding, FundingService
from foundation.database.tables.providers import Offering, Provider
from foundation.database.tables.services import Service

RANK = {
    AlertRule.STOPPED: 1,
    AlertRule.CANNOT_USE: 2,
    AlertRule.TOO_FAST: 3,
    AlertRule.ENDS_SOON: 4,
    AlertRule.ENDING: 5,
    AlertRule.NOT_STARTED: 6,
    AlertRule.OWN_SHARE: 7,
    AlertRule.LEVEL: 8,
    AlertRule.UNUSED: 9,
}


@dataclass(frozen=True, slots=True)
class AlertEntry:
    """An open early warning with the numbers of its last judgement; `unit` is that of the funding's service.

    `provider` is that of the choice, if the alert is about one. `verdict` is what a worker said of it.
    """

    id: int
    county_id: int
    client_id: int
    client_number: str
    funding_id: int
    voucher: str
    rule: AlertRule
    opened_on: date
    judged_on: date
    weeks: int
    figures: Mapping[str, str | int]
    is_uncertain: bool
    verdict: str | None
    unit: str
    provider: str | None

    @property
    def known_day(self) -> date:
        """The last service day that was known."""
        return self._day("day")

    @property
    def idle_since(self) -> date:
        """The last day with a visit, or the first day of the funding."""
        return self._day("since")

    @property
    def used_up_on(self) -> date:
        """The day on which the money would end at this pace."""
        return self._day("used_up_on")

    @property
    def last_day(self) -> date:
        """The last day of the funding."""
        return self._day("last_day")

    def _day(self, name: str) -> date:
        return date.fromisoformat(str(self.figures[name]))


OpenAlerts = dict[tuple[int, str], Alert]
"""The alerts that have not closed, by client and rule, with those that wait for a second week."""


def open_alerts(session: Session, client_ids: Collection[int]) -> OpenAlerts:
    """Return the alerts of these clients."""
    query = select(Alert).where(Alert.client_id == any_of(client_ids), Alert.closed_on.is_(None))
    found = session.scalars(query.order_by(Alert.id).with_for_update())
    return {(row.client_id, row.rule): row for row in found if row.client_id is not None}


def open_alerts_of_rule(session: Session, county_id: int, rule: AlertRule) -> dict[int, Alert]:
    """Return the alerts of a rule about a county's clients that have not closed, by client."""
    query = select(Alert).where(
        Alert.county_id == county_id, Alert.rule == rule.value, Alert.closed_on.is_(None)
    )
    found = session.scalars(query.with_for_update())
    return {row.client_id: row for row in found if row.client_id is not None}


def open_alerts_of_providers(session: Session, county_id: int, rule: AlertRule) -> dict[int, Alert]:
    """Return the alerts of a rule about providers in a county that have not closed, by provider."""
    query = select(Alert).where(
        Alert.county_id == county_id, Alert.rule == rule.value, Alert.closed_on.is_(None)
    )
    found = session.scalars(query.with_for_update())
    return {row.provider_id: row for row in found if row.provider_id is not None}


def alerts_without_plans(session: Session, county_id: int, rules: Collection[AlertRule]) -> list[Alert]:
    """Return the alerts of rules that have not closed although every choice of the funding has ended."""
    has_plan = exists().where(
        Choice.funding_id == Alert.funding_id,
        or_(Choice.ended_at.is_(None), Choice.held_cents > 0, Choice.held_hundredths > 0),
    )
    of_rules = Alert.rule.in_([rule.value for rule in rules])
    query = select(Alert).where(Alert.county_id == county_id, of_rules, Alert.closed_on.is_(None), ~has_plan)
    return list(session.scalars(query.with_for_update()))


def alerts_of_county(
    session: Session, county_id: int, *, first: int, count: int, only_new: bool = False
) -> tuple[list[AlertEntry], int]:
    """Return a page of a county's open alerts, ranked, and the number of all.

    Args:
        only_new: Leave out those of which a worker has said whether they were useful.
    """
    for_worker = func.coalesce(Alert.figures["for_worker"].astext, "1") == "1"
    conditions = [Alert.county_id == county_id, or_(Alert.rule != "level", for_worker)]
    if only_new:
        conditions.append(Alert.verdict.is_(None))
    query = _query(*conditions)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    entries = _read(session, query) if total else []
    ranked = sorted(entries, key=lambda each: (RANK[each.rule], each.opened_on, each.id))
    return ranked[first : first + count], total


def alerts_of_client(session: Session, client_id: int) -> list[AlertEntry]:
    """Return the open alerts about a client, the oldest first."""
    return _read(session, _query(Alert.client_id == client_id))


def alert_by_id(session: Session, county_id: int, alert_id: int) -> AlertEntry | None:
    """Return an open alert of a county; None if there is none with this id."""
    found = _read(session, _query(Alert.county_id == county_id, Alert.id == alert_id))
    return found[0] if found else None


def _query(*conditions: ColumnElement[bool]) -> Select[Alert, str, str, str | None, str | None]:
    choice_id = cast(Alert.figures["choice"].astext, Integer)
    of_service = (
        select(Service.unit)
        .join(FundingService, FundingService.service_id == Service.id)
        .where(FundingService.funding_id == Alert.funding_id)
        .order_by(Service.id)
        .limit(1)
        .scalar_subquery()
    )
    of_offering = select(Offering.unit).join(Choice, Choice.offering_id == Offering.id)
    unit = func.coalesce(of_offering.where(Choice.id == choice_id).scalar_subquery(), of_service)
    provider = (
        select(Provider.name)
        .join(Choice, Choice.provider_id == Provider.id)
        .where(Choice.id == choice_id)
        .scalar_subquery()
    )
    return (
        select(Alert, Client.number, Funding.voucher, unit.label("unit"), provider.label("provider"))
        .join(Client, Client.id == Alert.client_id)
        .join(Funding, Funding.id == Alert.funding_id)
        .where(Alert.closed_on.is_(None), Alert.opened_on.is_not(None), *conditions)
        .order_by(Alert.opened_on, Alert.id)
        .execution_options(populate_existing=True)
    )


def _read(session: Session, query: Select[Alert, str, str, str | None, str | None]) -> list[AlertEntry]:
    return [
        AlertEntry(
            id=row.id,
            county_id=row.county_id,
            client_id=row.client_id,
            client_number=number,
            funding_id=row.funding_id,
            voucher=voucher,
            rule=AlertRule(row.rule),
            opened_on=row.opened_on,
            judged_on=row.judged_on,
            weeks=row.weeks,
            figures=row.figures,
            is_uncertain=row.is_uncertain,
            verdict=row.verdict,
            unit=unit or "",
            provider=provider,
        )
        for row, number, voucher, unit, provider in session.execute(query)
        if row.opened_on is not None and row.client_id is not None and row.funding_id is not None
    ]
