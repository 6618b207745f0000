"""/hb/saannot: limits are proposed with a preview and accepted by another person, on pages and by the API."""

from __future__ import annotations

from typing import Any

import pytest

from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.charges import Charge
from foundation.vocabulary.roles import Role
from tests.builders.api import store_api_key
from tests.builders.client_api import WORKER, ClientApi
from tests.builders.people import a_person
from tests.pages.test_finding_another import browser_of

COORDINATOR = "omk_coordinator"


@pytest.fixture
def county(client_api: ClientApi) -> ClientApi:
    """The county of the client, with a coordinator beside the worker."""
    county_id = client_api.session.get_one(Charge, client_api.charge).county_id
    person = a_person(client_api.session, Role.COORDINATOR, county_id=county_id)
    store_api_key(client_api.session, person, COORDINATOR)
    client_api.session.commit()
    return client_api


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_worker_proposes_limits_and_a_coordinator_accepts_them(county: ClientApi, language: str) -> None:
    worker, coordinator = browser_of(county, WORKER), browser_of(county, COORDINATOR)
    page = worker.page("/hb/saannot/muuta", lang=language)
    shown = worker.send(page, {"stopped_timetabled_days": "50", "cannot_use_share": "59,5", "why": "Try"})
    if language == "en":
        assert "warnings would be open today instead of" in shown.texts()
    worker.send(shown, {"send": "1"})
    own = worker.page("/hb/saannot", lang=language)
    assert not own.root.xpath("//form[contains(@action, '/hyvaksy')]")
    page = coordinator.page("/hb/saannot", lang=language)
    if language == "en":
        assert "Visits with times: days without a visit (days) 35 50" in page.texts()
    coordinator.send(page, {}, form=0)
    after = coordinator.page("/hb/saannot", lang=language)
    assert not after.root.xpath("//form[contains(@action, '/hyvaksy')]")
    if language == "en":
        assert "Visits with times: days without a visit (days) 50" in after.texts()


def test_a_limit_out_of_range_is_named_beside_its_field(county: ClientApi) -> None:
    worker = browser_of(county, WORKER)
    page = worker.page("/hb/saannot/muuta", lang="en")
    shown = worker.send(page, {"level_client": "120", "why": "Try"}, status=422)
    assert "This limit is too small, too large, or not a whole number." in shown.texts()


def test_the_api_proposes_and_accepts(county: ClientApi) -> None:
    body = {"limits": {"level_client": 90}, "valid_from": "2026-12-01", "why": "Fewer"}

    def post(path: str, sent: dict[str, Any], key: str) -> Any:
        return county.post(f"/alert-thresholds{path}", sent, key=key).get_json()

    made = post("", body, WORKER)
    assert made["state"] == "waiting"
    accept = f"/{made['id']}/accept"
    assert county.post(f"/alert-thresholds{accept}", {}, key=WORKER).status_code == 403
    assert post("", body, WORKER)["code"] == "thresholds_waiting"
    assert post(accept, {}, COORDINATOR)["state"] == "accepted"
    read = county.read("/alert-thresholds", key=WORKER)
    assert (read["in_force"]["level_client"], read["versions"][0]["limits"]["level_client"]) == (85, 90)
    wrong = post("", body | {"limits": {"level_client": 120}}, WORKER)
    assert [error["field"] for error in wrong["errors"]] == ["level_client"]
    assert county.session.query(AuditEvent).filter(AuditEvent.act == "thresholds.accept").count() == 1
