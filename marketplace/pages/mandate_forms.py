"""The forms of a mandate: whom, which rights, for which vouchers, until when."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from foundation.vocabulary.refusals import Refusal
from foundation.web.catalogues import N_
from foundation.web.clock import today
from foundation.web.formats import name_text
from foundation.web.forms import (
    ChoiceField,
    ChoicesField,
    DayField,
    EmailField,
    Form,
    TextField,
    at_most,
    matches,
    may_be_empty,
    needed,
    pairs,
)
from foundation.web.languages import _
from marketplace.load.fundings import MyFunding
from marketplace.load.invitations import GivenMandate
from marketplace.rules.mandate_terms import (
    FIRST_DAY_PAST,
    FUNDING_NEEDED,
    FUNDING_UNKNOWN,
    LAST_DAY_EARLY,
    LAST_DAY_PAST,
    RIGHT_NEEDED,
    SIGHT_NEEDED,
    MandateTerms,
    Right,
)
from marketplace.rules.refusals import TOO_MANY_INVITATIONS

USUAL_DAYS: Final = 365
ALL, SOME = "all", "some"
LONGEST_NAME = 100
EMAIL = r"[^@\s]{1,100}@[^@\s.][^@\s]{0,100}\.[^@\s.]{2,}\Z"

RIGHTS: Final = {
    Right.SEE: N_("See my money and my visits"),
    Right.PROPOSE: N_("Suggest a provider. I decide."),
    Right.CHOOSE: N_("Choose a provider for me"),
    Right.MOVE: N_("Move my money from one voucher to another"),
    Right.CONFIRM: N_("Say for me if a visit was right"),
}
"""The rights as the client gives them."""

RIGHTS_OF_THEM: Final = {
    Right.SEE: N_("Sees your money and your visits."),
    Right.PROPOSE: N_("Suggests providers. You decide."),
    Right.CHOOSE: N_("Chooses a provider for you."),
    Right.MOVE: N_("Moves your money from one voucher to another."),
    Right.CONFIRM: N_("Says for you if a visit was right."),
}
"""The rights as the client reads them of somebody who helps."""

FAULTS: Final = {
    RIGHT_NEEDED.code: N_("Tick at least one thing"),
    SIGHT_NEEDED.code: N_("Also tick that the person may see your money. Nothing else works without it."),
    FUNDING_NEEDED.code: N_("Tick at least one voucher"),
    FUNDING_UNKNOWN.code: N_("Choose from the list"),
    LAST_DAY_PAST.code: N_("The last day must be today or later"),
    LAST_DAY_EARLY.code: N_("The last day is before the first"),
    FIRST_DAY_PAST.code: N_("The rights can change today at the earliest, and not before they begin"),
    TOO_MANY_INVITATIONS.code: N_("You have many open invitations. Take one back first."),
}


class TermsForm(Form):
    """Which rights, for which vouchers, until when."""

    rights = ChoicesField(N_("What may this person do?"))
    scope = ChoiceField(N_("Which vouchers?"))
    fundings = ChoicesField(N_("Vouchers"), hint=N_("Tick these if you chose only some."))
    last_day = DayField(
        N_("Until which day?"), [may_be_empty()], hint=N_("Leave this empty if there is no last day.")
    )

    def offer(self, fundings: list[MyFunding]) -> None:
        """Set the choices in the reader's language."""
        self.rights.choices = pairs((right.value, _(text)) for right, text in RIGHTS.items())
        self.scope.choices = [(ALL, _("All my vouchers")), (SOME, _("Only some vouchers"))]
        self.fundings.choices = pairs((each.facts.id, _label(each)) for each in fundings)
        self.scope.data = self.scope.data or ALL

    def terms(self) -> MandateTerms:
        """Return the terms that were chosen."""
        named = frozenset(int(key) for key in self.fundings.data or [])
        return MandateTerms(
            rights=frozenset(Right(value) for value in self.rights.data or []),
            funding_ids=named if self.scope.data == SOME else None,
            last_day=self.last_day.data,
        )

    def refuse_terms(self, refusal: Refusal) -> None:
        """Show why the terms cannot be given, at the field."""
        self.refuse(refusal.field or None, _(FAULTS[refusal.code]))


class ChangeForm(TermsForm):
    """The same from which day on."""

    first_day = DayField(N_("From which day?"), [needed(N_("Enter the first day"))])


class InviteForm(TermsForm):
    """The same with whom."""

    name = TextField(
        N_("Who helps you?"),
        [
            needed(N_("Write the name of the person")),
            at_most(LONGEST_NAME, N_("Enter at most %(length)s characters")),
        ],
        hint=N_("Write the name of the person."),
    )
    email = EmailField(
        N_("E-mail address of the person"),
        [may_be_empty(), matches(EMAIL, N_("Enter an e-mail address, for example name@example.fi"))],
        hint=N_("You can leave this empty. Then we send no message."),
    )


def form_of_mandate(mandate: GivenMandate, fundings: list[MyFunding]) -> ChangeForm:
    """Return the form with the terms of a mandate in it, to be changed from today or its first day on."""
    terms = mandate.terms
    form = ChangeForm(
        data={
            "first_day": max(today(), mandate.first_day),
            "rights": sorted(terms.rights),
            "scope": ALL if terms.funding_ids is None else SOME,
            "fundings": sorted(terms.funding_ids or ()),
            "last_day": terms.last_day,
        }
    )
    form.offer(fundings)
    return form


def form_to_invite(fundings: list[MyFunding]) -> InviteForm:
    """Return an empty form: to see, all vouchers, for a year."""
    form = InviteForm(
        data={"rights": [Right.SEE.value], "scope": ALL, "last_day": today() + timedelta(days=USUAL_DAYS)}
    )
    form.offer(fundings)
    return form


def _label(funding: MyFunding) -> str:
    return ", ".join(name_text(name) for name in funding.services.values())
