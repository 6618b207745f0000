"""The written queries, searched in the small world: what a person would see first."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from foundation.database.tables.counties import Municipality
from foundation.database.tables.providers import Offering, Provider
from foundation.vocabulary.money import Money
from marketplace.load.search import Listed, count_offerings, find_offerings, search_offerings
from marketplace.load.served_municipalities import counts_by_municipality
from marketplace.load.vocabulary import load_vocabulary
from marketplace.rules.distance import Place
from marketplace.rules.ranking import Sort
from marketplace.rules.relaxing import NO_CONDITION
from marketplace.rules.searching import Search, Wishes
from tests.scratch_database import ScratchServer
from tests.worlds.conftest import stored_copy

QUERIES = Path(__file__).parents[1] / "rules" / "search_queries.csv"
LEAST_FOUND = 0.95
MIKKELI = Place(61.688, 27.272)


@pytest.fixture(scope="module")
def session(scratch_server: ScratchServer, worker_name: str) -> Iterator[Session]:
    with stored_copy(scratch_server, "small", f"search_{worker_name}") as copy:
        yield copy.session


def search_for(session: Session, q: str) -> Search:
    """A visitor's search, by how well offerings fit."""
    wishes = Wishes(q=q).understood(load_vocabulary(session))
    return Search(wishes, date(2026, 11, 21), Sort.FIT, "weekday")


def found(session: Session, q: str) -> list[Listed]:
    """The first three results."""
    return find_offerings(session, search_for(session, q), first=0, count=3)


def test_the_expected_service_is_among_the_first_three_results(session: Session) -> None:
    rows = list(csv.DictReader(QUERIES.read_text("utf-8").splitlines()))
    missed = [
        row["query"]
        for row in rows
        if not {*row["service"].split("|")} & {each.service for each in found(session, row["query"])}
    ]
    assert len(missed) <= len(rows) * (1 - LEAST_FOUND), missed


def test_filters_narrow_what_the_words_find(session: Session) -> None:
    everywhere = count_offerings(session, search_for(session, "kotihoito"))
    evenings = found(session, "kotihoito illalla Mikkelissä")
    assert evenings
    assert {each.service for each in evenings} == {"HOME_CARE"}
    assert count_offerings(session, search_for(session, "kotihoito illalla Mikkelissä")) < everywhere


def test_a_name_is_found_by_the_beginnings_of_its_words_only(session: Session) -> None:
    provider = session.scalars(select(Provider).order_by(Provider.id)).first()
    assert provider is not None
    provider.name = "Vapaahalla Hahlo ry"
    session.flush()
    names = {q: {each.provider for each in found(session, q)} for q in ("vapaah", "hahl", "halla")}
    assert names == {"vapaah": {provider.name}, "hahl": {provider.name}, "halla": set()}


def test_a_provider_named_by_a_service_is_found_beside_the_service(session: Session) -> None:
    provider = session.scalars(select(Provider).order_by(Provider.id)).first()
    assert provider is not None
    provider.name = "Taksi Virtanen Oy"
    session.flush()
    listed = find_offerings(session, search_for(session, "taksi virtanen"), first=0, count=50)
    assert {"Taksi Virtanen Oy"} < {each.provider for each in listed}
    assert {"TRANSPORT"} < {each.service for each in listed}
    assert listed[0].provider == "Taksi Virtanen Oy" or listed[0].service == "TRANSPORT"


NARROWER = (
    Wishes(language="sv"),
    Wishes(municipality="491"),
    Wishes(time="evening"),
    Wishes(time="night"),
    Wishes(remote=True),
    Wishes(remote=False),
    Wishes(free_within_days=7),
    Wishes(access=("step_free",)),
    Wishes(access=("step_free", "lift")),
    Wishes(max_price=Money(3000)),
    Wishes(near=MIKKELI, within_km=30.0),
    Wishes(service="HOME_CARE"),
)
"""Further conditions of which the small world has some and not all offerings."""


@pytest.mark.parametrize(
    "first", [Wishes(), Wishes(municipality="491"), Wishes(language="fi", time="evening")]
)
def test_the_counts_beside_a_list_are_what_each_narrower_search_finds(
    session: Session, first: Wishes
) -> None:
    wishes = replace(first, near=MIKKELI)
    search = Search(wishes, date(2026, 11, 21), Sort.FIT, "weekday")
    hits = search_offerings(session, search, first=0, count=3, filters=NARROWER)
    assert hits.total == count_offerings(session, search) > 0
    narrower = [search.with_wishes(_both(wishes, other)) for other in NARROWER]
    assert hits.counts == [count_offerings(session, each) for each in narrower]
    assert max(hits.counts) > 0
    assert min(hits.counts) < hits.total


def _both(wishes: Wishes, other: Wishes) -> Wishes:
    further = {name: value for name, value in other.as_conditions().items() if value not in NO_CONDITION}
    return replace(wishes, **{name: value for name, value in further.items() if name != "meaning"})  # type: ignore[arg-type]


def test_a_page_without_offerings_still_has_the_counts(session: Session) -> None:
    search = search_for(session, "kotihoito")
    hits = search_offerings(session, search, first=10_000, count=10, filters=[Wishes(language="fi")])
    assert hits.listed == []
    assert hits.total >= hits.counts[0] > 0


@pytest.mark.parametrize(
    "wishes",
    [
        Wishes(),
        Wishes(municipality="491"),
        Wishes(language="sv", near=MIKKELI, within_km=60.0),
        Wishes(time="evening", max_price=Money(4000)),
        Wishes(remote=True),
    ],
)
def test_each_municipality_of_the_map_counts_what_a_search_there_finds(
    session: Session, wishes: Wishes
) -> None:
    offering = session.scalars(select(Offering).order_by(Offering.id)).first()
    assert offering is not None
    home, abroad = _municipality_at_home_and_abroad(session, offering.county_id)
    offering.remote, offering.municipalities = True, [home, abroad]
    session.flush()
    search = Search(wishes, date(2026, 11, 21), Sort.FIT, "weekday")
    counts = counts_by_municipality(session, search)
    codes = session.scalars(select(Municipality.code)).all()
    there = [search.with_wishes(replace(wishes, municipality=code)) for code in codes]
    assert counts == {code: count_offerings(session, each) for code, each in zip(codes, there, strict=True)}
    assert max(counts.values()) > min(counts.values())


def _municipality_at_home_and_abroad(session: Session, county_id: int) -> tuple[str, str]:
    """Return a municipality of the county and one of another."""
    codes = select(Municipality.code).order_by(Municipality.code).limit(1)
    home = session.scalars(codes.where(Municipality.county_id == county_id)).one()
    return home, session.scalars(codes.where(Municipality.county_id != county_id)).one()


def test_a_search_is_planned_for_its_own_values(session: Session) -> None:
    search, before = search_for(session, "kotihoito"), _prepared(session)
    for _ in range(8):
        search_offerings(session, search, first=0, count=3)
        counts_by_municipality(session, search)
        count_offerings(session, search)
        session.scalar(text("SELECT 'prepared as usual'"))
    prepared = _prepared(session) - before
    assert [statement for statement in prepared if "offering" in statement] == []
    assert any("prepared as usual" in statement for statement in prepared)


def _prepared(session: Session) -> set[str]:
    return set(session.scalars(text("SELECT statement FROM pg_prepared_statements")))
