"""What the verified claims of a service say about the log-in: its level, its time, and its second factor."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from foundation.vocabulary.log_in_services import LogInService
from foundation.web.identity.openid.faults import SKEW, LogInFault


def check_level(service: LogInService, claims: Mapping[str, Any]) -> None:
    """Refuse a log-in that has none of the levels that the service must reach."""
    if service.acr_values and claims.get("acr") not in service.acr_values:
        raise LogInFault("level")


def second_factor_at(service: LogInService, claims: Mapping[str, Any], now: datetime) -> datetime | None:
    """Return when the person gave a second factor at the service; None if there is no proof of that."""
    methods = claims.get("amr")
    is_given = claims.get("acr") in service.second_factor_acr or (
        isinstance(methods, list) and bool(service.second_factor_amr & set(map(str, methods)))
    )
    return logged_in_at(claims, now) if is_given else None


def logged_in_at(claims: Mapping[str, Any], now: datetime) -> datetime | None:
    """Return when the person logged in at the service, at the latest now; None if the answer does not say."""
    stated = claims.get("auth_time")
    if isinstance(stated, bool) or not isinstance(stated, int | float):
        return None
    try:
        return min(datetime.fromtimestamp(stated, UTC), now)
    except (OverflowError, ValueError, OSError):
        return None


def check_new(claims: Mapping[str, Any], begun_at: datetime, now: datetime) -> None:
    """Refuse a log-in of before: a confirmation needs one that was made for it."""
    at = logged_in_at(claims, now)
    if at is None or at < begun_at - SKEW:
        raise LogInFault("too_old")
