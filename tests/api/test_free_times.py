"""/my/free-times: hours and closed days replaced as a whole, what is free of them, and what clients find."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from werkzeug.test import TestResponse

from clearing.eligibility.load.proof_listings import listings_against_offerings
from clearing.plans.actions.work_out_free_times import work_out_next
from foundation.database.tables.choices import Choice
from foundation.database.tables.free_times import FreeHours, FreeTimes
from foundation.database.tables.providers import ListedOffering, Offering
from tests.builders import NOW, TODAY
from tests.builders.planned_visits import plan_visits
from tests.builders.provider_api import ProviderApi

HOURS: dict[str, Any] = {"weekday": 1, "from": "09:00", "to": "12:00"}
BACKWARDS = {"first_day": "2026-12-02", "until": "2026-12-01"}
TWICE_CLOSED = [("2026-12-01", "2026-12-03"), ("2026-12-03", "2026-12-04")]
TUESDAY = date(2026, 11, 24)
WEEK = timedelta(days=7)


def put(
    api: ProviderApi, hours: list[dict[str, Any]], *closed: dict[str, str], **headers: str
) -> TestResponse:
    body = {"hours": [{"offerings": [api.offering_id], **each} for each in hours], "closed": list(closed)}
    return api.web.put("/api/v1/my/free-times", json=body, headers=api.headers(None) | headers)


def listed(api: ProviderApi) -> date | None:
    api.session.rollback()
    query = select(ListedOffering.next_free_on).where(ListedOffering.offering_id == api.offering_id)
    assert listings_against_offerings(api.session) == []
    return api.session.scalars(query).one()


def type_a_day(api: ProviderApi, day: date) -> None:
    api.session.get_one(Offering, api.offering_id).next_free_on = day
    api.session.commit()


def take_tuesdays(api: ProviderApi, weeks: int) -> None:
    """Let the client who chose the offering have all of the hours on so many Tuesdays."""
    choice = api.session.scalars(select(Choice).where(Choice.offering_id == api.offering_id)).first()
    assert choice is not None
    plan_visits(api.session, choice, weekdays=(1,), start="09:00", minutes=180, first_day=TUESDAY)
    last = TUESDAY + (weeks - 1) * WEEK
    api.session.execute(text("UPDATE plan_pattern SET last_day = :last"), {"last": last})
    api.session.commit()


def test_hours_are_kept_with_an_etag_and_the_search_finds_their_first_free_day(
    provider_api: ProviderApi,
) -> None:
    type_a_day(provider_api, TODAY + 30 * timedelta(days=1))
    empty = provider_api.web.get("/api/v1/my/free-times", headers=provider_api.headers(None))
    assert empty.get_json() == {"hours": [], "closed": [], "free": []}
    kept = put(provider_api, [HOURS | {"until": "2026-12-01"}], **{"If-Match": empty.headers["ETag"]})
    body = kept.get_json()
    assert (kept.status_code, body["hours"][0]["first_day"], body["hours"][0]["at_once"]) == (
        200, TODAY.isoformat(), 1,
    )  # fmt: skip
    times = [{"day": day, "from": "09:00", "to": "12:00"} for day in ("2026-11-24", "2026-12-01")]
    assert body["free"] == [{"offering": provider_api.offering_id, "times": times}]
    assert listed(provider_api) == TUESDAY
    public = provider_api.web.get(f"/api/v1/offerings/{provider_api.offering_id}").get_json()
    assert (public["next_free_on"], public["free_times"]) == ("2026-11-24", times)
    assert put(provider_api, [], **{"If-Match": empty.headers["ETag"]}).status_code == 412
    assert put(provider_api, [], **{"If-Match": kept.headers["ETag"]}).status_code == 200
    assert listed(provider_api) == TODAY + 30 * timedelta(days=1)
    assert provider_api.session.scalar(select(func.count()).select_from(FreeHours)) == 0


def test_days_that_clients_have_taken_and_closed_days_are_not_free(provider_api: ProviderApi) -> None:
    assert put(provider_api, [HOURS]).status_code == 200
    take_tuesdays(provider_api, weeks=2)
    with provider_api.session.begin():
        assert work_out_next(provider_api.session, after=0, now=NOW) == provider_api.provider_id
        assert work_out_next(provider_api.session, after=provider_api.provider_id, now=NOW) is None
    assert listed(provider_api) == TUESDAY + 2 * WEEK
    closed = {"from": "2026-12-07", "to": "2026-12-13"}
    assert put(provider_api, [HOURS], closed).status_code == 200
    assert listed(provider_api) == TUESDAY + 3 * WEEK
    two_at_once = put(provider_api, [HOURS | {"at_once": 2}], closed)
    assert two_at_once.get_json()["free"][0]["times"][0]["day"] == "2026-11-24"


def test_the_filter_finds_what_is_free_within_days(provider_api: ProviderApi) -> None:
    type_a_day(provider_api, TODAY)
    take_tuesdays(provider_api, weeks=2)
    assert put(provider_api, [HOURS]).status_code == 200

    def found(days: int) -> list[int]:
        answer = provider_api.web.get(f"/api/v1/offerings?free_within_days={days}").get_json()
        return [item["id"] for item in answer["items"]]

    away = (TUESDAY + 2 * WEEK - TODAY).days
    assert provider_api.offering_id not in found(away - 1)
    assert provider_api.offering_id in found(away)


def test_nothing_free_is_not_the_day_that_was_typed(provider_api: ProviderApi) -> None:
    type_a_day(provider_api, TODAY)
    ended = put(provider_api, [HOURS | {"first_day": "2026-11-02", "until": "2026-11-09"}])
    assert ended.get_json()["free"] == [{"offering": provider_api.offering_id, "times": []}]
    assert listed(provider_api) is None


@pytest.mark.parametrize(
    ("hours", "closed", "field", "code"),
    [
        ([HOURS | {"to": "09:29"}], [], "hours.0.to", "hours_too_short"),
        ([HOURS | {"to": "08:00"}], [], "hours.0.to", "hours_too_short"),
        ([HOURS | {"to": "9"}], [], "hours.0.to", "field_malformed"),
        ([HOURS | {"weekday": 7}], [], "hours.0.weekday", "field_too_large"),
        ([HOURS | {"at_once": 0}], [], "hours.0.at_once", "at_once_impossible"),
        ([HOURS | BACKWARDS], [], "hours.0.until", "ends_before_start"),
        ([HOURS | {"offerings": []}], [], "hours.0.offerings", "offering_missing"),
        ([HOURS | {"offerings": [999999]}], [], "hours.0.offerings", "offering_unknown"),
        ([HOURS, HOURS], [], "hours.1.from", "hours_overlap"),
        ([HOURS, HOURS | {"from": "11:00", "to": "14:00"}], [], "hours.1.from", "hours_overlap"),
        ([HOURS] * 201, [], "hours", "too_many_hours"),
        ([], [("2026-12-02", "2026-12-01")], "closed.0.to", "ends_before_start"),
        ([], TWICE_CLOSED, "closed.1.from", "closed_days_overlap"),
    ],
)  # fmt: skip
def test_what_is_wrong_names_its_field_and_stores_nothing(
    provider_api: ProviderApi,
    hours: list[dict[str, Any]],
    closed: list[tuple[str, str]],
    field: str,
    code: str,
) -> None:
    answer = put(provider_api, hours, *({"from": first, "to": last} for first, last in closed))
    found = [(error["field"], error["code"]) for error in answer.get_json()["errors"]]
    assert (answer.status_code, found) == (422, [(field, code)])
    assert provider_api.session.scalar(select(func.count()).select_from(FreeHours)) == 0


def test_hours_that_follow_each_other_do_not_overlap(provider_api: ProviderApi) -> None:
    later = HOURS | {"from": "12:00", "to": "00:00"}
    next_year = HOURS | {"first_day": "2027-01-01"}
    answer = put(provider_api, [HOURS | {"until": "2026-12-31"}, later, next_year])
    assert (answer.status_code, len(answer.get_json()["hours"])) == (200, 3)
    assert answer.get_json()["hours"][2]["to"] == "00:00"


def test_hours_are_never_of_another_providers_offering(provider_api: ProviderApi) -> None:
    assert put(provider_api, [HOURS]).status_code == 200
    with pytest.raises(IntegrityError, match="fk_free_hours_offering"):
        provider_api.session.execute(text("UPDATE free_hours_offering SET provider_id = provider_id + 1"))
    provider_api.session.rollback()
    with pytest.raises(IntegrityError, match="ck_free_times_first_free_on"):
        provider_api.session.execute(text("UPDATE free_times SET first_free_on = NULL"))
    provider_api.session.rollback()
    stranger = provider_api.web.get(
        "/api/v1/my/free-times", headers={"Authorization": f"Bearer {provider_api.stranger_key}"}
    )
    assert stranger.get_json() == {"hours": [], "closed": [], "free": []}
    assert provider_api.count(FreeTimes) == 1
