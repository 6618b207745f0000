"""The questions of a grant, one form a step."""

from __future__ import annotations

from datetime import date
from typing import Any

from county_desk.pages.worded_form import WordedForm
from foundation.vocabulary.dates import parse_iso_day
from foundation.vocabulary.labels import LANGUAGES
from foundation.vocabulary.languages import OWN_NAMES
from foundation.web.catalogues import N_
from foundation.web.forms import (
    ChoiceField,
    ChoicesField,
    DayField,
    Form,
    MoneyField,
    QuantityField,
    TextField,
    at_most,
    between,
    may_be_empty,
    needed,
)
from foundation.web.languages import _

TOO_LONG = N_("Enter at most %(length)s characters")
LARGEST = 99_999_999_999


class ClientForm(WordedForm):
    """Whom it is for."""

    number = TextField(N_("Client number"), [needed(N_("Write the client number")), at_most(64, TOO_LONG)])
    name = TextField(
        N_("Name"), [at_most(200, TOO_LONG)], hint=N_("Only for a client whom the county does not know yet.")
    )
    municipality = ChoiceField(N_("Municipality"), dropdown=True)
    language = ChoiceField(
        N_("Language"), choices=[(tag.value, LANGUAGES[tag]) for tag in OWN_NAMES], dropdown=True
    )
    protected_address = ChoiceField(
        N_("Does the client have a protected address?"),
        choices=[("", N_("As the county knows it; a new client: no")), ("yes", N_("Yes")), ("no", N_("No"))],
        hint=N_(
            "The municipality of a client with a protected address is shown only when you work with them."
        ),
        dropdown=True,
    )


class ServiceForm(WordedForm):
    """What it pays for."""

    services = ChoicesField(
        N_("What does the voucher pay for?"),
        [needed(N_("Choose at least one service"))],
        hint=N_("Many only if the client may use the same money for each of them."),
    )


class AmountForm(WordedForm):
    """How much."""

    amount_cents = MoneyField(
        N_("Euros for the whole time"),
        [may_be_empty(), between(1, LARGEST, N_("Write more than zero"))],
        hint=N_("Left empty it is computed from the units and the value."),
    )
    quantity = QuantityField(
        N_("Units for the whole time"),
        [may_be_empty(), between(1, LARGEST, N_("Write more than zero"))],
        hint=N_("Hours, visits, days or kilometres, as the service is counted. May be left empty."),
    )

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """One of the two is needed."""
        right = super().validate(*args, **kwargs)
        if right and self.amount_cents.data is None and self.quantity.data is None:
            self.refuse("amount_cents", _("Write euros, units or both"))
            return False
        return right


class WindowForm(WordedForm):
    """From when to when."""

    first_day = DayField(N_("First day"), [needed(N_("Write the day, for example 1.12.2026"))])
    last_day = DayField(N_("Last day"), [needed(N_("Write the day, for example 31.12.2027"))])

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """The days in order."""
        right = super().validate(*args, **kwargs)
        first, last = self.first_day.data, self.last_day.data
        if right and first is not None and last is not None and last < first:
            self.refuse("last_day", _("The last day is before the first day."))
            return False
        return right


class ProviderForm(WordedForm):
    """Who gives it."""

    kind = ChoiceField(
        N_("Who chooses the provider?"),
        [needed(N_("Choose one"))],
        choices=[
            ("voucher", N_("Voucher: the client chooses, or a provider is named below")),
            ("commitment", N_("Payment commitment: the county pays the whole price to the named provider")),
        ],
    )
    provider = ChoiceField(N_("Named provider"), dropdown=True)

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """A commitment names its provider."""
        right = super().validate(*args, **kwargs)
        if right and self.kind.data == "commitment" and not self.provider.data:
            self.refuse("provider", _("A payment commitment names its provider."))
            return False
        return right


class ShareForm(WordedForm):
    """What the client pays."""

    rule = ChoiceField(
        N_("What does the client pay?"),
        [needed(N_("Choose one"))],
        choices=[
            ("free", N_("Nothing: the service is free of charge by law")),
            ("county", N_("The part of the price above the county's values")),
            ("own", N_("The part of the price above the value that I write below")),
            ("price", N_("Nothing: the county pays the agreed price")),
        ],
    )
    value_cents = MoneyField(
        N_("Value of one unit"), [may_be_empty(), between(1, LARGEST, N_("Write more than zero"))]
    )
    overrun = ChoiceField(
        N_("When too little money is left"),
        [needed(N_("Choose one"))],
        choices=[
            ("refuse", N_("The visit's charge is refused")),
            ("cut", N_("What is left is paid, and the client pays the rest")),
        ],
        default="refuse",
    )

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """An own value must be given; what is free cannot be cut."""
        right = super().validate(*args, **kwargs)
        if right and self.rule.data == "own" and self.value_cents.data is None:
            self.refuse("value_cents", _("Write the value, for example 36,00"))
            return False
        return right


class DecisionForm(WordedForm):
    """The decision behind it."""

    number = TextField(N_("Number of the decision"), [needed(N_("Write the number")), at_most(64, TOO_LONG)])
    decided_on = DayField(N_("Day of the decision"), [needed(N_("Write the day, for example 1.12.2026"))])
    decided_by = TextField(
        N_("Who decided"), [needed(N_("Write the name and the office")), at_most(200, TOO_LONG)]
    )
    legal_basis = TextField(
        N_("Legal basis"), [needed(N_("Write the Act and the section")), at_most(500, TOO_LONG)]
    )
    cost_centre = ChoiceField(N_("Cost centre"), [needed(N_("Choose a cost centre"))], dropdown=True)


FORMS: dict[str, type[Form]] = {
    "asiakas": ClientForm,
    "palvelu": ServiceForm,
    "maara": AmountForm,
    "aika": WindowForm,
    "tuottaja": ProviderForm,
    "omavastuu": ShareForm,
    "paatos": DecisionForm,
}
TITLES = {
    "asiakas": N_("Who gets it?"),
    "palvelu": N_("What for?"),
    "maara": N_("How much?"),
    "aika": N_("From when to when?"),
    "tuottaja": N_("Who gives the help?"),
    "omavastuu": N_("What does the client pay?"),
    "paatos": N_("Which decision?"),
}


def kept_answers(form: Form) -> dict[str, Any]:
    """Return the answers as values that a draft keeps."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in form.data.items()
        if name != "csrf_token"
    }


def shown_answers(kept: dict[str, Any]) -> dict[str, Any]:
    """Kept answers as a form takes them."""
    return {
        name: parse_iso_day(value) or value if isinstance(value, str) else value
        for name, value in kept.items()
    }
