"""/hallinta/alue/kunnat: municipalities are added, renamed, and removed unless somebody uses them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from county_desk.actions.set_up_county import set_up_county
from county_desk.load.county_setup import newest_setup
from county_desk.rules.county_setup import SetupCode
from foundation.database.tables.counties import County, Municipality
from foundation.database.tables.provider_applications import ApplicationService, ProviderApplication
from foundation.database.tables.providers import Approval, Offering, ProviderUnit
from foundation.vocabulary.roles import Actor, Role
from tests.builders import NOW, a_provider, an_offering
from tests.pages.test_county_settings import DETAILS, STORE, Desk, changed, desk  # noqa: F401

PLACES = "/hallinta/alue/kunnat"
JUVA = {"name_fi": "Juva", "name_sv": "Jockas", "latitude": "61,89750", "longitude": "27,85670"}
NEW = {"code": "178", **JUVA}


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_page_is_right_in_every_language(desk: Desk, language: str) -> None:  # noqa: F811
    admin = desk.browser()
    admin.page(PLACES, lang=language)
    wrong = {"code": "4x", "name_fi": "", "latitude": "90", "longitude": "x"}
    admin.send(admin.page(f"{PLACES}/uusi", lang=language), wrong, status=422)
    admin.send(admin.page(f"{PLACES}/491", lang=language), {"latitude": ""}, status=422)
    admin.page(f"{PLACES}/491/poista", lang=language)


def test_a_municipality_is_added_renamed_and_removed(desk: Desk) -> None:  # noqa: F811
    admin = desk.browser()
    changed(admin, f"{PLACES}/uusi", NEW)
    places = {each.code: each for each in desk.setup().municipalities}
    assert (places["178"].name.sv, places["178"].latitude) == ("Jockas", 61.8975)
    overview = changed(admin, f"{PLACES}/178", {"name_sv": "Juva"})
    assert "The county has 2 municipalities." in overview.texts("main")
    assert "Juva" in admin.page(PLACES, lang="en").texts("main//table")
    admin.send(admin.page(f"{PLACES}/178/poista", lang="en"), {})
    assert [each.code for each in desk.setup().municipalities] == ["491"]
    assert desk.audited()[-1][0] == desk.people["admin"].person_id


def test_a_name_is_changed_without_touching_the_centre(desk: Desk) -> None:  # noqa: F811
    """The page shows five decimals; what was stored with more stays."""
    with desk.sessions.begin() as session:
        session.execute(update(Municipality).where(Municipality.code == "491").values(latitude=61.688612345))
    changed(desk.browser(), f"{PLACES}/491", {"name_sv": "S:t Michel stad"})
    (place,) = desk.setup().municipalities
    assert (place.name.sv, place.latitude) == ("S:t Michel stad", 61.688612345)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"code": "49"}, "Enter three digits"),
        ({"code": "491"}, "The county has a municipality with this code already"),
        ({"code": "405"}, "This municipality belongs to another county"),
        ({"code": "696"}, "This municipality ended on 31 Dec 2020"),
        ({"latitude": "58,9"}, "Enter degrees from 59 to 71"),
        ({"longitude": "27 °"}, "Enter degrees from 19 to 32"),
    ],
)
def test_what_cannot_be_added_says_why_and_keeps_what_was_typed(
    desk: Desk,  # noqa: F811
    typed: dict[str, str],
    message: str,
) -> None:
    with desk.sessions.begin() as session:
        far = session.scalars(select(County.id).where(County.code == "13")).one()
        centre = {"name_fi": "X", "name_sv": "X", "latitude": 61.0, "longitude": 27.0}
        session.add(Municipality(code="405", county_id=far, **centre))
        over = {"ended_on": date(2020, 12, 31), "successor_code": "491"}
        session.add(Municipality(code="696", county_id=12, **centre, **over))
    admin = desk.browser()
    refused = admin.send(admin.page(f"{PLACES}/uusi", lang="en"), {**NEW, **typed}, status=422)
    assert message in refused.texts("main")
    assert {name: refused.form().fields[name] for name in typed} == typed
    assert [each.code for each in desk.setup().municipalities] == ["491"]


def test_the_last_one_and_one_that_is_used_stay(desk: Desk) -> None:  # noqa: F811
    admin = desk.browser()
    last = admin.send(admin.page(f"{PLACES}/491/poista", lang="en"), {}, status=422)
    assert "The county needs a municipality" in last.texts("main")
    changed(admin, f"{PLACES}/uusi", NEW)
    with desk.sessions.begin() as session:
        county = session.scalars(select(County).where(County.code == "12")).one()
        provider = a_provider(session, county)
        an_offering(session, county, provider)
        apply_for(session, county.id, provider.id, desk.people["admin"].person_id)
        session.execute(update(Approval).values(municipalities=["491"]))
        unit = {"name": "T", "street": "K", "latitude": 61.0, "longitude": 27.0}
        session.add(ProviderUnit(provider_id=provider.id, municipality_code="491", **unit))
    refused = admin.send(admin.page(f"{PLACES}/491/poista", lang="en"), {}, status=422).texts("main")
    for line in (
        "The municipality is in use, so it stays.",
        "1 client lives there.",
        "1 place of a provider is there.",
        "1 offering serves it.",
        "1 approval is limited to it.",
        "1 application waits for it.",
    ):
        assert line in refused
    assert "ended" not in refused
    assert len(desk.setup().municipalities) == 2


def apply_for(session: Session, county_id: int, provider_id: int, decided_by: int | None) -> None:
    """Let a provider's application for a service in municipality 491 wait; one for another is decided."""
    texts = dict.fromkeys(("company_name", "contact_name", "phone", "about", "website"), "x")
    application = ProviderApplication(
        county_id=county_id,
        provider_id=provider_id,
        state="submitted",
        email="x@example.test",
        language="fi",
        business_id="1234567-1",
        question="",
        started_at=NOW,
        saved_at=NOW,
        submitted_at=NOW,
        **texts,
    )
    session.add(application)
    session.flush()
    waits = {"state": "pending", "why": "", "municipalities": ["491"]}
    session.add(ApplicationService(application_id=application.id, service_id=1, **waits))
    decided = {"state": "refused", "why": "No", "decided_at": NOW, "decided_by": decided_by}
    session.add(ApplicationService(application_id=application.id, service_id=2, **waits | decided))


