"""Planned visits by the API: a client's own, a helper's named client's, and a provider's."""

from __future__ import annotations

from datetime import date

import pytest

from clearing.plans.facts.plan import VisitId
from foundation.database.tables.choices import Choice
from foundation.database.tables.grants import Funding
from foundation.database.tables.providers import Offering
from tests.builders import a_choice
from tests.builders.client_api import BILLER, CLIENT, HELPER, STRANGER, WATCHER, ClientApi
from tests.builders.planned_visits import plan_by_the_week, plan_visits

WEEK = "from=2026-11-23&to=2026-11-29"


@pytest.fixture
def choice(client_api: ClientApi) -> Choice:
    """Two hours on Mondays and Thursdays at 17."""
    funding = client_api.session.get_one(Funding, client_api.funding_id)
    offering = client_api.session.get_one(Offering, client_api.near)
    found = a_choice(client_api.session, funding, offering, starts_on=date(2026, 11, 1))
    plan_visits(client_api.session, found)
    client_api.session.commit()
    return found


def items(client_api: ClientApi, path: str, key: str = CLIENT) -> list[dict[str, object]]:
    answer = client_api.get(path, key=key)
    assert answer.status_code == 200, answer.get_json()
    found: list[dict[str, object]] = answer.get_json()["items"]
    return found


def test_a_client_lists_the_visits_of_a_week(client_api: ClientApi, choice: Choice) -> None:
    monday, thursday = items(client_api, f"/me/visits?{WEEK}")
    assert monday["id"] == f"{choice.id}-20261123-1"
    assert (monday["start"], monday["end"]) == ("2026-11-23T15:00:00+00:00", "2026-11-23T17:00:00+00:00")
    assert (monday["quantity"], monday["unit"], monday["state"]) == ("2.00", "hour", "planned")
    assert monday["provider"] == {
        "name": "Kotiapu Kaisla Oy",
        "business_id": "1234567-1",
        "phone": "015 765 4321",
    }
    assert thursday["day"] == "2026-11-26"


def test_a_week_without_times_is_one_item(client_api: ClientApi, choice: Choice) -> None:
    plan_by_the_week(client_api.session, choice, first_day=date(2026, 11, 23))
    client_api.session.commit()
    (week,) = items(client_api, f"/me/visits?{WEEK}")
    assert (week["start"], week["day"], week["last_day"]) == (None, "2026-11-23", "2026-11-29")
    assert (week["quantity"], week["charged"]) == ("6.00", "0.00")
    for act in ("cancel", "change"):
        answer = client_api.post(f"/visits/{week['id']}/{act}", {})
        assert (answer.status_code, answer.get_json()["code"]) == (409, "visit_without_times")


def test_a_helper_names_the_client(client_api: ClientApi, choice: Choice) -> None:
    (own,) = {item["client"] for item in items(client_api, f"/me/visits?{WEEK}", HELPER)}
    assert len(items(client_api, f"/me/visits?{WEEK}&client={own}", HELPER)) == 2
    assert items(client_api, f"/me/visits?{WEEK}&client=C-1", HELPER) == []


def test_another_client_sees_none_of_them(client_api: ClientApi, choice: Choice) -> None:
    assert items(client_api, f"/me/visits?{WEEK}", STRANGER) == []


def test_a_provider_lists_its_own_with_their_clients(client_api: ClientApi, choice: Choice) -> None:
    monday, _ = items(client_api, f"/visits?{WEEK}", BILLER)
    assert monday["client_name"] == "Aino Asiakas"
    assert "provider" not in monday


def test_a_charge_of_the_day_makes_a_visit_charged(client_api: ClientApi, choice: Choice) -> None:
    (visit,) = items(client_api, "/me/visits?from=2026-11-16&to=2026-11-18")
    assert visit["state"] == "unbilled"
    charge = {"reference": "V-1", "voucher": client_api.voucher, "service": "PERSONAL_ASSISTANCE"}
    charge |= {"service_day": "2026-11-16", "quantity": "2.00", "unit": "hour", "unit_price": "36.00"}
    sent = client_api.send("POST", "/charges", charge, key=BILLER)
    (visit,) = items(client_api, "/me/visits?from=2026-11-16&to=2026-11-18")
    assert (visit["state"], visit["charge"]) == ("charged", sent.get_json()["id"])


