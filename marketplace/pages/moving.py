"""/oma/siirra: move free money between the vouchers of a personal budget, with a check and a receipt."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from clearing.grants.actions.move_money import Moved
from clearing.grants.load.moves import DoneMove, PlannedMove
from clearing.grants.rules.moving import Side
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CLIENT_ROLES
from foundation.web.catalogues import N_
from foundation.web.clock import now, today
from foundation.web.formats import money_text, name_text, quantity_text
from foundation.web.forms import ChoiceField, Form, MoneyField, between, needed
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db
from marketplace.actions.move_between import move_between
from marketplace.labels import MOVE_REFUSALS
from marketplace.load.fundings import MyFunding
from marketplace.pages.acting_client import Acting, acting, usable_fundings
from marketplace.rules.granted_units import granted_units
from marketplace.rules.refusals import MANDATE_MISSING, MOVE_CHANGED

blueprint = Blueprint("marketplace_moving", __name__, template_folder="../templates")
MOST_CENTS = 9_999_999_99


class MoveForm(Form):
    """From which voucher to which, and how much."""

    class Meta:
        csrf = False

    source = ChoiceField(N_("From which voucher?"), [needed(N_("Choose where the money comes from"))])
    target = ChoiceField(N_("To which voucher?"), [needed(N_("Choose where the money goes"))])
    amount_cents = MoneyField(
        N_("How much?"),
        [
            needed(N_("Enter the amount")),
            between(1, None, N_("The sum must be more than zero.")),
            between(None, MOST_CENTS, N_("The number is too large. Enter a smaller one.")),
        ],
    )

    def __init__(self, arguments: MultiDict[str, str], fundings: Collection[MyFunding]) -> None:
        super().__init__(formdata=arguments if {"source", "target", "amount_cents"} & {*arguments} else None)
        choices = [(str(funding.facts.id), _label(funding)) for funding in fundings]
        self.source.choices = self.target.choices = choices

    @property
    def cents(self) -> Money:
        """The amount that was entered."""
        return Money(self.amount_cents.data or 0)


@dataclass(frozen=True, slots=True)
class Moving:
    """Who moves money between which vouchers."""

    person: Acting
    fundings: dict[int, MyFunding]
    form: MoveForm

    @property
    def pair(self) -> tuple[MyFunding, MyFunding]:
        """The vouchers that were picked. Needs a form without errors."""
        return self.fundings[int(self.form.source.data)], self.fundings[int(self.form.target.data)]


def _moving(arguments: MultiDict[str, str]) -> Moving:
    person = acting()
    fundings = person.data.moves.movable_fundings(usable_fundings(person))
    return Moving(person, fundings, MoveForm(arguments, fundings.values()))


def _label(funding: MyFunding) -> str:
    names = ", ".join(name_text(name) for name in funding.services.values())
    free = money_text(funding.balance.free_cents)
    if _in_units(funding) and funding.unit is not None:
        free = quantity_text(funding.facts.free_quantity, funding.unit)
    return _("%(service)s: %(sum)s free", service=names, sum=free)


def _in_units(funding: MyFunding) -> bool:
    return granted_units(funding.facts, today()) is not None


def _ask(moving: Moving) -> Page:
    """Show the form. "At most" leaves out vouchers granted in units: their money is only a reserve."""
    moves, ids = moving.person.data.moves, moving.fundings
    in_euros = [key for key, funding in ids.items() if not _in_units(funding)]
    return render_template(
        "marketplace/move.html",
        person=moving.person,
        form=moving.form,
        is_possible=moves.most_to_move(ids, ids) > 0,
        most_cents=moves.most_to_move(in_euros, ids),
    )


@blueprint.get("/oma/siirra")
@allow(*CLIENT_ROLES)
def move() -> Page:
    """Ask how much to move between which vouchers; the address may have it already."""
    return _ask(_moving(request.args))


@blueprint.get("/oma/siirra/tarkista")
@allow(*CLIENT_ROLES)
def check() -> Result:
    """Show what each voucher has before and after the move. Nothing is moved."""
    moving = _moving(request.args)
    if not moving.person.may_move:
        not_found()
    return _check(moving) if moving.form.validate() else (_ask(moving), 422)


def _check(moving: Moving, *, changed: bool = False) -> Result:
    form, (source, target) = moving.form, moving.pair
    planned = moving.person.data.moves.planned(source, target, form.cents, today())
    if isinstance(planned, Refusal):
        return _refuse(moving, planned)
    values = {
        "source": source.facts.id,
        "target": target.facts.id,
        "amount_cents": form.amount_cents._value(),
    }
    page = render_template(
        "marketplace/move_check.html",
        person=moving.person,
        moved=_moved_text(source, planned, form.cents),
        sides=[_side(source, planned.preview.source), _side(target, planned.preview.target)],
        planned=planned,
        values=values,
        change_url=f"{url_for('.move')}?{urlencode(values)}",
        changed=changed,
    )
    return page, 409 if changed else 200


def _moved_text(source: MyFunding, planned: PlannedMove, cents: Money) -> str:
    side = planned.preview.source
    if _in_units(source) and source.unit and side.before_units is not None and side.after_units is not None:
        return quantity_text(side.before_units - side.after_units, source.unit)
    return money_text(cents)


def _side(funding: MyFunding, side: Side) -> tuple[MyFunding, str, str]:
    """Return a voucher, what it has now and what it has after the move, what is booked included."""
    granted, before, after = granted_units(funding.facts, today()), side.before_units, side.after_units
    if granted is not None and funding.unit and before is not None and after is not None:
        left = granted.left
        return funding, quantity_text(left, funding.unit), quantity_text(left + after - before, funding.unit)
    left_after = funding.left_cents + side.after_cents - side.before_cents
    return funding, money_text(funding.left_cents), money_text(left_after)


def _refuse(moving: Moving, refusal: Refusal) -> Result:
    if refusal == MANDATE_MISSING:
        not_found()
    moving.form.refuse("amount_cents", _(MOVE_REFUSALS[refusal.code]))
    return _ask(moving), 422


@blueprint.post("/oma/siirra")
@allow(*CLIENT_ROLES)
def send() -> Result:
    """Move the money, if the move still does what the check page said."""
    moving = _moving(request.form)
    if not moving.form.validate():
        return _ask(moving), 422
    outcome = _move(moving)
    if outcome == MOVE_CHANGED:
        return _check(moving, changed=True)
    if isinstance(outcome, Refusal):
        return _refuse(moving, outcome)
    return redirect(url_for(".done", number=outcome.number))


def _move(moving: Moving) -> Moved | Refusal:
    source, target = moving.pair
    return move_between(
        db(),
        source=source,
        target=target,
        amount_cents=moving.form.cents,
        actor=current_actor(),
        now=now(),
        mark=request.form.get("mark", ""),
    )


@blueprint.get("/oma/siirra/valmis/<int:number>")
@allow(*CLIENT_ROLES)
def done(number: int) -> Page:
    """Show what was moved, when, what is left on each voucher, and how to move it back."""
    person = acting()
    found = person.data.moves.done(number)
    if found is None:
        not_found()
    move, source, target = found
    units = ((source, move.source_units), (target, move.target_units))
    return render_template(
        "marketplace/moved.html",
        person=person,
        move=move,
        rows=[(each, _amount(each, count, move), _left(each)) for each, count in units],
        back_url=_back_url(person, *found),
    )


def _amount(funding: MyFunding, units: int, move: DoneMove) -> str:
    in_units = _in_units(funding) and funding.unit
    return quantity_text(units, funding.unit or "") if in_units else money_text(move.amount_cents)


def _left(funding: MyFunding) -> str:
    granted = granted_units(funding.facts, today())
    return (
        quantity_text(granted.left, funding.unit)
        if granted and funding.unit
        else money_text(funding.left_cents)
    )


def _back_url(person: Acting, move: DoneMove, source: MyFunding, target: MyFunding) -> str | None:
    """Return the address of the check of the move back; None if it is not possible now."""
    back = person.data.moves.planned(target, source, move.amount_cents, today())
    if not person.may_move or isinstance(back, Refusal):
        return None
    euros, cents = divmod(move.amount_cents, 100)
    values = {"source": move.target_id, "target": move.source_id, "amount_cents": f"{euros},{cents:02}"}
    return f"{url_for('.check')}?{urlencode(values)}"
