"""Money, days, times, quantities, labels and sentences as people read them, in each language."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from flask import Flask
from markupsafe import Markup

from foundation.vocabulary import labels
from foundation.vocabulary.dates import HELSINKI, helsinki_day, parse_iso_day
from foundation.vocabulary.labels import SAID_UNITS, StateLabel
from foundation.vocabulary.languages import Language
from foundation.vocabulary.money import whole_euros
from foundation.web.catalogues import N_, translate, translate_plural
from foundation.web.clock import today
from foundation.web.languages import current_language
from foundation.web.said_units import unit_of
from foundation.web.value_words import value_in_words

if TYPE_CHECKING:
    from collections.abc import Callable

LOCALES = {Language.FI: "fi_FI", Language.SELKO: "fi_FI", Language.SV: "sv_FI", Language.EN: "en_GB"}
NARROW_SPACES = str.maketrans({"\u202f": "\xa0", "\u2009": "\xa0", "-": "\u2212"})
MISSING = "–"
MOST_KEPT = 4096
"""So many sums, quantities and days are kept as written, of each kind: Babel takes 30 µs for one."""
YEAR_MATTERS_FROM = timedelta(days=183)
"""A day that is as far from today as this is said with its year."""


def money_text(
    amount_cents: int | None, language: Language | None = None, *, short: bool = False, whole: bool = False
) -> str:
    """Format euros as `1 240,00 €`. None is a dash.

    Args:
        short: A sum of whole euros has no cents (`1 240 €`); another sum keeps them.
        whole: As `short`, and a sum from 100 € up is rounded down to whole euros: for what is left, planned
            or estimated (docs/decisions/0167).
    """
    if amount_cents is None:
        return MISSING
    language = language or current_language()
    locale = LOCALES[language]
    amount_cents = whole_euros(amount_cents) if whole else amount_cents
    pattern = {"fi_FI": "#,##0.00\xa0¤", "sv_FI": "#,##0.00\xa0¤", "en_GB": "¤#,##0.00"}[locale]
    pattern = pattern.replace(".00", "") if (short or whole) and amount_cents % 100 == 0 else pattern
    return _euros(amount_cents, pattern, locale)


@lru_cache(maxsize=MOST_KEPT)
def _euros(amount_cents: int, pattern: str, locale: str) -> str:
    text: str = format_currency(
        Decimal(amount_cents) / 100, "EUR", format=pattern, locale=locale, currency_digits=False
    )
    return text.translate(NARROW_SPACES)


@lru_cache(maxsize=MOST_KEPT)
def _hundredths(hundredths: int, locale: str) -> str:
    text: str = format_decimal(Decimal(hundredths) / 100, format="#,##0.##", locale=locale)
    return text.translate(NARROW_SPACES)


@lru_cache(maxsize=MOST_KEPT)
def _date(day: date, pattern: str, locale: str) -> str:
    return str(format_date(day, pattern, locale=locale))


def number_text(hundredths: int | None, language: Language | None = None) -> str:
    """Format a quantity without its unit: `1,5`, `12`."""
    if hundredths is None:
        return MISSING
    return _hundredths(hundredths, LOCALES[language or current_language()])


def whole_text(count: int | None, language: Language | None = None) -> str:
    """Format a count: `12 500`."""
    return MISSING if count is None else number_text(count * 100, language)


def quantity_text(hundredths: int | None, unit: str, language: Language | None = None) -> str:
    """Format a quantity with its unit, or with the word for it (see `unit_of`): `1,5 tuntia`, `3 ateriaa`."""
    if hundredths is None:
        return MISSING
    language = language or current_language()
    amount = number_text(hundredths, language)
    return translate_plural(
        SAID_UNITS[unit].count_one, SAID_UNITS[unit].count_many, hundredths / 100, language, n=amount
    ).replace(" ", "\xa0")


def day_text(day: date | None, language: Language | None = None) -> str:
    """Format a day as `21.11.2026`, in English `21 Nov 2026`, in plain Finnish `la 21. marraskuuta 2026`."""
    if day is None:
        return MISSING
    language = language or current_language()
    if language is Language.EN:
        return f"{day.day}\xa0{day:%b}\xa0{day.year}"
    if language is Language.SELKO:
        return _date(day, "ccc d. MMMM y", LOCALES[language])
    return f"{day.day}.{day.month}.{day.year}"


def long_day_text(day: date | None, language: Language | None = None) -> str:
    """Format a day with weekday and month in words: `lauantai 21. marraskuuta 2026`."""
    if day is None:
        return MISSING
    pattern = {"fi_FI": "cccc d. MMMM y", "sv_FI": "cccc d MMMM y", "en_GB": "cccc d MMMM y"}
    locale = LOCALES[language or current_language()]
    return _date(day, pattern[locale], locale)


def weekday_text(weekday: int, language: Language | None = None, *, short: bool = False) -> str:
    """Return the name of a weekday (Monday is 0): `maanantai`; with `short` `ma`."""
    monday = date(2024, 1, 1)
    locale = LOCALES[language or current_language()]
    return _date(monday + timedelta(days=weekday), "ccc" if short else "cccc", locale)


def day_and_month_text(day: date, language: Language | None = None) -> str:
    """Format a day of a known year for the axis of a chart: `21.11.`, in English `21 Nov`."""
    if (language or current_language()) is Language.EN:
        return f"{day.day}\xa0{day:%b}"
    return f"{day.day}.{day.month}."


def near_day_text(day: date, language: Language | None = None) -> str:
    """Format a day of a known year as `pe 4. joulukuuta`, in English `Fri 4 December`."""
    locale = LOCALES[language or current_language()]
    pattern = {"fi_FI": "ccc d. MMMM", "sv_FI": "ccc d MMMM", "en_GB": "ccc d MMMM"}[locale]
    return _date(day, pattern, locale).replace(" ", "\xa0")


def said_day_text(
    day: date | None, language: Language | None = None, *, today: date, long: bool = False
) -> str:
    """Format a day as a client says it: `pe 4. joulukuuta`; a far one as `31. elokuuta 2027`.

    Args:
        long: With the weekday in full, also for a far day: `perjantai 4. joulukuuta`.
    """
    if day is None:
        return MISSING
    language = language or current_language()
    is_far = abs(day - today) >= YEAR_MATTERS_FROM
    month = "d. MMMM" if LOCALES[language] == "fi_FI" else "d MMMM"
    weekday = "cccc " if long else "" if is_far else "ccc "
    pattern = f"{weekday}{month}{' y' if is_far else ''}"
    text = _date(day, pattern, LOCALES[language]).replace(" ", "\xa0")
    text = " ".join(text.rsplit("\xa0", 1)) if is_far else text  # the year may stand on the next line
    return text.replace("\xa0", " ", 1) if long else text


def said_moment_text(moment: datetime | None, language: Language | None = None, *, today: date) -> str:
    """Format a datetime as a client says it: `pe 4. joulukuuta klo 14.05`, in Finnish time."""
    if moment is None:
        return MISSING
    language = language or current_language()
    day = said_day_text(helsinki_day(moment), language, today=today)
    text = translate(N_("%(day)s at %(time)s"), language, day=day, time=time_text(moment, language))
    return "\xa0".join(text.rsplit(" ", 1))


def days_text(first: date, last: date, language: Language | None = None, *, with_years: bool = False) -> str:
    """Format days as `23.–29. marraskuuta`, `30. marraskuuta – 6. joulukuuta`; years if they differ.

    Args:
        with_years: With the years also if they are the same: for paper, which is read later.
    """
    locale = LOCALES[language or current_language()]
    day, month = ("d", "d MMMM") if locale != "fi_FI" else ("d.", "d. MMMM")
    month += " y" if with_years or first.year != last.year else ""

    def shown(each: date, pattern: str) -> str:
        return _date(each, pattern, locale).replace(" ", "\xa0")

    if first == last:
        return shown(last, month)
    if (first.year, first.month) == (last.year, last.month):
        return f"{shown(first, day)}–{shown(last, month)}"
    return f"{shown(first, month)} – {shown(last, month)}"


def month_text(day: date, language: Language | None = None) -> str:
    """Format the month of a day as `marraskuu 2026`."""
    return _date(day, "LLLL y", LOCALES[language or current_language()])


def time_text(moment: time | datetime | None, language: Language | None = None) -> str:
    """Format a time as `14.05`, in English `14:05`; a datetime in Finnish time."""
    if moment is None:
        return MISSING
    local = moment.astimezone(HELSINKI) if isinstance(moment, datetime) else moment
    mark = ":" if (language or current_language()) is Language.EN else "."
    return f"{local.hour}{mark}{local.minute:02d}"


def moment_text(moment: datetime | None, language: Language | None = None) -> str:
    """Format a datetime as `21.11.2026 klo 14.05`, in Finnish time."""
    if moment is None:
        return MISSING
    language = language or current_language()
    day = day_text(moment.astimezone(HELSINKI).date(), language)
    return translate(N_("%(day)s at %(time)s"), language, day=day, time=time_text(moment, language))


def money_markup(amount_cents: int | None, *, short: bool = False, whole: bool = False) -> Markup:
    """Return money that never breaks over two lines."""
    return Markup('<span class="om-money">{}</span>').format(
        money_text(amount_cents, short=short, whole=whole)
    )


class Named(Protocol):
    """Something whose name is kept in several languages."""

    def in_language(self, language: Language) -> str: ...


def name_text(names: Named | None) -> str:
    """Return the name in the reader's language; an empty text for None."""
    return "" if names is None else names.in_language(current_language())


