"""Change the limits of a county's early warnings: one person proposes them, another accepts them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from clearing.upkeep.facts.course import AlertRule
from clearing.upkeep.facts.thresholds import Thresholds, ThresholdState
from clearing.upkeep.load.county_facts import county_facts
from clearing.upkeep.load.judged import thresholds_on
from clearing.upkeep.load.thresholds import ThresholdVersion, locked_version, waiting_version
from clearing.upkeep.rules.county_warnings import count_open
from clearing.upkeep.rules.limits import limits_of
from clearing.upkeep.write.thresholds import decide_version, store_version
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor


class ThresholdRefusal(StrEnum):
    """Why limits were not changed. The codes are public."""

    UNKNOWN = "thresholds_unknown"
    DECIDED = "thresholds_decided"
    WAITING = "thresholds_waiting"
    UNCHANGED = "thresholds_unchanged"
    OUT_OF_RANGE = "threshold_out_of_range"
    PAST = "valid_from_past"
    WHY_MISSING = "why_missing"
    SAME_PERSON = "same_person"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Limits as people write them (shares in percent), from which day, and why."""

    limits: Mapping[str, float]
    valid_from: date
    why: str


Counts = dict[AlertRule, tuple[int, int]]
"""How many warnings of each rule are open with the limits in force, and would be with others."""


def preview_thresholds(
    session: Session, county_id: int, values: Mapping[str, float], *, now: datetime
) -> Counts | Refusal:
    """Return how many warnings would be open today with these limits instead of those in force.

    Both are counted in what the warnings were judged by last. Refused with `threshold_out_of_range`, naming a
    limit, or `thresholds_unchanged`.
    """
    today = helsinki_day(now)
    before = thresholds_on(session, county_id, today)
    after = limits_of(values, before)
    if not isinstance(after, Thresholds):
        return Refusal(ThresholdRefusal.OUT_OF_RANGE, min(after))
    if after == before:
        return Refusal(ThresholdRefusal.UNCHANGED)
    facts = county_facts(session, county_id, today, before)
    old = count_open(facts, before)
    if after.cut_off_days != before.cut_off_days:  # what the database counts depends on it
        facts = county_facts(session, county_id, today, after)
    new = count_open(facts, after)
    return {rule: (old[rule], new[rule]) for rule in AlertRule}


def propose_thresholds(
    session: Session, county_id: int, proposal: Proposal, *, actor: Actor, now: datetime
) -> int | Refusal:
    """Store limits for another person to accept; return the id of the version.

    Refused as a preview is, and with `why_missing`, `valid_from_past`, or `thresholds_waiting`: one proposal
    at a time.
    """
    today = helsinki_day(now)
    if not proposal.why.strip():
        return Refusal(ThresholdRefusal.WHY_MISSING, "why")
    if proposal.valid_from < today:
        return Refusal(ThresholdRefusal.PAST, "valid_from")
    if waiting_version(session, county_id) is not None:
        return Refusal(ThresholdRefusal.WAITING)
    counts = preview_thresholds(session, county_id, proposal.limits, now=now)
    if isinstance(counts, Refusal):
        return counts
    limits = limits_of(proposal.limits, thresholds_on(session, county_id, today))
    assert isinstance(limits, Thresholds)  # the preview was not refused
    version_id = store_version(session, county_id, limits, counts, proposal, by=actor.person_id or 0, at=now)
    _record(session, county_id, version_id, "thresholds.propose", proposal.why.strip(), actor, now)
    return version_id


def accept_thresholds(
    session: Session, county_id: int, version_id: int, *, actor: Actor, now: datetime
) -> Refusal | None:
    """Let limits be in force from their day, or from today if that day is over.

    Refused with `thresholds_unknown`, `thresholds_decided` or `same_person`.
    """
    version = locked_version(session, county_id, version_id)
    if refusal := _why_not(version):
        return refusal
    assert version is not None
    if actor.person_id is None or actor.person_id == version.made_by:
        return Refusal(ThresholdRefusal.SAME_PERSON)
    day = max(version.valid_from, helsinki_day(now))
    decide_version(session, version_id, ThresholdState.ACCEPTED, valid_from=day, by=actor.person_id, at=now)
    _record(session, county_id, version_id, "thresholds.accept", version.why, actor, now)
    return None


def reject_thresholds(
    session: Session, county_id: int, version_id: int, *, actor: Actor, now: datetime
) -> Refusal | None:
    """Reject a proposal; the person who made it may do so too."""
    version = locked_version(session, county_id, version_id)
    if refusal := _why_not(version):
        return refusal
    assert version is not None
    by = actor.person_id or 0
    decide_version(session, version_id, ThresholdState.REJECTED, valid_from=version.valid_from, by=by, at=now)
    _record(session, county_id, version_id, "thresholds.reject", version.why, actor, now)
    return None


def _why_not(version: ThresholdVersion | None) -> Refusal | None:
    if version is None:
        return Refusal(ThresholdRefusal.UNKNOWN)
    return None if version.state is ThresholdState.WAITING else Refusal(ThresholdRefusal.DECIDED)


def _record(
    session: Session, county_id: int, version_id: int, act: str, why: str, actor: Actor, now: datetime
) -> None:
    subject = ("thresholds", version_id)
    record(session, actor=actor, now=now, act=act, subject=subject, county_id=county_id, why=why)
