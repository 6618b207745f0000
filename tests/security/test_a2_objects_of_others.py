"""A2: somebody else's object is answered as what does not exist: 404, with the same body, for every verb.

Over forty kinds of object, four strangers each: people who may use the operation, but not on this object.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from foundation.database.tables.counties import County
from foundation.database.tables.help_requests import HelpRequest
from foundation.database.tables.support_plans import OwnGoal
from foundation.database.tables.uploads import FileTrial, WaitingFile
from foundation.vocabulary.roles import PEOPLE_OF_PROVIDERS, Role
from foundation.web.state import EXTENSION
from tests.builders import NOW, a_client, a_county, a_person, a_provider
from tests.builders.api import store_api_key
from tests.builders.client_api import a_place
from tests.builders.co_payments import store_bill
from tests.builders.mandates import a_proposal, a_support_person
from tests.builders.photos import a_photo
from tests.builders.settlement import a_settlement_scenario
from tests.builders.webhooks import a_tested_webhook
from tests.security.conftest import SmallWorld, token_of
from tests.security.kinds_of_objects import CLIENT, KINDS, PROVIDER
from tests.security.kinds_of_people import objects_of_people
from tests.security.new_objects import objects_of_a_client

pytestmark = pytest.mark.slow
HOME = 90
"""The county of all objects; strangers are of other counties."""
IDS = """
SELECT c.id AS charge, c.provider_id, f.client_id AS client, f.voucher, p.business_id,
  (SELECT min(id) FROM choice WHERE funding_id = f.id) AS choice,
  (SELECT min(o.id) FROM offering o WHERE o.provider_id = p.id AND county_id = :county) AS offering,
  (SELECT min(pr.id) FROM price pr JOIN offering o ON o.id = pr.offering_id
    WHERE o.provider_id = p.id AND o.county_id = :county) AS price,
  (SELECT max(k.id) FROM api_key k JOIN role_grant g ON g.id = k.role_grant_id
    WHERE g.provider_id = p.id) AS key
FROM charge c JOIN funding f ON f.id = c.funding_id JOIN provider p ON p.id = c.provider_id
WHERE c.id = :charge
"""
CLIENT_OF_KEY = """
SELECT g.client_id FROM api_key k JOIN role_grant g ON g.id = k.role_grant_id WHERE k.key_sha256 = :digest
"""
CHARGE_FILE = b"""reference;voucher;service;service_day;quantity;unit;unit_price;total
A-1;NOPE;PERSONAL_ASSISTANCE;2026-11-16;1;hour;36.00;36.00
"""
CHANGING = re.compile(r'nonce="[^"]*"|nonce-[^\' ]*|name="csrf_token"[^>]*|value="[\w.-]{80,}"')


@dataclass(frozen=True)
class Browser:
    """A stranger's browser, logged in; the CSRF token of its forms, and the client of its pages."""

    web: FlaskClient
    token: str
    client: str


@dataclass(frozen=True)
class Objects:
    """The ids of one of each kind, keys of strangers by role, and the browsers of those who used one."""

    ids: dict[str, str]
    strangers: dict[Role, list[str]]
    browsers: dict[str, Browser] = field(default_factory=dict)

    def browser(self, small_world: SmallWorld, key: str) -> Browser:
        """Return the browser of a stranger."""
        if key not in self.browsers:
            web = small_world.browser_by_key(key)
            self.browsers[key] = Browser(web, token_of(web), client_of(small_world, key))
        return self.browsers[key]


