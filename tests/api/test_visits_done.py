"""A planned visit charged as planned, or not given, by the provider."""

from __future__ import annotations

from datetime import date

import pytest

from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.charges import Charge
from foundation.database.tables.choices import Choice
from foundation.database.tables.grants import Funding
from foundation.database.tables.providers import Offering
from tests.builders import a_choice
from tests.builders.client_api import BILLER, ClientApi
from tests.builders.planned_visits import plan_by_the_week, plan_visits


@pytest.fixture
def choice(client_api: ClientApi) -> Choice:
    """Two hours on Mondays and Thursdays at 17."""
    funding = client_api.session.get_one(Funding, client_api.funding_id)
    offering = client_api.session.get_one(Offering, client_api.near)
    found = a_choice(client_api.session, funding, offering, starts_on=date(2026, 11, 1))
    plan_visits(client_api.session, found)
    client_api.session.commit()
    return found


def monday(choice: Choice) -> str:
    return f"{choice.id}-20261116-1"


def thursday(choice: Choice) -> str:
    return f"{choice.id}-20261119-1"


def test_done_as_planned_is_one_charge_however_often(client_api: ClientApi, choice: Choice) -> None:
    path = f"/visits/{thursday(choice)}/done"
    first, again = client_api.post(path, key=BILLER), client_api.post(path, key=BILLER)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.get_json()["id"] == again.get_json()["id"]
    assert (first.get_json()["price"], first.get_json()["county_pays"]) == ("72.00", "60.00")
    charge = client_api.session.get_one(Charge, first.get_json()["id"])
    assert (charge.reference, charge.quantity_hundredths) == (f"V-{thursday(choice)}", 200)
    assert (charge.visit_day, charge.visit_number) == (date(2026, 11, 19), 1)
    assert (charge.starts_at and charge.starts_at.isoformat()) == "2026-11-19T15:00:00+00:00"


def test_a_visit_over_midnight_keeps_its_times(client_api: ClientApi, choice: Choice) -> None:
    plan_visits(client_api.session, choice, start="23:00", minutes=180)
    client_api.session.commit()
    done = client_api.post(f"/visits/{monday(choice)}/done", key=BILLER)
    charge = client_api.session.get_one(Charge, done.get_json()["id"])
    assert (charge.ends_at and charge.ends_at.isoformat()) == "2026-11-17T00:00:00+00:00"


def test_help_without_times_is_charged_for_what_is_left(client_api: ClientApi, choice: Choice) -> None:
    plan_by_the_week(client_api.session, choice, hours=5, first_day=date(2026, 11, 9))
    client_api.session.commit()
    path = f"/visits/{choice.id}-20261109-0/done"
    done = client_api.post(path, key=BILLER)
    charge = client_api.session.get_one(Charge, done.get_json()["id"])
    assert (charge.quantity_hundredths, charge.service_day) == (500, date(2026, 11, 15))


@pytest.mark.parametrize(
    ("visit", "status", "code"),
    [
        ("{choice}-20261117-1", 404, "not_found"),
        ("{choice}-20261116-2", 404, "not_found"),
        ("nonsense", 404, "not_found"),
        ("{choice}-20261123-1", 409, "visit_not_over"),
    ],
)
def test_what_cannot_be_done(
    client_api: ClientApi, choice: Choice, visit: str, status: int, code: str
) -> None:
    answer = client_api.post(f"/visits/{visit.format(choice=choice.id)}/done", key=BILLER)
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)


def test_another_charge_of_the_day_counts_for_the_visit(client_api: ClientApi, choice: Choice) -> None:
    charge = {"reference": "OWN-1", "voucher": client_api.voucher, "service": "PERSONAL_ASSISTANCE"}
    charge |= {"service_day": "2026-11-16", "quantity": "1.00", "unit": "hour", "unit_price": "36.00"}
    assert client_api.post("/charges", charge, key=BILLER).status_code == 201
    answer = client_api.post(f"/visits/{monday(choice)}/done", key=BILLER)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "visit_charged")


def test_a_visit_that_was_not_given_is_off_the_list(client_api: ClientApi, choice: Choice) -> None:
    path = f"/visits/{monday(choice)}"
    answer = client_api.post(f"{path}/not-given", {"why": "Our worker was ill"}, key=BILLER)
    assert (answer.status_code, answer.get_json()["state"]) == (200, "cancelled")
    assert client_api.post(f"{path}/done", key=BILLER).get_json()["code"] == "visit_cancelled"
    again = client_api.post(f"{path}/not-given", {"why": "Our worker was ill"}, key=BILLER)
    assert again.get_json()["code"] == "visit_cancelled"
    event = client_api.session.query(AuditEvent).filter_by(act="visit.not_given").one()
    assert event.detail["why"] == "Our worker was ill"
