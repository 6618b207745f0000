"""Pertunmaa is part of Mäntyharju: its code and name are understood, and nobody is offered it."""

from datetime import date

import pytest
from sqlalchemy import select, update

from clearing.upkeep.actions.follow_mergers import follow_mergers
from foundation.database.tables.clients import Client
from foundation.database.tables.counties import County, Municipality
from foundation.database.tables.providers import Offering, ProviderUnit
from tests.api.test_decisions import CLIENT, DECISION, errors
from tests.builders.county import NOW
from tests.builders.worker_api import WorkerApi


@pytest.fixture
def merged(worker_api: WorkerApi) -> WorkerApi:
    """The API of a county in which Pertunmaa became part of Mäntyharju."""
    session = worker_api.session
    county_id = session.scalars(select(County.id).where(County.code == "12")).one()
    place = {"county_id": county_id, "latitude": 61.4, "longitude": 26.9}
    session.add(Municipality(code="507", name_fi="Mäntyharju", name_sv="Mäntyharju", **place))
    session.flush()
    ended = {"ended_on": date(2024, 12, 31), "successor_code": "507"}
    session.add(Municipality(code="588", name_fi="Pertunmaa", name_sv="Pertunmaa", **place, **ended))
    session.flush()
    session.execute(update(Offering).values(municipalities=["507"]))
    session.commit()
    return worker_api


def test_the_list_is_of_today_and_names_what_became_part(merged: WorkerApi) -> None:
    listed = {item["code"]: item for item in merged.read("/municipalities")["items"]}
    assert "588" not in listed
    assert [(old["code"], old["name"]["fi"], old["ended_on"]) for old in listed["507"]["former"]] == [
        ("588", "Pertunmaa", "2024-12-31")
    ]
    assert listed["491"]["former"] == []


@pytest.mark.parametrize("text", ["507", "Mäntyharju", "m%C3%A4ntyharju ", "588", "Pertunmaa"])
def test_offerings_are_found_by_code_and_name(merged: WorkerApi, text: str) -> None:
    assert merged.read(f"/offerings?municipality={text}")["total"] == 1


def test_an_unknown_municipality_is_an_error_and_not_an_empty_list(merged: WorkerApi) -> None:
    answer = merged.web.get("/api/v1/offerings?municipality=Nowhere", headers=merged.headers(None))
    assert errors(answer) == {("municipality", "municipality_unknown")}
    assert merged.read("/offerings?municipality=Mikkeli")["total"] == 0


@pytest.mark.parametrize("text", ["588", "Pertunmaa", " mäntyharju "])
def test_a_decision_puts_the_client_in_the_successor(merged: WorkerApi, text: str) -> None:
    sent = DECISION | {"client": CLIENT | {"municipality": text}}
    assert merged.post("/decisions", sent).status_code == 201
    query = select(Client.municipality_code).where(Client.number == CLIENT["number"])
    assert merged.session.scalars(query).one() == "507"


def test_a_nightly_job_moves_who_was_there(merged: WorkerApi) -> None:
    session = merged.session
    session.execute(update(Client).values(municipality_code="588"))
    session.execute(update(ProviderUnit).values(municipality_code="588"))
    session.execute(update(Offering).values(municipalities=["491", "507", "588"]))
    units = len(session.scalars(select(ProviderUnit.id)).all())
    assert follow_mergers(session, now=NOW) == 2 + units
    assert set(session.scalars(select(Client.municipality_code))) == {"507"}
    assert set(session.scalars(select(ProviderUnit.municipality_code))) <= {"507"}
    assert session.scalars(select(Offering.municipalities)).one() == ["491", "507"]
    assert follow_mergers(session, now=NOW) == 0
