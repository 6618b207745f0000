"""Early warnings about clients and providers: what was found each week, and what a person said of it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import (
    Base,
    BigKey,
    big_reference,
    one_of,
    partial_index,
    small_reference,
    wide_reference,
)


class Alert(Base):
    """An early warning about a client's funding, or about a provider in a county.

    A client has one open alert of each rule, and a provider one in each county.

    It is judged once a week: `weeks` counts the judgements running in which it held, `opened_on` is the day
    on which it was first shown (some rules must hold twice), `closed_on` that on which it held no more.
    `figures` are those of the last judgement. `is_uncertain`: the provider reports late.
    """

    __tablename__ = "alert"
    __table_args__ = (
        one_of(
            "rule",
            "goes_too_fast",
            "ends_soon",
            "level",
            "not_started",
            "stopped",
            "cannot_use",
            "own_share_grew",
            "ending",
            "unused",
            "reports_late",
            "provider_at_risk",
        ),
        CheckConstraint(
            "CASE WHEN rule IN ('reports_late', 'provider_at_risk') THEN provider_id IS NOT NULL "
            "AND num_nonnulls(client_id, funding_id) = 0 "
            "ELSE provider_id IS NULL AND num_nulls(client_id, funding_id) = 0 END",
            name="subject",
        ),
        one_of("verdict", "useful", "not_useful"),
        CheckConstraint("weeks >= 1", name="weeks"),
        CheckConstraint("first_day <= judged_on AND opened_on >= first_day", name="days"),
        CheckConstraint("closed_on >= first_day", name="closed"),
        CheckConstraint(
            "num_nulls(verdict, verdict_at, verdict_by) IN (0, 3)"
            " AND (verdict IS NULL OR opened_on IS NOT NULL)",
            name="judged",
        ),
        wide_reference("fk_alert_funding_id", "funding", "funding_id", "county_id"),
        partial_index("ux_alert_open", "client_id", "rule", where="closed_on IS NULL", unique=True),
        partial_index(
            "ux_alert_open_of_provider",
            "provider_id",
            "county_id",
            "rule",
            where="closed_on IS NULL AND provider_id IS NOT NULL",
            unique=True,
        ),
        partial_index(
            "ix_alert_county_id",
            "county_id",
            "opened_on",
            where="closed_on IS NULL AND opened_on IS NOT NULL",
        ),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    client_id: Mapped[int | None] = big_reference("client.id")
    funding_id: Mapped[int | None] = mapped_column(BigInteger)
    provider_id: Mapped[int | None] = big_reference("provider.id")
    rule: Mapped[str]
    first_day: Mapped[date]
    judged_on: Mapped[date]
    weeks: Mapped[int] = mapped_column(SmallInteger)
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    figures: Mapped[dict[str, Any]]
    is_uncertain: Mapped[bool] = mapped_column(default=False)
    verdict: Mapped[str | None]
    verdict_at: Mapped[datetime | None]
    verdict_by: Mapped[int | None] = big_reference("person.id")
