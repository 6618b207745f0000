"""The form of a choice: how often, how much, from when, and instead of whom."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from foundation.vocabulary.money import Quantity
from foundation.web.catalogues import N_
from foundation.web.clock import today
from foundation.web.formats import name_text
from foundation.web.forms import (
    ChoiceField,
    DayField,
    Form,
    HiddenField,
    QuantityField,
    between,
    needed,
    pairs,
)
from foundation.web.languages import _
from marketplace.load.choices import MyChoice
from marketplace.load.fundings import MyFunding
from marketplace.load.offerings import OfferingEntry
from marketplace.rules.wishes import Wish

MOST_UNITS = 9_999_99
EVERY_WEEK, ALTOGETHER, KEEP = "week", "whole", "keep"


class ChooseForm(Form):
    """How often, how much, from when; and from which voucher if several fit."""

    class Meta:
        csrf = False

    offering = HiddenField("")
    replaces = ChoiceField(N_("You have already chosen somebody"))
    funding = ChoiceField(N_("From which voucher?"))
    how = ChoiceField(N_("How often?"), [needed(N_("Choose how often"))])
    amount = QuantityField(
        N_("How many hours?"),
        [
            needed(N_("Enter how many, for example 3")),
            between(1, MOST_UNITS, N_("Enter a number above zero, for example 3")),
        ],
    )
    starts_on = DayField(
        N_("From which day?"), [needed(N_("Enter the first day"))], hint=N_("For example 1.12.2026")
    )

    def __init__(
        self,
        arguments: MultiDict[str, str],
        entry: OfferingEntry,
        fundings: list[MyFunding],
        living: list[MyChoice],
    ) -> None:
        first = max(today(), entry.next_free_on or today())
        usual: dict[str, object] = {
            "how": EVERY_WEEK,
            "starts_on": first,
            "funding": str(fundings[0].facts.id),
        }
        usual["replaces"] = str(living[0].id) if living else KEEP
        filled = "how" in arguments or "amount" in arguments
        super().__init__(formdata=arguments if filled else None, data=usual)
        self.offering.data = str(entry.facts.id)
        self.how.choices = [
            (EVERY_WEEK, _("The same every week")),
            (ALTOGETHER, _("Once, or a few times")),
        ]
        instead = [
            (choice.id, _("I choose this instead of %(name)s", name=choice.provider)) for choice in living
        ]
        self.replaces.choices = pairs([*instead, (KEEP, _("I keep both"))])
        self.funding.choices = pairs((funding.facts.id, _voucher_label(funding)) for funding in fundings)

    def wish(self) -> Wish:
        """Return the wish that was typed."""
        assert self.amount.data is not None
        assert self.starts_on.data is not None
        amount = Quantity(self.amount.data)
        weekly = self.how.data == EVERY_WEEK
        return Wish(
            starts_on=self.starts_on.data,
            ends_on=None,
            quantity=None if weekly else amount,
            quantity_per_week=amount if weekly else None,
        )

    def refuse_past(self) -> bool:
        """Refuse a first day in the past; return whether it was refused."""
        day = self.starts_on.data
        if day is None or day >= today():
            return False
        self.refuse("starts_on", _("The first day must be today or later"))
        return True


def _voucher_label(funding: MyFunding) -> str:
    return ", ".join(name_text(name) for name in funding.services.values())