@pytest.mark.parametrize(
    ("days", "code"),
    [
        ("from=2026-11-23&to=2026-11-22", "ends_before_start"),
        ("from=2026-01-01&to=2026-04-03", "window_too_long"),
        ("from=x", "field_malformed"),
    ],
)
@pytest.mark.parametrize(("path", "key"), [("/me/visits", CLIENT), ("/visits", BILLER)])
def test_days_that_cannot_be_listed(client_api: ClientApi, path: str, key: str, days: str, code: str) -> None:
    answer = client_api.get(f"{path}?{days}", key=key)
    assert answer.status_code == 422
    assert [error["code"] for error in answer.get_json()["errors"]] == [code]


def test_the_id_of_a_visit_reads_back() -> None:
    visit = VisitId(700, date(2026, 12, 3), 1)
    assert VisitId.parse(visit.text) == visit
    for text in ("", "700-20261303-1", "700-20261203", "x-20261203-1", "700-20261203-1 "):
        assert VisitId.parse(text) is None


def test_a_visit_is_changed_cancelled_and_restored(client_api: ClientApi, choice: Choice) -> None:
    path = f"/visits/{choice.id}-20261123-1"
    moved = client_api.post(f"{path}/change", {"to_day": "2026-11-24", "start": "10:30", "length": 90})
    assert (moved.status_code, moved.get_json()["start"]) == (200, "2026-11-24T08:30:00+00:00")
    assert moved.get_json()["warnings"] == []
    cancelled = client_api.post(f"{path}/cancel", {"why": "ill"}).get_json()
    assert (cancelled["visit"]["state"], cancelled["cost"]) == ("cancelled", "0.00")
    assert client_api.post(f"{path}/restore").get_json()["state"] == "planned"


def test_a_late_cancellation_names_its_cost_and_until_when_it_is_booked(
    client_api: ClientApi, choice: Choice
) -> None:
    offering = client_api.session.get_one(Offering, client_api.near)
    offering.cancel_notice_hours, offering.cancel_share_percent = 72, 100
    client_api.session.commit()
    path = f"/visits/{choice.id}-20261123-1"
    answer = client_api.post(f"{path}/cancel").get_json()
    assert (answer["cost"], answer["you_pay"], answer["booked_until"]) == ("72.00", "12.00", "2027-01-22")
    (item,) = [each for each in items(client_api, f"/me/visits?{WEEK}") if each["day"] == "2026-11-23"]
    for visit in (answer["visit"], item):
        assert (visit["state"], visit["cancelled_by"], visit["cancellation_cost"]) == (
            "cancelled",
            "client",
            "72.00",
        )
        assert visit["cancelled_at"] == "2026-11-21T10:00:00+00:00"
    (own, _thursday) = items(client_api, f"/visits?{WEEK}", BILLER)
    assert (own["cancelled_by"], own["cancellation_cost"]) == ("client", "72.00")
    back = client_api.post(f"{path}/restore").get_json()
    assert (back["cancelled_by"], back["cancelled_at"], back["cancellation_cost"]) == (None, None, None)


def test_a_moved_visit_at_the_minute_of_another_provider_has_a_warning(
    client_api: ClientApi, choice: Choice
) -> None:
    session = client_api.session
    other = a_choice(
        session,
        session.get_one(Funding, client_api.funding_id),
        session.get_one(Offering, client_api.dear),
        starts_on=date(2026, 11, 1),
    )
    plan_visits(session, other, weekdays=(1,))
    session.commit()
    path = f"/visits/{choice.id}-20261123-1/change"
    answer = client_api.post(path, {"to_day": "2026-11-24"}).get_json()
    assert [warning["code"] for warning in answer["warnings"]] == ["overlaps_other_provider"]
    assert answer["day"] == "2026-11-24"


def test_a_change_that_is_not_possible_has_every_reason(client_api: ClientApi, choice: Choice) -> None:
    path = f"/visits/{choice.id}-20261123-1"
    answer = client_api.post(f"{path}/change", {"to_day": "2026-11-26"})
    assert (answer.status_code, answer.get_json()["code"]) == (422, "visit_not_possible")
    assert [error["code"] for error in answer.get_json()["errors"]] == ["visits_overlap"]
    past = client_api.post(f"/visits/{choice.id}-20261116-1/cancel")
    assert (past.status_code, past.get_json()["code"]) == (409, "visit_begun")
    assert client_api.post(f"{path}/cancel", key=STRANGER).status_code == 404
    assert client_api.post(f"{path}/cancel", key=WATCHER).status_code == 403
