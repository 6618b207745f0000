"""The contacts of a county for advice and complaints: by its file, kept, removed, guarded by checks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from county_desk.actions.set_up_county import SetupReport, set_up_county
from county_desk.load.county_setup import newest_setup
from county_desk.reading.county_file import read_county_file
from county_desk.reading.county_file_text import county_file_text
from county_desk.rules.county_setup import CountySetup
from foundation.database.tables.counties import ComplaintPath
from foundation.vocabulary.complaint_kinds import ComplaintKind
from foundation.vocabulary.roles import Actor, Role
from tests.builders import NOW

EXAMPLE = Path(__file__).parents[2] / "docs" / "counties" / "example.yaml"
OPERATOR = Actor(None, Role.ADMIN, "operator")


@pytest.fixture
def example(session: Session) -> CountySetup:
    """The county of the example, stored."""
    setup = read_county_file(EXAMPLE.read_text(encoding="utf-8"))
    assert isinstance(setup, CountySetup)
    carry_out(session, setup)
    return setup


def carry_out(session: Session, setup: CountySetup) -> SetupReport:
    return set_up_county(session, setup, actor=OPERATOR, now=NOW)


def stored(session: Session) -> CountySetup:
    found = newest_setup(session, "98")
    assert found is not None
    return found


def test_the_contacts_of_a_file_are_stored(session: Session, example: CountySetup) -> None:
    paths = stored(session).complaint_paths
    assert paths == example.complaint_paths
    assert [path.kind for path in paths or ()] == list(ComplaintKind)
    assert carry_out(session, example) == SetupReport()


def test_a_file_without_the_section_keeps_them_and_an_empty_one_removes_them(
    session: Session, example: CountySetup
) -> None:
    assert carry_out(session, replace(example, complaint_paths=None)) == SetupReport()
    assert stored(session).complaint_paths == example.complaint_paths
    report = carry_out(session, replace(example, complaint_paths=()))
    assert {change.path.split(".")[0] for change in report.changes} == {"complaint_paths"}
    assert all(change.after is None for change in report.changes)
    emptied = stored(session)
    assert emptied.complaint_paths == ()
    read = read_county_file(county_file_text(emptied))
    assert isinstance(read, CountySetup)
    assert read.complaint_paths == ()


def test_a_changed_contact_says_what_changes(session: Session, example: CountySetup) -> None:
    ombudsman, *others = example.complaint_paths or ()
    changed = replace(ombudsman, phone="09 000 0200", email="")
    report = carry_out(session, replace(example, complaint_paths=(changed, *others[:1])))
    changes = [(change.path, change.before, change.after) for change in report.changes]
    assert changes[:1] == [("complaint_paths.ombudsman.phone", "09 000 0100", "09 000 0200")]
    assert ("complaint_paths.ombudsman.email", "asiavastaavat@example.fi", None) in changes
    assert ("complaint_paths.correction.days", "30", None) in changes
    assert stored(session).complaint_paths == (changed, *others[:1])


@pytest.mark.parametrize(
    ("kind", "values", "check"),
    [
        ("correction", {"days": 29}, "days"),
        ("correction", {"days": None}, "days_of_correction"),
        ("ombudsman", {"days": 30}, "days_of_correction"),
        ("ombudsman", {"phone": "", "email": ""}, "reached"),
        ("authority", {"web": "http://lvv.fi"}, "web"),
        ("authority", {"name_sv": ""}, "named"),
        ("authority", {"kind": "court"}, "kind"),
    ],
)
def test_the_database_refuses_what_clients_could_not_use(
    session: Session, example: CountySetup, kind: str, values: dict[str, Any], check: str
) -> None:
    assert example.complaint_paths
    change = update(ComplaintPath).where(ComplaintPath.kind == kind).values(values)
    with pytest.raises(DBAPIError, match=f"ck_complaint_path_{check}"), session.begin_nested():
        session.execute(change)
