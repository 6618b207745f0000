"""The limits of the early warnings change by two people, from a day on, with a preview of what they give."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clearing.upkeep.actions.change_thresholds import (
    Proposal,
    ThresholdRefusal,
    accept_thresholds,
    preview_thresholds,
    propose_thresholds,
    reject_thresholds,
)
from clearing.upkeep.actions.judge_alerts import judge_next
from clearing.upkeep.actions.judge_county import judge_next_county
from clearing.upkeep.facts.course import AlertRule
from clearing.upkeep.facts.thresholds import THRESHOLDS
from clearing.upkeep.load.judged import thresholds_on
from clearing.upkeep.load.thresholds import threshold_versions
from foundation.database.tables.alerts import Alert
from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.judged_courses import ThresholdChange
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor, Role
from tests.actions.test_change_visit import VisitScenario
from tests.builders import NOW, TODAY
from tests.builders.people import a_person

LAXER = {"stopped_timetabled_days": 60, "cannot_use_share": 1.5}
FROM = TODAY + timedelta(days=1)


class Desk:
    """Two coordinators of the county of a client with visits."""

    def __init__(self, session: Session) -> None:
        self.session, self.scenario = session, VisitScenario(session)
        self.county_id = self.scenario.funding.county_id
        self.first, self.second = (self._coordinator(name) for name in ("Eka", "Toka"))

    def _coordinator(self, name: str) -> Actor:
        return a_person(self.session, Role.COORDINATOR, name=name, county_id=self.county_id)

    def propose(self, *, by: Actor | None = None, why: str = "Too many", **values: float) -> int | Refusal:
        proposal = Proposal(values or LAXER, FROM, why)
        return propose_thresholds(self.session, self.county_id, proposal, actor=by or self.first, now=NOW)

    def accept(self, version_id: int, by: Actor, now: datetime = NOW) -> Refusal | None:
        return accept_thresholds(self.session, self.county_id, version_id, actor=by, now=now)


@pytest.fixture
def desk(session: Session) -> Desk:
    """The usual one."""
    return Desk(session)


def proposed(answer: int | Refusal) -> int:
    assert isinstance(answer, int), answer
    return answer


def test_limits_are_in_force_from_their_day_once_another_person_has_accepted_them(desk: Desk) -> None:
    key = proposed(desk.propose())
    assert desk.propose() == Refusal(ThresholdRefusal.WAITING)
    assert desk.accept(key, desk.first) == Refusal(ThresholdRefusal.SAME_PERSON)
    assert thresholds_on(desk.session, desk.county_id, FROM) == THRESHOLDS
    assert desk.accept(key, desk.second) is None
    assert desk.accept(key, desk.second) == Refusal(ThresholdRefusal.DECIDED)
    assert thresholds_on(desk.session, desk.county_id, TODAY) == THRESHOLDS
    limits = thresholds_on(desk.session, desk.county_id, FROM)
    assert (limits.stopped_timetabled_days, limits.cannot_use_share) == (60, 0.015)
    [version] = threshold_versions(desk.session, desk.county_id)
    assert (version.made_by_name, version.decided_by_name, version.why) == ("Eka", "Toka", "Too many")
    acts = desk.session.scalars(select(AuditEvent.act).where(AuditEvent.act.like("thresholds.%")))
    assert sorted(acts) == ["thresholds.accept", "thresholds.propose"]


def test_limits_accepted_late_are_in_force_from_that_day(desk: Desk) -> None:
    key = proposed(desk.propose())
    assert desk.accept(key, desk.second, NOW + timedelta(days=5)) is None
    assert thresholds_on(desk.session, desk.county_id, TODAY + timedelta(days=4)) == THRESHOLDS
    assert thresholds_on(desk.session, desk.county_id, TODAY + timedelta(days=5)) != THRESHOLDS


def test_refused_proposals_store_nothing(desk: Desk) -> None:
    refusals = [
        desk.propose(why=" "),
        desk.propose(level_client=85),
        desk.propose(level_client=101),
        desk.propose(ends_soon_days=56.5),
        desk.propose(no_such_limit=1),
        propose_thresholds(
            desk.session,
            desk.county_id,
            Proposal(LAXER, TODAY - timedelta(days=1), "Too many"),
            actor=desk.first,
            now=NOW,
        ),
    ]
    assert refusals == [
        Refusal(ThresholdRefusal.WHY_MISSING, "why"),
        Refusal(ThresholdRefusal.UNCHANGED),
        Refusal(ThresholdRefusal.OUT_OF_RANGE, "level_client"),
        Refusal(ThresholdRefusal.OUT_OF_RANGE, "ends_soon_days"),
        Refusal(ThresholdRefusal.OUT_OF_RANGE, "no_such_limit"),
        Refusal(ThresholdRefusal.PAST, "valid_from"),
    ]
    assert threshold_versions(desk.session, desk.county_id) == []


def test_a_rejected_proposal_makes_room_for_another(desk: Desk) -> None:
    key = proposed(desk.propose())
    other = reject_thresholds(desk.session, desk.county_id + 1, key, actor=desk.second, now=NOW)
    assert other == Refusal(ThresholdRefusal.UNKNOWN)
    assert reject_thresholds(desk.session, desk.county_id, key, actor=desk.first, now=NOW) is None
    assert thresholds_on(desk.session, desk.county_id, FROM) == THRESHOLDS
    proposed(desk.propose())


def test_the_database_refuses_one_person_twice(desk: Desk) -> None:
    values = {
        "county_id": desk.county_id,
        "valid_from": TODAY,
        "limits": {"level_client": 0.9},
        "preview": {},
        "why": "Alone",
        "state": "accepted",
        "made_at": NOW,
        "made_by": desk.first.person_id,
        "decided_at": NOW,
        "decided_by": desk.first.person_id,
    }
    with pytest.raises(IntegrityError, match="ck_threshold_change_four_eyes"), desk.session.begin_nested():
        desk.session.execute(insert(ThresholdChange).values(values))


def judge(session: Session, day: date) -> datetime:
    """Judge everything on a day, as the job does."""
    now = datetime.combine(day, NOW.timetz())
    judge_next(session, after=0, most=10, now=now)
    last: int | None = 0
    while last is not None:
        last = judge_next_county(session, after=last, now=now)
    return now


def test_the_preview_counts_what_is_open_and_what_the_next_judgement_will_open(desk: Desk) -> None:
    day = date(2026, 12, 31)
    judge(desk.session, day - timedelta(days=7))
    now = judge(desk.session, day)
    counts = preview_thresholds(desk.session, desk.county_id, LAXER, now=now)
    assert not isinstance(counts, Refusal)
    is_open = Alert.closed_on.is_(None) & Alert.opened_on.is_not(None)
    found = desk.session.scalars(select(Alert.rule).where(is_open)).all()
    assert {rule.value for rule, (before, _after) in counts.items() if before} == set(found)
    assert (counts[AlertRule.STOPPED], counts[AlertRule.CANNOT_USE]) == ((1, 0), (1, 1))
    assert desk.accept(proposed(desk.propose()), desk.second) is None
    judge(desk.session, day + timedelta(days=7))
    left = set(desk.session.scalars(select(Alert.rule).where(is_open)))
    assert "stopped" not in left
