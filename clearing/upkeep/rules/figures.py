"""The numbers of an early warning, as they are stored and shown beside its formula."""

from collections.abc import Sequence
from datetime import date

from clearing.upkeep.facts.course import Course, Ending, Idle, OwnShare, Rhythm
from clearing.upkeep.facts.judged import ProviderAtWork
from clearing.upkeep.rules.provider_warnings import Risk

Figures = dict[str, str | int]


def figures_of(course: Course, *, in_units: bool) -> Figures:
    """Return the numbers of a course: sums in cents, or in hundredths of a unit."""
    return {
        "in_units": int(in_units),
        "granted": round(course.granted),
        "charged": round(course.charged),
        "held": round(course.held),
        "planned": round(course.planned),
        "visits": course.visits,
        "sigma": round(course.sigma),
        "per_week": round(course.pace * 7),
        "used_up_on": course.used_up_on.isoformat(),
        "last_day": course.last_day.isoformat(),
        "days_left": course.days_left,
        "unused": max(0, round(course.unused)),
    }


def figures_of_rhythm(rhythm: Rhythm, choice_id: int) -> Figures:
    """Return the numbers of a choice's rhythm."""
    return {
        "choice": choice_id,
        "is_timetabled": int(rhythm.is_timetabled),
        "gap_days": round(rhythm.planned_gap_days),
        "days_since": rhythm.days_since_service,
    }


def figures_of_own_share(own: OwnShare, choice_id: int) -> Figures:
    """Return what the client pays of a unit of a choice, in cents."""
    return {"choice": choice_id, "own_then": own.then_cents, "own_now": own.now_cents}


def figures_of_idle(idle: Idle) -> Figures:
    """Return since when a funding has not been used."""
    return {
        "since": idle.since.isoformat(),
        "days_since": idle.days,
        "was_used": int(idle.was_used),
        "is_chosen": int(idle.is_chosen),
    }


def figures_of_ending(ending: Ending, stage: int) -> Figures:
    """Return when a funding ends, and which term before it has been reached, in days."""
    return {
        "last_day": ending.last_day.isoformat(),
        "days_left": ending.days_left,
        "left": ending.left_cents,
        "stage": stage,
    }


def figures_of_provider(
    provider: ProviderAtWork, waiting: Sequence[date], reasons: Sequence[Risk]
) -> Figures:
    """Return the numbers of a provider; `waiting` are the days of visits that should have been charged."""
    found: Figures = {
        "clients": provider.clients,
        "unreported": len(waiting),
        "recent": provider.recent,
        "near_cut_off": provider.near_cut_off,
        "disputed": provider.disputed,
        "reasons": " ".join(reasons),
    }
    if provider.delay_days is not None:
        found["delay_days"] = round(provider.delay_days)
    if waiting:
        found["oldest"] = min(waiting).isoformat()
    if provider.papers_end is not None:
        found["papers_end"] = provider.papers_end.isoformat()
    return found


def without_papers(figures: Figures) -> Figures:
    """Return the figures of a warning about a provider without what they say of papers.

    `reasons` may be empty afterwards.
    """
    reasons = str(figures.get("reasons", "")).split()
    return {**figures, "reasons": " ".join(each for each in reasons if each != Risk.PAPERS)}
