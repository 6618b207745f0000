"""A calendar, late days and pay days that have judged charges are locked, whoever asks the database."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from foundation.database.session import APPLICATION_ROLE
from foundation.vocabulary.dates import ONE_DAY
from tests.builders import TODAY
from tests.builders.correction import CorrectionScenario, a_correction_scenario

SERVICE_DAY = date(2026, 11, 10)
PAST, LATER = SERVICE_DAY, TODAY + ONE_DAY
RANGE = "INSERT INTO calendar_range (county_id, day_kind, from_minute, to_minute, time_class_id, from_day)"


@pytest.fixture
def scenario(session: Session) -> CorrectionScenario:
    """A county with an accepted charge, and the requests' role in the context of nobody."""
    found = a_correction_scenario(session)
    found.charge(day=SERVICE_DAY)
    session.flush()
    session.execute(text(f"SET LOCAL ROLE {APPLICATION_ROLE}"))
    return found


def refused(session: Session, scenario: CorrectionScenario, statement: str, first: date = PAST) -> bool:
    """Return whether the database refuses a statement about the county's settings."""
    values = {"county": scenario.settlement.county.id, "first": first}
    try:
        with session.begin_nested():
            session.execute(text(statement), values)
    except DBAPIError as error:
        return "has judged charges" in str(error)
    return False


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE calendar_range SET to_minute = to_minute - 1 WHERE county_id = :county AND from_day < :first",
        "DELETE FROM calendar_range WHERE county_id = :county AND from_day < :first",
        f"{RANGE} VALUES (:county, 'weekday', 0, 1440, 1, :first)",
        f"{RANGE} SELECT :county, 'weekday', 0, 1440, 1, CAST(:first AS date) - 30",
        "INSERT INTO late_days_change VALUES (:county, :first, 1)",
        "INSERT INTO settlement_calendar VALUES (:county, :first, 1, NULL, NULL, 3)",
        "UPDATE county SET late_days = late_days + 1 WHERE id = :county AND :first > '2026-01-01'",
    ],
)
def test_what_has_judged_a_charge_is_locked(
    session: Session, scenario: CorrectionScenario, statement: str
) -> None:
    assert refused(session, scenario, statement)


def test_what_begins_later_is_added_changed_and_removed(
    session: Session, scenario: CorrectionScenario
) -> None:
    for statement in (
        f"{RANGE} VALUES (:county, 'weekday', 0, 1440, 1, :first)",
        "UPDATE calendar_range SET to_minute = 1200 WHERE county_id = :county AND from_day = :first",
        "DELETE FROM calendar_range WHERE county_id = :county AND from_day = :first",
        "INSERT INTO late_days_change VALUES (:county, :first, 1)",
        "UPDATE late_days_change SET late_days = 2 WHERE county_id = :county AND from_day = :first",
        "INSERT INTO settlement_calendar VALUES (:county, :first, 1, NULL, NULL, 3)",
        "UPDATE settlement_calendar SET cut_off_days = 4 WHERE county_id = :county AND from_day = :first",
        "DELETE FROM settlement_calendar WHERE county_id = :county AND from_day = :first",
    ):
        assert not refused(session, scenario, statement, LATER), statement


def test_a_charge_that_was_admitted_locks_the_pay_days_of_that_day(
    session: Session, scenario: CorrectionScenario
) -> None:
    """It came in before; its pay day is by the calendar of the day on which its hold ended."""
    session.execute(text("RESET ROLE"))
    session.execute(text("UPDATE charge SET admitted_at = received_at + interval '1 day'"))
    session.execute(text(f"SET LOCAL ROLE {APPLICATION_ROLE}"))
    added = "INSERT INTO settlement_calendar VALUES (:county, :first, 1, NULL, NULL, 3)"
    assert refused(session, scenario, added, LATER)
    assert not refused(session, scenario, added, LATER + ONE_DAY)
    assert not refused(session, scenario, "INSERT INTO late_days_change VALUES (:county, :first, 1)", LATER)


def test_what_begins_later_is_not_moved_into_the_past(session: Session, scenario: CorrectionScenario) -> None:
    added = "INSERT INTO late_days_change VALUES (:county, :first, 1)"
    assert not refused(session, scenario, added, LATER)
    moved = "UPDATE late_days_change SET from_day = :first WHERE county_id = :county"
    assert refused(session, scenario, moved, PAST)


def test_a_county_without_charges_is_still_being_set_up(session: Session) -> None:
    scenario = a_correction_scenario(session)
    session.execute(text(f"SET LOCAL ROLE {APPLICATION_ROLE}"))
    changed = "UPDATE county SET late_days = 30 WHERE id = :county AND :first > '2026-01-01'"
    assert not refused(session, scenario, changed)
    removed = "DELETE FROM calendar_range WHERE county_id = :county AND from_day < :first"
    assert not refused(session, scenario, removed)
