"""Whether a county may have a municipality, or no longer have it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date

from county_desk.rules.county_setup import SetupCode
from foundation.vocabulary.refusals import Refusal

MUNICIPALITY_CODE = re.compile(r"[0-9]{3}")
"""The code of a municipality at Statistics Finland."""
LATITUDES, LONGITUDES = (59.0, 71.0), (19.0, 32.0)
"""Between which degrees (WGS 84) the centre of a Finnish municipality is."""
_DEGREES = re.compile(r"[0-9]{2}([.,][0-9]{1,8})?")


@dataclass(frozen=True, slots=True)
class KnownMunicipality:
    """A municipality that is stored: the code of its county, and its last day if it has ended."""

    county: str
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class MunicipalityUse:
    """How many rows name a municipality: clients, providers' places, offerings, and approvals limited to it.

    `applications` are those that wait, and `former` the ended municipalities that became part of it.
    """

    clients: int = 0
    places: int = 0
    offerings: int = 0
    approvals: int = 0
    applications: int = 0
    former: int = 0


def municipality_refusals(
    county: str, known: Mapping[str, KnownMunicipality], uses: Mapping[str, MunicipalityUse]
) -> tuple[Refusal, ...]:
    """Return what is wrong with the municipalities of a county.

    Args:
        county: The county's code.
        known: What is stored of the municipalities that it shall have, by code.
        uses: The use of those that it shall no longer have, by code.
    """
    elsewhere = [
        Refusal(SetupCode.OTHER_COUNTY, f"municipalities.{code}", {"county": each.county})
        for code, each in known.items()
        if each.county != county
    ]
    ended = [
        Refusal(
            SetupCode.MUNICIPALITY_ENDED, f"municipalities.{code}", {"last_day": each.ended_on.isoformat()}
        )
        for code, each in known.items()
        if each.county == county and each.ended_on is not None
    ]
    used = [
        Refusal(SetupCode.MUNICIPALITY_IN_USE, f"municipalities.{code}", asdict(use))
        for code, use in uses.items()
        if use != MunicipalityUse()
    ]
    return (*elsewhere, *ended, *used)


def parse_degrees(text: str, between: tuple[float, float]) -> float | None:
    """Read degrees with a dot or a comma; None if they are not between these two."""
    if not _DEGREES.fullmatch(text):
        return None
    degrees = float(text.replace(",", "."))
    return degrees if between[0] <= degrees <= between[1] else None


def municipality_section(code: str) -> str:
    """Return the section of a municipality: the beginning of the paths of its settings."""
    return f"municipalities.{code}."
