"""Say yes: how often, check, done. Nothing is held before the last button."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from foundation.vocabulary.money import Quantity
from foundation.web.catalogues import N_
from foundation.web.clock import now, today
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
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db
from marketplace.actions.choose_offering import (
    Chosen,
    MandateMissingError,
    choose_offering,
    consider,
)
from marketplace.load.choices import choice_by_id
from marketplace.load.fundings import MyFunding
from marketplace.load.offerings import OfferingEntry, offerings_by_id
from marketplace.load.priced import price_for_me
from marketplace.load.views import funding_view
from marketplace.pages.whose import OWN_ROLES, Acting, acting, my_views, usable_fundings
from marketplace.pages.words import named
from marketplace.rules.planning import Wish

blueprint = Blueprint("marketplace_choosing", __name__, template_folder="../templates")
MOST_UNITS = 9_999_99
EVERY_WEEK, ALTOGETHER = "week", "whole"
HOW_MANY = {
    "hour": N_("How many hours?"),
    "visit": N_("How many visits?"),
    "day": N_("How many days?"),
    "night": N_("How many nights?"),
    "month": N_("How many months?"),
    "km": N_("How many kilometres?"),
    "piece": N_("How many pieces?"),
}


class ChooseForm(Form):
    """How often, how much, from when; and from which voucher if several fit."""

    class Meta:
        csrf = False

    offering = HiddenField("")
    funding = ChoiceField(N_("From which voucher?"))
    how = ChoiceField(N_("How often?"), [needed(N_("Choose how often"))])
    amount = QuantityField(
        N_("How many hours?"),
        [
            needed(N_("Write how many, for example 3")),
            between(1, MOST_UNITS, N_("Write a number above zero, for example 3")),
        ],
    )
    starts_on = DayField(
        N_("From which day?"), [needed(N_("Write the first day"))], hint=N_("For example 1.12.2026")
    )

    def __init__(
        self, arguments: MultiDict[str, str], entry: OfferingEntry, fundings: list[MyFunding]
    ) -> None:
        first = max(today(), entry.next_free_on or today())
        usual = {"how": EVERY_WEEK, "starts_on": first, "funding": str(fundings[0].facts.id)}
        filled = "how" in arguments or "amount" in arguments
        super().__init__(formdata=arguments if filled else None, data=usual)
        self.offering.data = str(entry.facts.id)
        self.how.choices = [
            (EVERY_WEEK, _("The same every week")),
            (ALTOGETHER, _("Once, or a few times")),
        ]
        self.funding.choices = pairs((mine.facts.id, _voucher_label(mine)) for mine in fundings)

    def wish(self) -> Wish:
        """What the form asks for."""
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
        """Whether the first day was refused because it is over."""
        day = self.starts_on.data
        if day is None or day >= today():
            return False
        self.refuse("starts_on", _("The first day must be today or later"))
        return True


def _voucher_label(mine: MyFunding) -> str:
    return ", ".join(named(name) for name in mine.services.values())


@dataclass(frozen=True, slots=True)
class Choosing:
    """Who chooses what, from which of the vouchers that could pay for it."""

    person: Acting
    entry: OfferingEntry
    fundings: list[MyFunding]
    form: ChooseForm

    @property
    def mine(self) -> MyFunding:
        """The funding picked, else the first that fits."""
        picked = self.form.funding.data
        return next((one for one in self.fundings if str(one.facts.id) == picked), self.fundings[0])


def _choosing(arguments: MultiDict[str, str]) -> Choosing:
    asked = arguments.get("offering", "")
    key = int(asked) if asked.isdecimal() and len(asked) < 18 else 0
    entry = offerings_by_id(db(), [key], today()).get(key)
    if entry is None:
        not_found()
    person = acting()
    if not person.may_choose:
        not_found()
    usable = usable_fundings(person)
    fundings = [mine for mine in usable if entry.facts.service in mine.facts.services] or usable
    if not fundings:
        not_found()
    return Choosing(person, entry, fundings, ChooseForm(arguments, entry, fundings))


def _ask(choosing: Choosing) -> Page:
    priced = price_for_me(db(), choosing.mine, [choosing.entry.facts.id], today())
    return render_template(
        "marketplace/choose.html",
        person=choosing.person,
        entry=choosing.entry,
        mine=choosing.mine,
        fundings=choosing.fundings,
        form=choosing.form,
        priced=priced[choosing.entry.facts.id],
        how_many=HOW_MANY[choosing.entry.facts.unit],
    )


@blueprint.get("/valitse")
@allow(*OWN_ROLES)
def ask() -> Page:
    """How often?"""
    return _ask(_choosing(request.args))


@blueprint.get("/valitse/tarkista")
@allow(*OWN_ROLES)
def check() -> Result:
    """Check: what it takes a week, until when the money lasts, what is left."""
    choosing = _choosing(request.args)
    if not choosing.form.validate() or choosing.form.refuse_past():
        return _ask(choosing), 422
    mine, wish = choosing.mine, choosing.form.wish()
    considered = consider(db(), funding=mine.facts, client=mine.client, offering=choosing.entry, wish=wish)
    return render_template(
        "marketplace/check.html",
        person=choosing.person,
        entry=choosing.entry,
        mine=mine,
        considered=considered,
        wish=wish,
        answers=request.args.to_dict(),
        change_url=f"{url_for('.ask')}?{urlencode(request.args.to_dict())}",
    )


@blueprint.post("/valitse")
@allow(*OWN_ROLES)
def choose() -> Result:
    """Done: hold the money."""
    choosing = _choosing(request.form)
    if not choosing.form.validate() or choosing.form.refuse_past():
        return _ask(choosing), 422
    mine, wish = choosing.mine, choosing.form.wish()
    keys = {"funding_id": mine.facts.id, "offering_id": choosing.entry.facts.id}
    try:
        outcome = choose_offering(db(), **keys, wish=wish, actor=current_actor(), now=now(), only_once=True)
    except MandateMissingError:
        not_found()
    if isinstance(outcome, Chosen):
        return redirect(url_for(".done", choice_id=outcome.choice_id))
    return render_template(
        "marketplace/not_chosen.html", person=choosing.person, entry=choosing.entry, reasons=outcome.reasons
    ), 422


@blueprint.get("/valitse/valmis/<int:choice_id>")
@allow(*OWN_ROLES)
def done(choice_id: int) -> Page:
    """You have chosen; how to undo it, what happens next."""
    person = acting()
    choice = choice_by_id(db(), choice_id)
    if choice is None or choice.client_id != person.client.id:
        not_found()
    mine = next(view.mine for view in my_views(person) if view.mine.facts.id == choice.funding_id)
    return render_template(
        "marketplace/chosen.html", person=person, choice=choice, view=funding_view(db(), mine, today())
    )


@blueprint.get("/valitse/en-halua-setelia")
@allow(*OWN_ROLES)
def without_voucher() -> Page:
    """The client may refuse a voucher (Act 569/2009, section 6): whom to call, and what happens then."""
    return render_template("marketplace/without_voucher.html", person=acting())