@pytest.fixture(scope="module")
def objects(small_world: SmallWorld) -> Objects:
    """One object of each kind, all of one client, provider and county; four strangers for each role."""
    with small_world.sessions.begin() as session:
        scenario = a_settlement_scenario(session, code=str(HOME))
        charge_id, settled_id = scenario.charge(session, 0), scenario.charge(session, 0)
        run = scenario.prepare(session)
        values = {"charge": charge_id, "county": HOME}
        for role in (Role.PROVIDER_OWNER, Role.WORKER, Role.SETTLEMENT_OFFICER):
            own: dict[str, Any] = (
                {"provider_id": scenario.provider_ids[0]} if role in PROVIDER else {"county_id": HOME}
            )
            store_api_key(session, a_person(session, role, **own), OWN_KEYS[role])
        assert settled_id != charge_id
        ids = dict(session.execute(text(IDS), values).mappings().one())
        ids |= {"run": run.run.id, "settlement": run.settlements[0].id}
        ids["upload"] = _a_tried_file(session, scenario.provider_ids[0])
        ids["place"] = a_place(session, int(ids["provider_id"]), 61.7)
        ids["photo"] = a_photo(session, int(ids["provider_id"]), int(ids["place"]))
        ids["request"] = _a_request(session, int(ids["client"]))
        ids["goal"] = _a_goal(session, int(ids["client"]))
        ids |= a_tested_webhook(session, scenario.provider_ids[0], scenario.biller)
        ids["payment"] = session.scalar(text("SELECT max(id) FROM payment"))
        ids |= a_support_person(session, HOME, int(ids["client"]))
        ids |= a_proposal(session, HOME, int(ids["client"]), int(ids["offering"]))
        ids |= store_bill(session, charge_id)
        ids |= objects_of_a_client(session, HOME, ids) | objects_of_people(session, HOME)
        strangers = {role: list(strangers_of(session, role)) for role in Role}
    sent_file = small_world.app.test_client().post(
        "/api/v1/charge-files",
        data=CHARGE_FILE,
        headers=bearer(OWN_KEYS[Role.PROVIDER_OWNER]) | {"Content-Type": "text/csv"},
    )
    ids["file"] = sent_file.get_json()["id"]
    return Objects({name: str(value) for name, value in ids.items()}, strangers)


def _a_tried_file(session: Session, provider_id: int) -> int:
    upload = WaitingFile(provider_id=provider_id, name="a.csv", data=b"Kuitti;Koodi", uploaded_at=NOW)
    session.add(upload)
    session.flush()
    trial = {"sha256": "", "rows": 1, "role": Role.PROVIDER_OWNER, "asked_at": NOW}
    session.add(FileTrial(waiting_file_id=upload.id, **trial))
    return upload.id


def _a_request(session: Session, client_id: int) -> int:
    request = HelpRequest(
        county_id=HOME, client_id=client_id, kind="help_choosing", words="", answer="", asked_at=NOW
    )
    session.add(request)
    session.flush()
    return request.id


def _a_goal(session: Session, client_id: int) -> int:
    goal = OwnGoal(
        county_id=HOME,
        client_id=client_id,
        place=1,
        words="Swimming",
        look_back_on=NOW.date() + timedelta(days=9),
        set_at=NOW,
    )
    session.add(goal)
    session.flush()
    return goal.id


OWN_KEYS = {
    Role.PROVIDER_OWNER: "omk_own_owner",
    Role.WORKER: "omk_own_worker",
    Role.SETTLEMENT_OFFICER: "omk_own_officer",
}


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}", "Accept-Language": "en"}


def strangers_of(session: Session, role: Role) -> Iterator[str]:
    """Store two people of each of two other counties, providers or clients of there; yield their keys."""
    for number, code in enumerate((91, 92, 91, 92)):
        county = session.get(County, code) or a_county(session, str(code))
        scope: dict[str, Any] = {"county_id": county.id}
        if role in PEOPLE_OF_PROVIDERS:
            kind = PEOPLE_OF_PROVIDERS.index(role)
            own = a_provider(session, county, business_id=f"{code}{number}1{kind}00-{number}")
            scope = {"provider_id": own.id}
        elif role in CLIENT:
            scope = {"client_id": a_client(session, county).id} if role is Role.CLIENT else {}
        yield store_api_key(session, a_person(session, role, **scope), f"omk_{role}_{number}")


def plain(answer: TestResponse, path: str) -> tuple[int, str]:
    """Return the status and the body without what differs in any two answers."""
    return answer.status_code, CHANGING.sub("", answer.get_data(as_text=True)).replace(path, "PATH")


