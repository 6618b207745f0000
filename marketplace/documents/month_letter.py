"""The letter of a month: what was left, what was used, what is booked, own shares, and who to ask."""

from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path

from foundation.documents.pdf import make_pdf
from foundation.vocabulary.languages import Language
from foundation.vocabulary.money import Money
from foundation.web.catalogues import N_, translate, translate_plural
from foundation.web.formats import (
    LOCALES,
    day_text,
    money_text,
    month_text,
    near_day_text,
    quantity_text,
    said_day_text,
)
from foundation.web.said_units import unit_of
from marketplace.documents.movement_texts import left_value, movement_text
from marketplace.load.choices import MyChoice
from marketplace.load.month_letter import LetterFunding, MonthLetter
from marketplace.rules.movements import Movement, used_in

HEAD = (N_("Day"), N_("What happened"), N_("Left"))
EXPLAINED = (
    N_("A wellbeing services county is a public body. It arranges social and health services."),
    N_("A service voucher is a promise to pay. The county pays the service, and you choose who helps."),
)
"""The hard words of the letter, explained in plain Finnish."""

TEMPLATE = Path(__file__).with_name("month_letter.typ")


def letter_file(letter: MonthLetter, language: Language) -> bytes:
    """Return the letter as a PDF file: the same bytes for the same facts, day and language."""
    made_at = datetime.combine(letter.made_on, time(), UTC)
    return make_pdf(TEMPLATE, letter_values(letter, language), at=made_at)


def letter_values(letter: MonthLetter, language: Language) -> dict[str, object]:
    """Return everything that the letter says, in the reader's language."""
    month = month_text(letter.month.first, language)
    return {
        "lang": LOCALES[language].partition("_")[0],
        "plain": language is Language.SELKO,
        "title": translate("Your vouchers in %(month)s", language, month=month),
        "from": letter.county.name.in_language(language),
        "to": letter.client.name,
        "day": day_text(letter.made_on, language),
        "begin": translate("This letter says what your vouchers have left and what you have used.", language),
        "none": translate("You had no voucher in use in this month.", language),
        "head": [translate(text, language) for text in HEAD],
        "fundings": [_funding(funding, letter, language) for funding in letter.fundings],
        "booked_title": translate("What is booked", language),
        "own_title": translate("What you paid yourself", language),
        "ask_title": translate("Who to ask", language),
        "own": _own_shares(letter, language),
        "ask": _who_to_ask(letter, language),
        "words_title": translate("Difficult words", language),
        "words": [translate(text, language) for text in EXPLAINED] if language is Language.SELKO else [],
    }


def _funding(funding: LetterFunding, letter: MonthLetter, language: Language) -> dict[str, object]:
    view = funding.view
    unit = unit_of(view.funding) if view.granted else None
    names = [name.in_language(language) for name in view.funding.services.values()]
    return {
        "title": ", ".join(names),
        "left": _left(funding, unit, letter, language),
        "used": _used(funding, unit, language),
        "rows": [_row(movement, unit, language) for movement in funding.movements],
        "booked": _booked(funding, unit, letter, language),
    }


def _left(funding: LetterFunding, unit: str | None, letter: MonthLetter, language: Language) -> str:
    day = said_day_text(letter.until, language, today=letter.made_on)
    if unit is None:
        left = money_text(funding.at_end.left_cents, language, whole=True)
    else:
        left = quantity_text(funding.at_end.left_units, unit, language)
    window = funding.view.funding.facts.window
    last_day = said_day_text(window.last, language, today=letter.made_on)
    had = translate("You had %(left)s left on %(day)s.", language, left=left, day=day)
    return f"{had} {translate('You can use it until %(day)s.', language, day=last_day)}"


def _used(funding: LetterFunding, unit: str | None, language: Language) -> str:
    used = used_in(funding.movements)
    if not used.visits:
        return translate("You had no visits in this month.", language)
    visits = translate_plural("You had %(n)s visit.", "You had %(n)s visits.", used.visits, language)
    if unit is None:
        sum_text = money_text(used.county_pays_cents, language, short=True)
        took = translate("The county paid %(sum)s.", language, sum=sum_text)
    else:
        took = translate("You used %(units)s.", language, units=quantity_text(used.units, unit, language))
    if not used.you_pay_cents:
        return f"{visits} {took} {translate('You paid nothing.', language)}"
    own = money_text(used.you_pay_cents, language, short=True)
    return f"{visits} {took} {translate('You paid %(sum)s.', language, sum=own)}"


def _row(movement: Movement, unit: str | None, language: Language) -> list[str]:
    day = near_day_text(movement.change.day, language)
    return [day, movement_text(movement, unit, language), left_value(movement, unit, language)]


def _booked(funding: LetterFunding, unit: str | None, letter: MonthLetter, language: Language) -> list[str]:
    helping = [choice for choice in funding.view.choices if choice.helps_on(letter.made_on)]
    texts = [_helps(choice, language) for choice in helping]
    if helping and unit is None:
        booked = money_text(funding.view.said.booked_cents, language, whole=True)
        texts.append(translate("%(sum)s is booked.", language, sum=booked))
    return texts or [translate("Nothing is booked.", language)]


def _helps(choice: MyChoice, language: Language) -> str:
    if choice.quantity_per_week is None:
        units = quantity_text(choice.quantity, unit_of(choice), language)
        return translate("%(name)s helps you: %(units)s in all.", language, name=choice.provider, units=units)
    units = quantity_text(choice.quantity_per_week, unit_of(choice), language)
    return translate("%(name)s helps you: %(units)s a week.", language, name=choice.provider, units=units)


def _own_shares(letter: MonthLetter, language: Language) -> str:
    own = Money(sum(used_in(funding.movements).you_pay_cents for funding in letter.fundings))
    if not own:
        return translate("You paid nothing yourself in this month.", language)
    sum_text = money_text(own, language, short=True)
    return translate("You paid %(sum)s yourself in this month.", language, sum=sum_text)


def _who_to_ask(letter: MonthLetter, language: Language) -> list[str]:
    deciders = dict.fromkeys(funding.view.funding.decided_by for funding in letter.fundings)
    texts = [translate("Call us: %(phone)s.", language, phone=letter.county.phone)]
    texts += [
        translate("%(name)s made your decision. Ask for that person when you call.", language, name=name)
        for name in deciders
    ]
    return [*texts, translate("Was a visit not right? Say so in Omatori, or call us.", language)]
