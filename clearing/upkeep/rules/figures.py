"""The numbers of an early warning, as they are stored and shown beside its formula."""

from clearing.upkeep.facts.course import Course, Rhythm


def figures_of(course: Course, *, in_units: bool) -> dict[str, str | int]:
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
        "used_percent": int(course.used_share * 100),
        "time_percent": int(course.time_share * 100),
    }


def figures_of_rhythm(rhythm: Rhythm, choice_id: int) -> dict[str, str | int]:
    """Return the numbers of a choice's rhythm."""
    return {
        "choice": choice_id,
        "is_timetabled": int(rhythm.is_timetabled),
        "gap_days": round(rhythm.planned_gap_days),
        "days_since": rhythm.days_since_service,
    }
