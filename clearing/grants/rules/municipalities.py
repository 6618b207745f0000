"""Which municipality is meant by a code or a name, on a day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from foundation.vocabulary.identifiers import place_key


@dataclass(frozen=True, slots=True)
class NamedMunicipality:
    """A municipality; `ended_on` is its last day, after which `successor` has taken its place."""

    code: str
    name_fi: str
    name_sv: str
    ended_on: date | None = None
    successor: str | None = None


def codes_by_name(municipalities: Iterable[NamedMunicipality], day: date) -> dict[str, str]:
    """Return the code in force on the day by `place_key` of each code and name.

    A name that an ended municipality shares with one that exists is the latter's.
    """
    known = {municipality.code: municipality for municipality in municipalities}
    ended = [one for one in known.values() if _is_over(one, day)]
    existing = [one for one in known.values() if not _is_over(one, day)]
    return {
        place_key(name): _in_force(municipality, known, day)
        for municipality in (*ended, *existing)
        for name in (municipality.name_fi, municipality.name_sv, municipality.code)
    }


def _is_over(municipality: NamedMunicipality, day: date) -> bool:
    return municipality.ended_on is not None and municipality.ended_on < day


def _in_force(municipality: NamedMunicipality, known: Mapping[str, NamedMunicipality], day: date) -> str:
    while _is_over(municipality, day) and (successor := known.get(municipality.successor or "")):
        municipality = successor
    return municipality.code