def label_text(code: str, msgids: Mapping[Any, str]) -> str:
    """Return the label of a code from a table of labels; an unknown code as it is."""
    return translate(msgids.get(code, code), current_language())


def state_tag(state: object, states: Mapping[Any, StateLabel]) -> Markup:
    """Return the tag of a state: its label, and a tone that never says more than the label."""
    text, tone = states.get(state, StateLabel(str(state), "plain"))
    return Markup('<strong class="om-tag om-tag--{}">{}</strong>').format(
        tone, translate(text, current_language())
    )


def sentence_text(
    msgid: str, values: Mapping[str, object], language: Language | None = None, *, today: date | None = None
) -> str:
    """Return a sentence with its values filled in.

    The end of a value's name says how: `_cents`, `_hundredths`, `_day` (ISO); others by `value_in_words`.

    Args:
        today: If given, days are written as a client says them on that day.
    """
    language = language or current_language()
    shown = {name: _value_text(name, value, language, today) for name, value in values.items()}
    return translate(msgid, language, **shown)


def _value_text(name: str, value: object, language: Language, today: date | None) -> str:
    if isinstance(value, int) and name.endswith("_cents"):
        return money_text(value, language)
    if isinstance(value, int) and name.endswith("_hundredths"):
        return number_text(value, language)
    if isinstance(value, str) and name.endswith("_day"):
        day = parse_iso_day(value)
        return day_text(day, language) if today is None else said_day_text(day, language, today=today)
    return value_in_words(name, str(value), language)


def install_formats(app: Flask) -> None:
    """Give templates the filters, and the tables of labels."""
    filters: dict[str, Callable[..., str]] = {
        "money": money_text,
        "money_short": lambda cents: money_text(cents, short=True),
        "money_whole": lambda cents: money_text(cents, whole=True),
        "quantity": quantity_text,
        "unit_of": unit_of,
        "number": number_text,
        "whole": whole_text,
        "day": day_text,
        "day_long": long_day_text,
        "near_day": near_day_text,
        "said_day": lambda day, long=False: said_day_text(day, today=today(), long=long),
        "said_moment": lambda moment: said_moment_text(moment, today=today()),
        "days_until": days_text,
        "day_with_year": lambda day: days_text(day, day, with_years=True),
        "month": month_text,
        "weekday": weekday_text,
        "moment": moment_text,
        "said_day_of": lambda moment: said_day_text(helsinki_day(moment), today=today()),
        "clock_time": time_text,
        "named": name_text,
        "label": label_text,
        "state_tag": state_tag,
        "sentence": sentence_text,
        "said_sentence": lambda msgid, values: sentence_text(msgid, values, today=today()),
    }
    app.jinja_env.globals["labels"] = labels
    app.jinja_env.filters.update(filters)
