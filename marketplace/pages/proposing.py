"""/ehdota: a helper proposes one to three offerings to the client, with a plan and a word why."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for

from foundation.vocabulary.labels import SAID_UNITS
from foundation.vocabulary.money import Quantity
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Role
from foundation.web.catalogues import N_
from foundation.web.clock import now, today
from foundation.web.formats import name_text
from foundation.web.forms import (
    ChoiceField,
    DayField,
    Form,
    QuantityField,
    TextAreaField,
    at_most,
    between,
    needed,
    pairs,
)
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _
from foundation.web.pages import Page, Result, not_found, read_id
from foundation.web.said_units import unit_of
from foundation.web.transaction import db
from marketplace.actions.propose import propose
from marketplace.load.fundings import MyFunding
from marketplace.load.offerings import OfferingEntry, offerings_by_id
from marketplace.load.priced import price_for_me
from marketplace.pages.acting_client import Acting, acting, usable_fundings
from marketplace.pages.choose_form import ALTOGETHER, EVERY_WEEK, MOST_UNITS
from marketplace.rules.proposing import LONGEST_WORDS, MOST_OFFERINGS, STARTS_IN_PAST, ProposedPlan
from marketplace.rules.refusals import MANDATE_MISSING
from marketplace.rules.wishes import Wish

blueprint = Blueprint("marketplace_proposing", __name__, template_folder="../templates")


class ProposeForm(Form):
    """For which voucher, how much, from when, and why."""

    funding = ChoiceField(N_("For which voucher?"))
    how = ChoiceField(N_("How often?"), [needed(N_("Choose how often"))])
    amount = QuantityField(
        N_("How many hours?"),
        [
            needed(N_("Enter how many, for example 3")),
            between(1, None, N_("Enter a number above zero, for example 3")),
            between(None, MOST_UNITS, N_("The number is too large. Enter a smaller one.")),
        ],
    )
    starts_on = DayField(
        N_("From which day?"), [needed(N_("Enter the first day"))], hint=N_("For example 1.12.2026")
    )
    why = TextAreaField(
        N_("Why do you suggest this?"),
        [
            needed(N_("Write a few words")),
            at_most(LONGEST_WORDS, N_("Enter at most %(length)s characters")),
        ],
        hint=N_("The client and the other helpers read this."),
    )


@dataclass(frozen=True, slots=True)
class Proposing:
    """Who proposes what, and the vouchers that could pay for it."""

    person: Acting
    entries: list[OfferingEntry]
    fundings: list[MyFunding]
    form: ProposeForm

    @property
    def funding(self) -> MyFunding:
        """The picked voucher, else the first that fits."""
        picked = self.form.funding.data
        return next((each for each in self.fundings if str(each.facts.id) == picked), self.fundings[0])


@blueprint.route("/ehdota", methods=["GET", "POST"])
@allow(Role.REPRESENTATIVE)
def ask() -> Result:
    """Ask for the plan and the reason, and send the proposal to the client."""
    proposing = _proposing()
    if not proposing.form.validate_on_submit():
        return _page(proposing)
    outcome = _propose(proposing)
    if not isinstance(outcome, Refusal):
        flash(_("The suggestion was sent. The client decides."), "success")
        return redirect(url_for("marketplace_proposals.show_proposal", proposal_id=outcome))
    if outcome != STARTS_IN_PAST:
        not_found()
    proposing.form.refuse("starts_on", _("The first day must be today or later"))
    return _page(proposing)


def _proposing() -> Proposing:
    person = acting()
    if not person.may_propose:
        not_found()
    ids = [read_id(text) or 0 for text in dict.fromkeys(request.values.getlist("id"))]
    entries = offerings_by_id(db(), ids[: MOST_OFFERINGS + 1])
    public = [entries[key] for key in ids if key in entries and entries[key].facts.is_public(today())]
    services = {entry.facts.service for entry in public}
    fundings = [each for each in usable_fundings(person) if services <= set(each.facts.services)]
    if not public or len(public) > MOST_OFFERINGS or not fundings:
        not_found()
    return Proposing(person, public, fundings, _form(fundings))


def _form(fundings: list[MyFunding]) -> ProposeForm:
    form = ProposeForm(data={"funding": str(fundings[0].facts.id), "how": EVERY_WEEK, "starts_on": today()})
    form.how.choices = [
        (EVERY_WEEK, _("The same every week")),
        (ALTOGETHER, _("Once, or a few times")),
    ]
    form.funding.choices = pairs(
        (each.facts.id, ", ".join(name_text(name) for name in each.services.values())) for each in fundings
    )
    return form


def _page(proposing: Proposing) -> Page:
    ids = [entry.facts.id for entry in proposing.entries]
    return render_template(
        "marketplace/propose.html",
        person=proposing.person,
        entries=proposing.entries,
        fundings=proposing.fundings,
        form=proposing.form,
        prices=price_for_me(db(), proposing.funding, ids, today()),
        how_many=SAID_UNITS[unit_of(proposing.entries[0].facts)].question,
    )


def _propose(proposing: Proposing) -> int | Refusal:
    form = proposing.form
    amount, is_weekly = Quantity(form.amount.data or 0), form.how.data == EVERY_WEEK
    wish = Wish(
        starts_on=form.starts_on.data or today(),
        ends_on=None,
        quantity=None if is_weekly else amount,
        quantity_per_week=amount if is_weekly else None,
    )
    outcome = propose(
        db(),
        funding_id=proposing.funding.facts.id,
        plans=[ProposedPlan(entry.facts.id, wish) for entry in proposing.entries],
        why=form.why.data or "",
        actor=current_actor(),
        now=now(),
    )
    return not_found() if outcome == MANDATE_MISSING else outcome
