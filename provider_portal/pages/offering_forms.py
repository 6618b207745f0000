"""Forms of the provider's offerings: a service, what clients see of it, a price."""

from __future__ import annotations

from foundation.web.forms import (
    ChoiceField,
    ChoicesField,
    DayField,
    Form,
    MoneyField,
    TextAreaField,
    TextField,
    WholeNumberField,
    YesField,
    at_most,
    between,
    needed,
)
from foundation.web.languages import N_


class AddForm(Form):
    """A service of a county."""

    service = ChoiceField(N_("Service"), [needed(N_("Choose the service"))])


class TextsForm(Form):
    """What clients see of the offering."""

    title = TextField(
        N_("Name of the service"),
        [needed(N_("Enter a name")), at_most(120, N_("At most %(length)s characters"))],
    )
    about = TextAreaField(
        N_("What it includes"),
        [at_most(2000, N_("At most %(length)s characters"))],
        hint=N_("In short sentences"),
    )
    languages = ChoicesField(
        N_("In which languages do you serve?"), [needed(N_("Choose at least one language"))]
    )
    place = ChoiceField(
        N_("Where do you give it, or where do you leave from?"),
        dropdown=True,
        hint=N_("Distance and accessibility are those of the place."),
    )
    remote = YesField(N_("Also by telephone or video"))
    home_visits = ChoiceField(N_("Do you come to the client's home?"))
    communication = ChoicesField(
        N_("Which ways of communication do you support?"), hint=N_("Choose only what your staff can do.")
    )
    next_free_on = DayField(
        N_("When is the next free time?"),
        hint=N_("Leave empty if not known, or if you give free times by week"),
    )
    cancel_notice_hours = WholeNumberField(
        N_("How many hours' notice must a client give to cancel a visit?"),
        [between(0, 720, N_("Enter a number from 0 to 720"))],
    )
    cancel_share_percent = WholeNumberField(
        N_("What percentage of the price is charged for a later cancellation?"),
        [between(0, 100, N_("Enter a number from 0 to 100"))],
    )
    published = YesField(N_("Clients can find and choose this"))


class PriceForm(Form):
    """A new price from a day on."""

    time_class = ChoiceField(
        N_("When does the price apply?"), [needed(N_("Choose a time class"))], dropdown=True
    )
    unit_price_cents = MoneyField(
        N_("Unit price, VAT included"),
        [needed(N_("Enter the price")), between(1, 99_999_999, N_("The price must be more than zero"))],
    )
    first_day = DayField(N_("From"), [needed(N_("Enter the first day"))])
    last_day = DayField(N_("Until"), hint=N_("Leave empty if it is valid until further notice"))
