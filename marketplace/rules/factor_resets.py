"""When the county takes off an owner's second factor, and the mails about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from foundation.vocabulary.refusals import Refusal

WAITS_FOR: Final = timedelta(hours=72)
"""How long every owner has to stop it: a weekend."""

OWNER_UNKNOWN: Final = Refusal("owner_unknown", "owner")
"""The provider has no such owner, or the owner uses no second factor."""
ALREADY_ASKED: Final = Refusal("already_asked", "owner")
RESET_UNKNOWN: Final = Refusal("reset_unknown")
"""There is no such request, or it has been confirmed or stopped."""
SAME_PERSON: Final = Refusal("same_person")
"""Who asked, or who owns the factor, does not confirm."""
TOO_EARLY: Final = Refusal("too_early")

ASKED_SUBJECT: Final = "Omatori: vahvistustavan poisto on pyydetty / begäran om att ta bort en bekräftelse"
ASKED_TEXT: Final = (
    "Hyvinvointialuetta on pyydetty poistamaan yrityksenne omistajan kirjautumisen vahvistustapa, koska "
    "omistaja on ilmoittanut menettäneensä sen. Se poistetaan aikaisintaan 72 tunnin kuluttua. Kuka tahansa "
    "omistaja voi pysäyttää poiston: Yritys, Ihmiset. Jos kukaan teistä ei pyytänyt tätä, soittakaa heti "
    "hyvinvointialueelle.\n\n"
    "Välfärdsområdet har ombetts ta bort den andra bekräftelsen av inloggningen för en ägare i ert företag, "
    "eftersom ägaren har meddelat att den har gått förlorad. Den tas bort tidigast om 72 timmar. Vilken "
    "ägare som helst kan stoppa det: Företag, Personer. Om ingen av er bad om detta, ring genast "
    "välfärdsområdet.\n"
)
DONE_SUBJECT: Final = "Omatori: vahvistustapa on poistettu / bekräftelsen har tagits bort"
DONE_TEXT: Final = (
    "Yrityksenne omistajan kirjautumisen vahvistustapa on poistettu. Omistaja ottaa seuraavalla "
    "kirjautumisella uuden käyttöön. Jos tämä on väärin, soittakaa heti hyvinvointialueelle.\n\n"
    "Den andra bekräftelsen av inloggningen för en ägare i ert företag har tagits bort. Ägaren tar en ny i "
    "bruk vid nästa inloggning. Om detta är fel, ring genast välfärdsområdet.\n"
)


@dataclass(frozen=True, slots=True)
class OpenReset:
    """A request that was neither confirmed nor stopped."""

    id: int
    county_id: int
    provider_id: int
    person_id: int
    name: str
    why: str
    asked_at: datetime
    asked_by: int
    asked_by_name: str
    ripe_at: datetime


def why_not_confirmed(reset: OpenReset, person_id: int | None, now: datetime) -> Refusal | None:
    """Return why somebody cannot confirm a request now; None if the factor can be taken off."""
    if person_id in (None, reset.asked_by, reset.person_id):
        return SAME_PERSON
    return TOO_EARLY if now < reset.ripe_at else None
