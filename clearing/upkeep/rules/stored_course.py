"""What warnings are judged by as JSON and back."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from clearing.upkeep.facts.course import Course, OwnShare, Rhythm
from clearing.upkeep.facts.judged import JudgedChoice

_DAYS = ("day", "first_day", "last_day")


def course_as_json(course: Course) -> dict[str, Any]:
    """Return a course as JSON."""
    return asdict(course) | {name: getattr(course, name).isoformat() for name in _DAYS}


def course_from_json(stored: Mapping[str, Any]) -> Course:
    """Return a course from its JSON."""
    return Course(**dict(stored) | {name: date.fromisoformat(stored[name]) for name in _DAYS})


def choice_as_json(choice: JudgedChoice) -> dict[str, Any]:
    """Return a choice as JSON."""
    return asdict(choice) | {"unreported": [day.isoformat() for day in choice.unreported]}


def choice_from_json(stored: Mapping[str, Any]) -> JudgedChoice:
    """Return a choice from its JSON."""
    rhythm, own = stored["rhythm"], stored["own_share"]
    return JudgedChoice(
        choice_id=stored["choice_id"],
        provider_id=stored["provider_id"],
        rhythm=None if rhythm is None else Rhythm(**rhythm),
        own_share=None if own is None else OwnShare(**own),
        unreported=tuple(date.fromisoformat(day) for day in stored["unreported"]),
    )
