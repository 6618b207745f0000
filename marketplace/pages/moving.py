"""/oma/siirra: move free money from one voucher of a personal budget to another."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for

from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CLIENT_ROLES
from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.formats import money_text, name_text
from foundation.web.forms import ChoiceField, Form, MoneyField, between, needed
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _
from foundation.web.pages import Result, not_found
from foundation.web.transaction import db
from marketplace.actions.move_between import move_between
from marketplace.labels import MOVE_REFUSALS
from marketplace.load.fundings import MyFunding
from marketplace.pages.acting_client import Acting, acting, usable_fundings
from marketplace.rules.refusals import MANDATE_MISSING

blueprint = Blueprint("marketplace_moving", __name__, template_folder="../templates")


class MoveForm(Form):
    """From which voucher to which, and how much."""

    source = ChoiceField(N_("From which voucher?"), [needed(N_("Choose where the money comes from"))])
    target = ChoiceField(N_("To which voucher?"), [needed(N_("Choose where the money goes"))])
    amount_cents = MoneyField(
        N_("How much?"),
        [needed(N_("Enter the amount")), between(1, None, N_("The sum must be more than zero."))],
    )


@blueprint.route("/oma/siirra", methods=["GET", "POST"])
@allow(*CLIENT_ROLES)
def move() -> Result:
    """Ask how much to move between which vouchers, and move it."""
    person = acting()
    fundings = _movable(person)
    form = _form(fundings)
    if form.validate_on_submit():
        refusal = _move(form, fundings)
        if refusal is None:
            flash(_("The money was moved. You can move it back."), "success")
            return redirect(url_for("marketplace_home.show_home"))
        form.refuse("amount_cents", _(MOVE_REFUSALS[refusal.code]))
    left = _left(person, fundings)
    return render_template(
        "marketplace/move.html", person=person, form=form, fundings=fundings, left_cents=left
    )


def _movable(person: Acting) -> dict[int, MyFunding]:
    """Return the usable fundings of budgets in which the client may move money, by id."""
    return person.data.movable_fundings(usable_fundings(person))


def _left(person: Acting, fundings: dict[int, MyFunding]) -> Money:
    """Return the largest sum that may be moved now."""
    return person.data.most_to_move(fundings) if fundings else Money(0)


def _form(fundings: dict[int, MyFunding]) -> MoveForm:
    form = MoveForm()
    form.source.choices = form.target.choices = [
        (str(key), _label(funding)) for key, funding in fundings.items()
    ]
    return form


def _label(funding: MyFunding) -> str:
    names = ", ".join(name_text(name) for name in funding.services.values())
    free = money_text(funding.balance.free_cents)
    return _("%(service)s: %(sum)s free", service=names, sum=free)


def _move(form: MoveForm, fundings: dict[int, MyFunding]) -> Refusal | None:
    source, target = fundings[int(form.source.data or 0)], fundings[int(form.target.data or 0)]
    cents = Money(form.amount_cents.data or 0)
    done = move_between(
        db(), source=source, target=target, amount_cents=cents, actor=current_actor(), now=now()
    )
    if done == MANDATE_MISSING:
        not_found()
    return done if isinstance(done, Refusal) else None