def sent(
    small_world: SmallWorld, objects: Objects, key: str, operation: str, ids: dict[str, str]
) -> tuple[int, str]:
    method, pattern = operation.split(" ")
    path = pattern.format_map(ids)
    if path.startswith("/api/"):
        return plain(small_world.app.test_client().open(path, method=method, headers=bearer(key)), path)
    browser = objects.browser(small_world, key)
    data = {"csrf_token": browser.token, "for_client": browser.client}
    return plain(browser.web.open(path, method=method, data=data if method == "POST" else None), path)


def client_of(small_world: SmallWorld, key: str) -> str:
    """Return the id of the client to whom a key belongs, as the forms of a client's pages carry it."""
    with small_world.sessions() as session:
        values = {"digest": sha256(key.encode()).hexdigest()}
        return str(session.scalar(text(CLIENT_OF_KEY), values) or "")


@pytest.mark.parametrize("kind", KINDS)
def test_an_object_of_others_is_answered_as_if_there_were_none(
    small_world: SmallWorld, objects: Objects, kind: str
) -> None:
    roles, operations = KINDS[kind]
    nothing = dict.fromkeys(objects.ids, "999999999") | {"voucher": "NOPE"}
    differences = []
    for operation in operations:
        small_world.app.extensions[EXTENSION].guesses.storage.reset()  # a stranger saves many files here
        for key in [key for role in roles for key in objects.strangers[role]]:
            absent = sent(small_world, objects, key, operation, nothing)
            assert absent[0] == 404, operation
            if sent(small_world, objects, key, operation, objects.ids) != absent:
                differences.append((operation, key))
    assert differences == []


OWN_OBJECTS = {
    "/charges/{charge}": Role.PROVIDER_OWNER,
    "/charge-files/{file}": Role.PROVIDER_OWNER,
    "/settlements/{settlement}": Role.PROVIDER_OWNER,
    "/my/offerings/{offering}": Role.PROVIDER_OWNER,
    "/my/prices/{price}": Role.PROVIDER_OWNER,
    "/my/places/{place}": Role.PROVIDER_OWNER,
    "/fundings/{voucher}": Role.WORKER,
    "/payment-runs/{run}": Role.SETTLEMENT_OFFICER,
}
OWN_PAGES = {
    "/t/tuo/{upload}/sarakkeet": Role.PROVIDER_OWNER,
    "/tt/asiakas/{client}": Role.WORKER,
    "/t/kirjaukset/{charge}/keskustelu": Role.PROVIDER_OWNER,
    "/tt/selvitettava/{charge}/keskustelu": Role.WORKER,
    "/t/viestit/{client}": Role.PROVIDER_OWNER,
    "/tt/viestit/{client}": Role.WORKER,
    "/t/palaute/{feedback}": Role.PROVIDER_OWNER,
    "/tt/palaute/{feedback}": Role.WORKER,
    "/tt/kuvat/{photo}": Role.WORKER,
    "/t/kuvat/{photo}": Role.PROVIDER_OWNER,
    "/t/aikapyynnot/{time_request}": Role.PROVIDER_OWNER,
    "/t/toimipisteet/{place}": Role.PROVIDER_OWNER,
    "/t/kaynnit/{visit}/ei-toteutunut": Role.PROVIDER_OWNER,
    "/t/kysymys/{provider_question}": Role.PROVIDER_OWNER,
    "/tt/kysymys/{county_question}": Role.WORKER,
    "/mt/ajot/{run}/pidata/{settlement}": Role.SETTLEMENT_OFFICER,
}


def test_the_objects_are_there_for_their_own_people(small_world: SmallWorld, objects: Objects) -> None:
    web = small_world.app.test_client()
    read = {
        path: web.get(f"/api/v1{path.format_map(objects.ids)}", headers=bearer(OWN_KEYS[role])).status_code
        for path, role in OWN_OBJECTS.items()
    } | {
        path: small_world.browser_by_key(OWN_KEYS[role]).get(path.format_map(objects.ids)).status_code
        for path, role in OWN_PAGES.items()
    }
    assert {path: status for path, status in read.items() if status != 200} == {}


def test_there_are_enough_kinds_and_strangers(objects: Objects) -> None:
    assert len(KINDS) >= 15
    assert all(len(keys) == 4 for keys in objects.strangers.values())
