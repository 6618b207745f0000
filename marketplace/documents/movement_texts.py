"""A movement of a client's funding as a line that a person understands, in a language."""

from __future__ import annotations

from foundation.vocabulary.languages import Language
from foundation.vocabulary.money import Quantity
from foundation.web.catalogues import N_, translate
from foundation.web.formats import money_text, quantity_text
from foundation.web.said_units import unit_of
from marketplace.rules.movements import Movement, MovementKind, Visit

TEXTS = {
    MovementKind.GRANTED: N_("The county gave you %(sum)s."),
    MovementKind.ADDED: N_("The county added %(sum)s."),
    MovementKind.USED_BEFORE: N_("%(sum)s had been used before this service began."),
    MovementKind.REDUCED: N_("The county took away %(sum)s."),
    MovementKind.MOVED_IN: N_("%(sum)s came from another voucher of yours."),
    MovementKind.MOVED_OUT: N_("%(sum)s went to another voucher of yours."),
    MovementKind.RETURNED: N_("The voucher ended. %(sum)s went back to the county."),
}
CHANGED = N_("The county changed the voucher.")


def movement_text(movement: Movement, granted_unit: str | None, language: Language) -> str:
    """Return what happened, without the day: `Kotiapu Oy helped you: 2 hours. The county paid 84 €.`

    Args:
        movement: What happened.
        granted_unit: The unit of a funding that was granted in units; None if it was granted in euros.
        language: The reader's.
    """
    change = movement.change
    if change.visit is not None:
        is_visit = change.kind is MovementKind.VISIT
        texts = _visit if is_visit else _correction
        return " ".join(texts(change.visit, granted_unit is not None, language))
    amount = _amount(movement, granted_unit, language)
    return translate(CHANGED if amount is None else TEXTS[change.kind], language, sum=amount or "")


def _amount(movement: Movement, granted_unit: str | None, language: Language) -> str | None:
    """Return how much moved; None if the reserve of a funding that is granted in units changed alone.

    A grant of before has its units apart from its money (docs/decisions/0151): it gave what is left after it.
    """
    change = movement.change
    if granted_unit is None:
        return money_text(abs(change.cents), language, short=True)
    gave = movement.left_units if change.kind is MovementKind.GRANTED else None
    units = Quantity(abs(change.units)) or gave
    return quantity_text(units, granted_unit, language) if units else None


def _visit(visit: Visit, in_units: bool, language: Language) -> list[str]:
    units = quantity_text(visit.quantity, unit_of(visit), language)
    texts = [translate("%(name)s helped you: %(units)s.", language, name=visit.provider, units=units)]
    if not in_units:
        paid = money_text(visit.county_pays_cents, language, short=True)
        texts.append(translate("The county paid %(sum)s.", language, sum=paid))
    if visit.you_pay_cents:
        own = money_text(visit.you_pay_cents, language, short=True)
        texts.append(translate("You paid %(sum)s.", language, sum=own))
    return texts


def _correction(visit: Visit, in_units: bool, language: Language) -> list[str]:
    texts = [translate("%(name)s corrected a visit.", language, name=visit.provider)]
    if visit.county_pays_cents and not in_units:
        text = (
            N_("%(sum)s came back.") if visit.county_pays_cents < 0 else N_("The county paid %(sum)s more.")
        )
        sum_text = money_text(abs(visit.county_pays_cents), language, short=True)
        texts.append(translate(text, language, sum=sum_text))
    if visit.you_pay_cents:
        text = N_("You get %(sum)s back.") if visit.you_pay_cents < 0 else N_("You pay %(sum)s more.")
        own = money_text(abs(visit.you_pay_cents), language, short=True)
        texts.append(translate(text, language, sum=own))
    return texts


def left_text(movement: Movement, granted_unit: str | None, language: Language) -> str:
    """Return what was left after the movement as a sentence: `Left: 31 hours.`"""
    left = left_value(movement, granted_unit, language)
    return translate("Left: %(left)s.", language, left=left)


def left_value(movement: Movement, granted_unit: str | None, language: Language) -> str:
    """Return what was left after the movement: `31 hours`."""
    if granted_unit is None:
        return money_text(movement.left_cents, language, whole=True)
    return quantity_text(movement.left_units, granted_unit, language)
