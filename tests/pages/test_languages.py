"""Texts and formats without a request: as the command line and the timetable use them."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from markupsafe import Markup

from foundation.vocabulary.labels import SAID_UNITS
from foundation.vocabulary.languages import Language
from foundation.web.catalogues import fill_in, texts_of, translate, translate_plural
from foundation.web.formats import (
    day_text,
    days_text,
    long_day_text,
    moment_text,
    money_text,
    number_text,
    quantity_text,
    said_day_text,
    said_moment_text,
    time_text,
    whole_text,
)
from foundation.web.languages import read_language
from foundation.web.said_units import unit_of

FI, SV, EN, SELKO = Language.FI, Language.SV, Language.EN, Language.SELKO


@dataclass(frozen=True)
class Counted:
    """Something of one service."""

    unit: str
    service: str


@dataclass(frozen=True)
class Together:
    """Something of several services."""

    unit: str | None
    services: dict[str, None]


def test_plain_finnish_falls_back_to_finnish_and_finnish_to_the_msgid() -> None:
    assert translate("Granted", SELKO) == "Saat yhteensä"
    only_finnish = texts_of(FI).keys() - texts_of(SELKO).keys()
    for msgid in list(only_finnish)[:1]:
        assert translate(msgid, SELKO) == texts_of(FI)[msgid][0]
    assert translate("never written", FI) == "never written"


@pytest.mark.parametrize(("language", "text"), [(FI, "1 käynti"), (SV, "1 besök"), (EN, "1 visit")])
def test_one(language: Language, text: str) -> None:
    assert translate_plural("%(n)s visit", "%(n)s visits", 1, language) == text


def test_markup_is_kept_and_the_rest_escaped() -> None:
    assert fill_in("%(a)s %(b)s", {"a": Markup("<b>1</b>"), "b": "<i>"}) == "<b>1</b> &lt;i&gt;"
    assert fill_in("100 %", {}) == "100 %"


@pytest.mark.parametrize(
    ("language", "text"),
    [(FI, "1\xa0240,00\xa0€"), (SELKO, "1\xa0240,00\xa0€"), (SV, "1\xa0240,00\xa0€"), (EN, "€1,240.00")],
)
def test_money(language: Language, text: str) -> None:
    assert money_text(124_000, language) == text


def test_money_short_negative_and_unknown() -> None:
    assert money_text(124_000, FI, short=True) == "1\xa0240\xa0€"
    assert money_text(124_050, FI, short=True) == "1\xa0240,50\xa0€"
    assert money_text(124_050, SELKO, short=True) == "1\xa0240,50\xa0€"
    assert money_text(124_050, SELKO) == "1\xa0240,50\xa0€"
    assert money_text(-5, FI) == "−0,05\xa0€"
    assert money_text(None, FI) == "–"


@pytest.mark.parametrize("language", [FI, SV, SELKO])
def test_sums_that_are_left_or_planned_are_whole_euros(language: Language) -> None:
    assert money_text(124_050, language, whole=True) == "1\xa0240\xa0€"
    assert money_text(124_099, EN, whole=True) == "€1,240"
    assert money_text(-124_050, language, whole=True) == "−1\xa0240\xa0€"
    assert money_text(9_950, language, whole=True) == "99,50\xa0€"
    assert money_text(9_900, language, whole=True) == "99\xa0€"


@pytest.mark.parametrize(
    ("language", "near", "far", "long"),
    [
        (FI, "pe 4. joulukuuta", "31. elokuuta 2027", "perjantai 4. joulukuuta"),
        (SELKO, "pe 4. joulukuuta", "31. elokuuta 2027", "perjantai 4. joulukuuta"),
        (SV, "fre 4 december", "31 augusti 2027", "fredag 4 december"),
        (EN, "Fri 4 December", "31 August 2027", "Friday 4 December"),
    ],
)
def test_a_day_is_said_with_its_year_only_if_it_is_far(
    language: Language, near: str, far: str, long: str
) -> None:
    now, day = date(2026, 11, 21), date(2026, 12, 4)
    assert said_day_text(day, language, today=now).replace("\xa0", " ") == near
    assert said_day_text(date(2027, 8, 31), language, today=now).replace("\xa0", " ") == far
    assert said_day_text(day, language, today=now, long=True).replace("\xa0", " ") == long
    assert said_day_text(day, language, today=now, long=True).count(" ") == 1
    assert "2026" in said_day_text(day, language, today=date(2027, 6, 5))
    assert said_day_text(None, language, today=now) == "–"


def test_a_moment_is_said_with_its_day() -> None:
    moment, now = datetime(2026, 12, 4, 12, 5, tzinfo=UTC), date(2026, 11, 21)
    assert said_moment_text(moment, FI, today=now).replace("\xa0", " ") == "pe 4. joulukuuta klo 14.05"
    assert said_moment_text(moment, EN, today=now).replace("\xa0", " ") == "Fri 4 December at 14:05"
    assert said_moment_text(None, today=now) == "–"


def test_days_on_paper_have_their_years() -> None:
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    assert "2026" not in days_text(first, last, FI)
    written = days_text(first, last, SV, with_years=True).replace("\xa0", " ")
    assert written == "1 januari 2026 – 31 december 2026"


def test_quantities() -> None:
    assert quantity_text(150, "hour", FI) == "1,5\xa0tuntia"
    assert quantity_text(100, "visit", FI) == "1\xa0käynti"
    assert quantity_text(100, "night", SV) == "1\xa0natt"
    assert number_text(150, EN) == "1.5"
    assert whole_text(12_500, FI) == "12\xa0500"


@pytest.mark.parametrize(
    ("language", "one", "many", "price"),
    [
        (FI, "1 ateria", "3 ateriaa", "7,40 € aterialta"),
        (SELKO, "1 ateria", "3 ateriaa", "7,40 € aterialta"),
        (SV, "1 måltid", "3 måltider", "7,40 € per måltid"),
        (EN, "1 meal", "3 meals", "€7.40 a meal"),
    ],
)
def test_a_piece_of_meals_is_a_meal(language: Language, one: str, many: str, price: str) -> None:
    unit = unit_of(Counted("piece", "MEALS"))
    shown = [quantity_text(count, unit, language).replace("\xa0", " ") for count in (100, 300)]
    assert shown == [one, many]
    sum_text = money_text(740, language)
    assert translate(SAID_UNITS[unit].price, language, sum=sum_text).replace("\xa0", " ") == price


def test_a_unit_is_said_as_it_is_if_the_services_have_no_word_of_their_own() -> None:
    assert unit_of(Counted("hour", "MEALS")) == "hour"
    assert unit_of(Counted("piece", "ALARM")) == "piece"
    assert unit_of(Together("piece", {"MEALS": None})) == "meal"
    assert unit_of(Together("piece", {"MEALS": None, "ALARM": None})) == "piece"
    assert unit_of(Together(None, {"MEALS": None, "HOME_CARE": None})) == "piece"


@pytest.mark.parametrize("package", ["marketplace", "provider_portal", "county_desk"])
def test_templates_count_in_the_unit_as_it_is_said(package: str) -> None:
    counted = re.compile(
        r"\b(?:quantity|about_units|per_unit|own_share)\([\w.]+\.unit\b|UNITS\[[\w.]+\.unit\]"
    )
    templates = Path(package, "templates").rglob("*.html")
    found = {path.name: counted.findall(path.read_text()) for path in templates}
    assert {name: calls for name, calls in found.items() if calls} == {}


def test_days_and_times() -> None:
    day, moment = date(2026, 11, 21), datetime(2026, 11, 21, 12, 5, tzinfo=UTC)
    assert day_text(day, FI) == "21.11.2026"
    assert day_text(day, EN) == "21\xa0Nov\xa02026"
    assert long_day_text(day, FI) == "lauantai 21. marraskuuta 2026"
    assert long_day_text(day, SV) == "lördag 21 november 2026"
    assert moment_text(moment, FI) == "21.11.2026 klo 14.05"
    assert day_text(day, SELKO) == "la 21. marraskuuta 2026"
    assert moment_text(moment, SELKO) == "la 21. marraskuuta 2026 kello 14.05"
    assert time_text(time(9, 5), EN) == "9:05"
    assert day_text(None) == "–"


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("fi", FI),
        ("fi-FI", FI),
        ("SV", SV),
        ("fi-x-selko", SELKO),
        ("selko", SELKO),
        ("de", None),
        ("", None),
        (None, None),
    ],
)
def test_tags(tag: str | None, language: Language | None) -> None:
    assert read_language(tag) == language
