"""GET and PUT /county-settings: a program reads the settings of its county and sends them back whole."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from county_desk.api.settings_schema import SETTINGS
from county_desk.load.county_setup import newest_setup
from county_desk.rules.county_setup import CountySetup
from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.people import ApiKey
from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.roles import Role
from tests.builders import a_client, a_county, a_funding, a_person
from tests.builders.api import application_on, store_api_key
from tests.pages.conftest import sessions, var_dir  # noqa: F401

EXAMPLE = Path(__file__).parents[2] / "docs" / "counties" / "example.yaml"
PATH = "/api/v1/county-settings"


@dataclass
class Desk:
    """The application, county 12 with an open voucher, and the key of an administrator."""

    app: Flask
    sessions: sessionmaker[Session]
    key: str = "omk_admin"

    def read(self, key: str = "", **headers: str) -> Any:
        return self.app.test_client().get(PATH, headers=self._headers(key) | headers)

    def send(
        self, document: Any, mark: str | None = None, *, query: str = "", key: str = "", language: str = "en"
    ) -> Any:
        headers = self._headers(key) | {"Accept-Language": language}
        if mark is not None:
            headers["If-Match"] = mark
        return self.app.test_client().put(f"{PATH}{query}", json=document, headers=headers)

    def _headers(self, key: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {key or self.key}"}

    def setup(self, code: str = "12") -> CountySetup:
        with self.sessions() as session:
            found = newest_setup(session, code)
        assert found is not None
        return found

    def audited(self) -> list[AuditEvent]:
        with self.sessions() as session:
            return list(session.scalars(select(AuditEvent).where(AuditEvent.act == "county.set_up")))


@pytest.fixture
def desk(sessions: sessionmaker[Session], var_dir: Path) -> Desk:  # noqa: F811
    """County 12 with an open voucher, and county 13; an administrator of each with a key."""
    with sessions.begin() as session:
        county, other = a_county(session), a_county(session, "13")
        county.business_id = other.business_id = "1234567-1"
        a_funding(session, county, a_client(session, county))
        for name, place in (("admin", county), ("far", other)):
            actor = a_person(session, Role.ADMIN, name=f"{name} Hallinta", county_id=place.id)
            store_api_key(session, actor, f"omk_{name}")
    return Desk(application_on(sessions, var_dir), sessions)


def test_what_is_read_has_no_account_and_sent_back_changes_nothing(desk: Desk) -> None:
    read = desk.read()
    document, mark = read.get_json(), read.headers["ETag"]
    assert (document["code"], document["late_days"]) == ("12", "60")
    assert "bank" not in document
    assert desk.setup().iban not in read.get_data(as_text=True)
    answer = desk.send(document, mark)
    assert (answer.status_code, answer.get_json()) == (200, {"changed": False, "changes": []})
    assert answer.headers["ETag"] == mark
    assert desk.audited() == []
    assert desk.read(**{"If-None-Match": mark}).status_code == 304


def test_a_change_is_tried_then_stored_and_logged_with_who_did_it(desk: Desk) -> None:
    read = desk.read()
    document, mark = read.get_json(), read.headers["ETag"]
    document["phone"] = "015 999"
    document["complaint_paths"] = {
        "authority": {"name": {"fi": "Lvv", "sv": "Ttv", "en": "Agency"}, "web": "https://lvv.fi"}
    }
    tried = desk.send(document, mark, query="?dry_run=true")
    changes = tried.get_json()["changes"]
    assert {"path": "phone", "before": "015 123 4567", "after": "015 999"} in changes
    assert (tried.status_code, tried.get_json()["changed"], tried.headers["ETag"]) == (200, False, mark)
    assert (desk.setup().phone, desk.audited()) == ("015 123 4567", [])
    stored = desk.send(document, mark)
    assert stored.get_json() == {"changed": True, "changes": changes}
    assert desk.setup().phone == "015 999"
    assert [path.web for path in desk.setup().complaint_paths or ()] == ["https://lvv.fi"]
    (event,) = desk.audited()
    assert event.actor_id is not None
    assert stored.headers["ETag"] == desk.read().headers["ETag"] != mark


def test_a_change_of_somebody_else_is_not_overwritten(desk: Desk) -> None:
    read = desk.read()
    first, second = deepcopy(read.get_json()), deepcopy(read.get_json())
    mark = read.headers["ETag"]
    first["phone"], second["late_days"] = "015 1", "30"
    assert desk.send(first).status_code == desk.send(first, query="?dry_run=true").status_code == 428
    assert desk.send(first, mark).status_code == 200
    stale = desk.send(second, mark)
    assert (stale.status_code, stale.get_json()["code"]) == (412, "stale")
    assert stale.headers["ETag"] == desk.read().headers["ETag"]
    assert (desk.setup().phone, desk.setup().late_days) == ("015 1", 60)


@pytest.mark.parametrize("bank", [{"iban": "FI2112345600000785", "bic": "NDEAFIHH"}, {}, None, "x"])
def test_the_account_is_refused_with_its_own_code(desk: Desk, bank: Any) -> None:
    read, before = desk.read(), desk.setup()
    answer = desk.send(read.get_json() | {"bank": bank, "phone": "015 1"}, read.headers["ETag"])
    assert answer.status_code == 422
    assert [(each["field"], each["code"]) for each in answer.get_json()["errors"]] == [
        ("bank", "account_not_here")
    ]
    assert desk.setup() == before


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"code": "13"}, "code", "county_code_fixed"),
        ({"late_days": 60}, "late_days", "text_expected"),
        ({"late_days": "731"}, "late_days", "number_outside"),
        ({"phon": "015"}, "phon", "setting_unknown"),
        ({"name": None}, "name", "setting_missing"),
        ({"name": {"fi": "\ud800", "sv": "x", "en": "x"}}, "name.fi", "field_malformed"),
        ({"services": ["DANCE"]}, "services.DANCE", "service_unknown"),
        ({"municipalities": []}, "municipalities", "list_expected"),
        ({"calendar": {}}, "calendar.weekday", "setting_missing"),
        (
            {"complaint_paths": {"authority": {"web": "http://x.fi"}}},
            "complaint_paths.authority.web",
            "web_malformed",
        ),
    ],
)
def test_what_refuses_a_file_refuses_it_with_the_place(
    desk: Desk, changed: dict[str, Any], field: str, code: str
) -> None:
    read, before = desk.read(), desk.setup()
    for language in ("fi", "sv", "en"):
        answer = desk.send(read.get_json() | changed, read.headers["ETag"], language=language)
        assert answer.status_code == 422
        errors = {(each["field"], each["code"]): each["title"] for each in answer.get_json()["errors"]}
        assert errors[field, code]
        assert "%(" not in errors[field, code]
    assert desk.setup() == before


@pytest.mark.parametrize("value", ["", "\ud800"])
def test_of_many_faults_a_hundred_are_named_and_the_rest_counted(desk: Desk, value: str) -> None:
    """A megabyte of wrong names is not answered with many megabytes."""
    read = desk.read()
    most = desk.send(
        read.get_json() | {f"a{number:03}": value for number in range(100)}, read.headers["ETag"]
    )
    assert (len(most.get_json()["errors"]), most.get_json()["errors"][-1]["field"]) == (100, "a099")
    more = desk.send(
        read.get_json() | {f"a{number:03}": value for number in range(150)}, read.headers["ETag"]
    )
    assert (more.status_code, len(more.get_json()["errors"])) == (422, 100)
    assert more.get_json()["errors"][-1]["field"] == "a099 … (+50)"


def test_what_all_counties_share_is_changed_by_the_operator_alone(desk: Desk) -> None:
    read, before = desk.read(), desk.setup()
    document = read.get_json()
    document["time_classes"][0]["name"]["en"] = "Another name"
    document["service_definitions"][0]["unit"] = "km"
    answer = desk.send(document, read.headers["ETag"])
    codes = {(each["code"], each["field"].split(".")[0]) for each in answer.get_json()["errors"]}
    assert codes == {("shared_by_operator", "time_classes"), ("shared_by_operator", "service_definitions")}
    assert desk.setup() == before
    document = read.get_json()
    del document["time_classes"], document["service_definitions"]
    assert desk.send(document, read.headers["ETag"]).get_json()["changes"] == []


def test_a_municipality_in_use_and_the_past_stay(desk: Desk) -> None:
    read = desk.read()
    document, mark = read.get_json(), read.headers["ETag"]
    other = {"code": "178", "name": {"fi": "Juva", "sv": "Juva"}, "latitude": "61.9", "longitude": "27.9"}
    answer = desk.send(document | {"municipalities": [other]}, mark)
    (error,) = answer.get_json()["errors"]
    assert (error["field"], error["code"]) == ("municipalities.491", "municipality_in_use")
    assert "Clients: 1." in error["title"]
    late = desk.send(document | {"late_days": "30", "late_days_from": "2026-01-01"}, mark)
    assert [(each["field"], each["code"]) for each in late.get_json()["errors"]] == [
        ("late_days_from", "past_locked")
    ]
    begins = desk.send(document | {"late_days": "30"}, mark).get_json()["changes"]
    assert {"path": "late_days_from", "before": None, "after": "2026-11-22"} in begins


def test_pay_days_end_by_an_empty_section(desk: Desk) -> None:
    read = desk.read()
    weekly = {"settlement_calendar": {"weekday": "tuesday", "cut_off_days": "3"}}
    first = desk.send(read.get_json() | weekly, read.headers["ETag"])
    assert first.status_code == 200
    read = desk.read()
    document, mark = read.get_json(), read.headers["ETag"]
    early = document | {"settlement_calendar": {}, "settlement_calendar_from": "2026-11-22"}
    [error] = desk.send(early, mark).get_json()["errors"]
    assert (error["field"], error["code"]) == ("settlement_calendar_from", "pay_days_begin_later")
    assert "2026-11-22" in error["title"]
    assert desk.send(early | {"settlement_calendar_from": "2027-01-01"}, mark).status_code == 200
    document = desk.read().get_json()
    assert (document["settlement_calendar"], document["settlement_calendar_from"]) == ({}, "2027-01-01")


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        (b"{", "application/json", 400, "body_unreadable"),
        (b"[]", "application/json", 422, "body_not_an_object"),
        (b"code: '12'", "application/yaml", 415, "media_type_unknown"),
        (b'{"phone": "' + b"1" * 1024 * 1024 + b'"}', "application/json", 413, "too_large"),
    ],
)
def test_a_body_that_is_no_document(
    desk: Desk, body: bytes, content_type: str, status: int, code: str
) -> None:
    headers = {"Authorization": "Bearer omk_admin", "Content-Type": content_type}
    headers["If-Match"] = desk.read().headers["ETag"]
    answer = desk.app.test_client().put(f"{PATH}?dry_run=true", data=body, headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    wrong = desk.send({}, query="?dry_run=perhaps")
    assert (wrong.status_code, wrong.get_json()["errors"][0]["field"]) == (422, "dry_run")


def test_each_administrator_has_the_own_county(desk: Desk) -> None:
    own, far = desk.read(), desk.read(key="omk_far")
    assert (own.get_json()["code"], far.get_json()["code"]) == ("12", "13")
    answer = desk.send(own.get_json(), far.headers["ETag"], key="omk_far")
    assert "county_code_fixed" in [each["code"] for each in answer.get_json()["errors"]]
    assert (
        desk.send(far.get_json() | {"phone": "013 1"}, far.headers["ETag"], key="omk_far").status_code == 200
    )
    assert (desk.setup("12").phone, desk.setup("13").phone) == ("015 123 4567", "013 1")


def test_a_key_needs_the_scope(desk: Desk) -> None:
    with desk.sessions.begin() as session:
        for key in session.scalars(select(ApiKey)):
            key.scopes = [KeyScope.SETTINGS_READ.value]
    read = desk.read()
    assert read.status_code == 200
    answer = desk.send(read.get_json(), read.headers["ETag"])
    assert (answer.status_code, answer.get_json()["scope"]) == (403, "settings:write")


def test_the_description_knows_every_setting_of_the_file() -> None:
    """A setting that a file gets later is described for programs too."""
    example = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    assert set(example) - {"bank"} <= SETTINGS["properties"].keys()
