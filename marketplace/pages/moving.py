"""/oma/siirra: move free money between the vouchers of a personal budget, with a check and a receipt.

Out of a voucher that is granted in units the client moves units (docs/decisions/0163).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from clearing.grants.actions.move_money import Moved
from clearing.grants.load.moves import DoneMove, PlannedMove
from clearing.grants.rules.move_preview import Side
from clearing.grants.rules.moved_amounts import MoveWish, most_units
from foundation.vocabulary.money import Money, Quantity, format_hundredths
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CLIENT_ROLES
from foundation.web.catalogues import N_
from foundation.web.clock import now, today
from foundation.web.formats import money_text, name_text, quantity_text
from foundation.web.forms import ChoiceField, Form, MoneyField, QuantityField, between, needed
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _
from foundation.web.pages import Page, Result, not_found
from foundation.web.said_units import unit_of
from foundation.web.transaction import db
from marketplace.actions.move_between import move_between
from marketplace.load.fundings import MyFunding
from marketplace.pages.acting_client import Acting, acting, usable_fundings
from marketplace.pages.guardian_wish import keep_wish_or_ask
from marketplace.rules.granted_units import granted_units
from marketplace.rules.guardian_acts import GuardianAct
from marketplace.rules.move_refusals import MOVE_REFUSALS
from marketplace.rules.refusals import MANDATE_MISSING, MOVE_CHANGED

blueprint = Blueprint("marketplace_moving", __name__, template_folder="../templates")
MOST_CENTS = 9_999_999_99
BACK = "takaisin"  # the parameter that names the move that is moved back


def _how_much(field: type[MoneyField], hint: str = "") -> MoneyField:
    validators = [
        needed(N_("Enter the amount")),
        between(1, None, N_("The sum must be more than zero.")),
        between(None, MOST_CENTS, N_("The number is too large. Enter a smaller one.")),
    ]
    return field(N_("How much?"), validators, hint=hint)


class MoveForm(Form):
    """From which voucher to which, and how much in euros."""

    class Meta:
        csrf = False

    source = ChoiceField(N_("From which voucher?"), [needed(N_("Choose where the money comes from"))])
    target = ChoiceField(N_("To which voucher?"), [needed(N_("Choose where the money goes"))])
    amount = _how_much(MoneyField)

    def __init__(self, arguments: MultiDict[str, str], fundings: Collection[MyFunding]) -> None:
        super().__init__(formdata=arguments if {"source", "target", "amount"} & {*arguments} else None)
        choices = [(str(funding.facts.id), _label(funding)) for funding in fundings]
        self.source.choices = self.target.choices = choices


class MoveInUnitsForm(MoveForm):
    """The same if a voucher is granted in units: how much is in the unit of the one that it leaves."""

    amount = _how_much(
        QuantityField, N_("Use the unit of the voucher that you move from: hours, for example.")
    )


@dataclass(frozen=True, slots=True)
class Moving:
    """Who moves money between which vouchers. `earlier` is the move that is moved back, if one is."""

    person: Acting
    fundings: dict[int, MyFunding]
    form: MoveForm
    earlier: DoneMove | None

    @property
    def pair(self) -> tuple[MyFunding, MyFunding]:
        """The vouchers that were picked. Needs a form without errors."""
        return self.fundings[int(self.form.source.data)], self.fundings[int(self.form.target.data)]

    @property
    def wish(self) -> MoveWish:
        """What was entered, in the unit of the voucher that it leaves; or all that the earlier move moved."""
        source, target = self.pair
        move, amount = self.earlier, self.form.amount.data or 0
        if move is not None and (move.target_id, move.source_id) == (source.facts.id, target.facts.id):
            return move.back
        return MoveWish(units=Quantity(amount)) if _in_units(source) else MoveWish(Money(amount))

    @property
    def values(self) -> dict[str, str]:
        """The fields of the form as they were entered."""
        form = self.form
        return {"source": form.source.data, "target": form.target.data, "amount": form.amount._value()}


def _moving(arguments: MultiDict[str, str]) -> Moving:
    person = acting()
    if not person.may_move:
        not_found()
    fundings = person.data.moves.movable_fundings(usable_fundings(person))
    number = arguments.get(BACK, type=int)
    found = None if number is None else person.data.moves.done(number)
    form = MoveInUnitsForm if any(map(_in_units, fundings.values())) else MoveForm
    return Moving(person, fundings, form(arguments, fundings.values()), found and found[0])


def _label(funding: MyFunding) -> str:
    names = ", ".join(name_text(name) for name in funding.services.values())
    free = money_text(funding.balance.free_cents)
    if _in_units(funding) and funding.unit is not None:
        free = quantity_text(funding.facts.free_quantity, unit_of(funding))
    return _("%(service)s: %(sum)s free", service=names, sum=free)


def _in_units(funding: MyFunding) -> bool:
    return granted_units(funding.facts, today()) is not None


def _ask(moving: Moving) -> Page:
    """Show the form. If a voucher is granted in units, the most that may be moved is shown for each."""
    moves, ids = moving.person.data.moves, moving.fundings
    most_cents = moves.most_to_move(ids, ids)
    return render_template(
        "marketplace/move.html",
        person=moving.person,
        form=moving.form,
        is_possible=most_cents > 0,
        most_cents=most_cents,
        most_of_each=_most_of_each(moving) if any(map(_in_units, ids.values())) else [],
    )


def _most_of_each(moving: Moving) -> list[tuple[MyFunding, str]]:
    """Return each voucher with the most that may leave it, in its unit; those without are left out."""
    moves, ids = moving.person.data.moves, moving.fundings
    found = []
    for key, funding in ids.items():
        cents = moves.most_to_move([key], ids)
        units = most_units(funding.facts, cents) if _in_units(funding) else None
        if cents and units != 0:
            text = money_text(cents, short=True) if units is None else quantity_text(units, unit_of(funding))
            found.append((funding, text))
    return found


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
    return _check(moving) if moving.form.validate() else (_ask(moving), 422)


def _check(moving: Moving, *, changed: bool = False) -> Result:
    source, target = moving.pair
    planned = moving.person.data.moves.planned(source, target, moving.wish, today())
    if isinstance(planned, Refusal):
        return _refuse(moving, planned)
    values, earlier = moving.values, moving.earlier
    page = render_template(
        "marketplace/move_check.html",
        person=moving.person,
        moved=_moved_text(source, planned),
        sides=[_side(source, planned.preview.source), _side(target, planned.preview.target)],
        left=_left_to_move(source, planned),
        mark=planned.mark,
        values=values if earlier is None else values | {BACK: str(earlier.number)},
        change_url=f"{url_for('.move')}?{urlencode(values)}",
        changed=changed,
    )
    return page, 409 if changed else 200


def _moved_text(source: MyFunding, planned: PlannedMove) -> str:
    side = planned.preview.source
    units = (side.before_units or 0) - (side.after_units or 0)
    if _in_units(source) and source.unit and units:
        return quantity_text(units, unit_of(source))
    return money_text(side.before_cents - side.after_cents, short=True)


def _left_to_move(source: MyFunding, planned: PlannedMove) -> str:
    units = planned.preview.left_to_move_units
    if _in_units(source) and source.unit and units is not None:
        return quantity_text(units, unit_of(source))
    return money_text(planned.preview.left_to_move_cents, short=True)


def _side(funding: MyFunding, side: Side) -> tuple[MyFunding, str, str]:
    """Return a voucher, what it has now and what it has after the move, what is booked included."""
    granted, before, after = granted_units(funding.facts, today()), side.before_units, side.after_units
    if granted is not None and funding.unit and before is not None and after is not None:
        left, unit = granted.left, unit_of(funding)
        return funding, quantity_text(left, unit), quantity_text(left + after - before, unit)
    left_after = funding.left_cents + side.after_cents - side.before_cents
    return funding, money_text(funding.left_cents), money_text(left_after)


def _refuse(moving: Moving, refusal: Refusal) -> Result:
    if refusal == MANDATE_MISSING:
        not_found()
    moving.form.refuse("amount", _(MOVE_REFUSALS[refusal.code]))
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
    keep_wish_or_ask(moving.person, GuardianAct.MOVE, outcome.number)
    return redirect(url_for(".done", number=outcome.number))


def _move(moving: Moving) -> Moved | Refusal:
    source, target = moving.pair
    return move_between(
        db(),
        source=source,
        target=target,
        wish=moving.wish,
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
    in_units = _in_units(funding) and funding.unit and units
    return quantity_text(units, unit_of(funding)) if in_units else money_text(move.amount_cents, short=True)


def _left(funding: MyFunding) -> str:
    granted = granted_units(funding.facts, today())
    if granted is None or funding.unit is None:
        return money_text(funding.left_cents)
    return quantity_text(granted.left, unit_of(funding))


def _back_url(person: Acting, move: DoneMove, source: MyFunding, target: MyFunding) -> str | None:
    """Return the address of the check of the move back; None if it is not possible now."""
    back = person.data.moves.planned(target, source, move.back, today())
    if not person.may_move or isinstance(back, Refusal):
        return None
    amount = move.target_units if _in_units(target) and move.target_units else move.amount_cents
    values = {
        "source": move.target_id,
        "target": move.source_id,
        "amount": format_hundredths(amount).replace(".", ","),
        BACK: move.number,
    }
    return f"{url_for('.check')}?{urlencode(values)}"