def test_an_offering_alone_keeps_it_also_against_the_file_and_the_database(desk: Desk) -> None:  # noqa: F811
    """A list of municipalities has no foreign key."""
    admin = desk.browser()
    changed(admin, f"{PLACES}/uusi", NEW)
    with desk.sessions.begin() as session:
        county = session.scalars(select(County).where(County.code == "12")).one()
        offering = an_offering(session, county, a_provider(session, county))
        session.execute(update(Offering).where(Offering.id == offering.id).values(municipalities=["178"]))
        setup = newest_setup(session, "12")
        assert setup is not None
        kept = tuple(each for each in setup.municipalities if each.code != "178")
        operator = Actor(None, Role.ADMIN, "operator")
        report = set_up_county(session, replace(setup, municipalities=kept), actor=operator, now=NOW)
        assert [(each.code, each.field) for each in report.faults] == [
            (SetupCode.MUNICIPALITY_IN_USE, "municipalities.178")
        ]
        with pytest.raises(DBAPIError, match="municipality 178 is served"), session.begin_nested():
            session.execute(text("DELETE FROM municipality WHERE code = '178'"))
        session.execute(update(Offering).values(municipalities=["491"]))
        session.execute(text("DELETE FROM municipality WHERE code = '178'"))


def test_two_administrators_at_once_get_a_clear_conflict(desk: Desk) -> None:  # noqa: F811
    admin, second = desk.browser(), desk.browser("second")
    opened = second.send(second.page(f"{PLACES}/491", lang="en"), {"name_sv": "Second"})
    changed(admin, DETAILS, {"phone": "040 123"})
    changed(admin, f"{PLACES}/491", {"name_sv": "First"})
    refused = second.send(opened, STORE, status=422)
    assert "Somebody else changed these settings" in refused.texts("main")


def test_another_countys_municipality_is_not_there(desk: Desk) -> None:  # noqa: F811
    changed(desk.browser(), f"{PLACES}/uusi", NEW)
    far = desk.browser("far")
    assert far.web.get(f"{PLACES}/178").status_code == 404
    assert far.web.get(f"{PLACES}/178/poista").status_code == 404
