"""The rules of keeping data: which version is in force on a day, and the last day of a row."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from clearing.upkeep.facts.kinds_of_data import Kind
from clearing.upkeep.facts.removals import REMOVALS
from clearing.upkeep.rules.retention_rules import BEGINNING, RULES, Period, RetentionRule, last_day, rules_on

OLD = RetentionRule(Kind.CARDS, date(2026, 1, 1), Period(months=24), "", "")
NEW = RetentionRule(Kind.CARDS, date(2027, 7, 1), Period(months=12), "", "")


@pytest.mark.parametrize(
    ("day", "in_force"),
    [
        (date(2025, 12, 31), None),
        (date(2026, 1, 1), OLD),
        (date(2027, 6, 30), OLD),
        (date(2027, 7, 1), NEW),
        (date(2030, 1, 1), NEW),
    ],
)
def test_the_newest_version_that_has_begun_is_in_force(day: date, in_force: RetentionRule | None) -> None:
    assert rules_on(day, [NEW, OLD]).get(Kind.CARDS) == in_force


def test_every_kind_has_a_rule_from_the_beginning() -> None:
    assert rules_on(BEGINNING).keys() == set(Kind)
    assert len({(rule.kind, rule.from_day) for rule in RULES}) == len(RULES)


def test_what_the_job_removes_has_a_period_and_the_rest_says_why() -> None:
    own_jobs = {Kind.STOPPED_FILES}
    assert {rule.kind for rule in RULES if rule.period is not None} == REMOVALS.keys() | own_jobs
    assert all(rule.ground for rule in RULES)


def test_books_and_the_log_are_never_removed() -> None:
    kept = rules_on(date.max - timedelta(days=1))
    assert {kept[kind].period for kind in (Kind.BOOKS, Kind.LOOKS, Kind.CLIENT_RECORDS)} == {None}
    statements = " ".join(text for removal in REMOVALS.values() for text in removal.statements)
    for table in ("posting", "audit_event", "charge ", "settlement", "payment", "grant_decision", "dispute"):
        assert f"FROM {table}" not in statements


@pytest.mark.parametrize(
    ("period", "ended_on", "expected"),
    [
        (Period(days=30), date(2026, 11, 21), date(2026, 12, 21)),
        (Period(months=12), date(2028, 2, 29), date(2029, 2, 28)),
        (Period(months=1), date(2026, 1, 31), date(2026, 2, 28)),
        (Period(months=1, days=3), date(2026, 1, 31), date(2026, 3, 3)),
    ],
)
def test_the_last_day(period: Period, ended_on: date, expected: date) -> None:
    assert last_day(period, ended_on) == expected
