"""Forms of keys for programs: how long a key and the secret of before work, and which program it is for."""

from __future__ import annotations

from datetime import date, timedelta

from foundation.web.forms import ChoiceField, Form, TextField, at_most, needed
from foundation.web.languages import N_

LASTS = [("90", N_("3 months")), ("365", N_("1 year")), ("730", N_("2 years"))]
USUAL_LASTS = "365"
OVERLAPS = [
    ("0", N_("It stops at once")),
    ("1", N_("1 day more")),
    ("7", N_("7 days more")),
    ("30", N_("30 days more")),
]
USUAL_OVERLAP = "7"


class LastingForm(Form):
    """How long a key works."""

    lasts = ChoiceField(
        N_("How long does the key work?"),
        [needed(N_("Choose how long the key works"))],
        choices=LASTS,
        default=USUAL_LASTS,
        hint=N_("We remind you here when the end is near."),
    )

    def last_day(self, today: date) -> date:
        """Return the last day on which the key works."""
        return today + timedelta(days=int(self.lasts.data))


class LabelledForm(LastingForm):
    """Which program a key is for, and how long it works."""

    label = TextField(
        N_("Which program is it for?"),
        [needed(N_("Enter which program uses the key")), at_most(80, N_("At most %(length)s characters"))],
        hint=N_("For example: Domacare, every night"),
    )


class RotateForm(LastingForm):
    """How long the secret of before still works."""

    overlap = ChoiceField(
        N_("How long does the old secret still work?"),
        [needed(N_("Choose how long the old secret still works"))],
        choices=OVERLAPS,
        default=USUAL_OVERLAP,
        hint=N_("Time to put the new secret into the program. If the old one has leaked, stop it at once."),
    )
