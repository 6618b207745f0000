"""Plain Finnish in what is printed: the letter of a month, and the text of a grant for its client."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from statistics import mean
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearing.grants.facts.decision import DecidedFunding
from clearing.grants.facts.funding import PeriodLimit
from clearing.grants.facts.kinds import FundingKind
from county_desk.pages.plain_text import plain_sentences
from foundation.database.tables.choices import Choice
from foundation.vocabulary.dates import DateWindow, PeriodKind
from foundation.vocabulary.languages import Language
from foundation.vocabulary.money import Money, Quantity
from foundation.web.catalogues import texts_of
from marketplace.documents.month_letter import letter_values
from marketplace.documents.movement_texts import left_value, movement_text
from marketplace.load.complaint_paths import Contact
from marketplace.load.month_letter import LetterFunding, MonthLetter
from marketplace.load.names import Names
from marketplace.rules.movements import Change, Movement, MovementKind, Visit
from tests.builders.client_api import ClientApi
from tests.builders.county import TODAY
from tests.pages.plain_text import MEAN_WORDS, MOST_WORDS, avoided, length, sentences
from tests.pages.test_granted_in_units import grant_in_hours
from tests.pages.test_month_letters import charge_visit, the_letter
from tests.pages.test_plain_pages import HARD_WORDS

SELKO = Language.SELKO
LESS = (MovementKind.VISIT, MovementKind.MOVED_OUT, MovementKind.REDUCED, MovementKind.RETURNED)
WITH_VISIT = (MovementKind.VISIT, MovementKind.CORRECTED)
SUMS = st.integers(1, 9_999_999).map(Money)
UNITS = st.integers(1, 99_999).map(Quantity)
VISITS = st.builds(
    Visit,
    charge_id=st.just(1),
    provider=st.sampled_from(["Kotiapu Kaisla Oy", "Hoiva Havu ja Kumppanit Oy Ab"]),
    service=st.just("PERSONAL_ASSISTANCE"),
    quantity=UNITS,
    unit=st.sampled_from(["hour", "visit", "km", "day", "meal"]),
    county_pays_cents=SUMS,
    you_pay_cents=st.one_of(st.just(Money(0)), SUMS),
)


def faults(texts: list[str]) -> list[object]:
    """Return the long sentences, a long mean, and what plain Finnish avoids."""
    lengths = {each: length(each) for text in texts for each in sentences(text)}
    average = mean([words for words in lengths.values() if words > 2] or [0])
    return [
        *(each for each, words in lengths.items() if words > MOST_WORDS),
        *([average] if average > MEAN_WORDS else []),
        *((text, words) for text in texts if (words := avoided(text))),
    ]


def said_in(value: object) -> Iterator[str]:
    """Yield every text of the letter's values."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (text for part in value.values() for text in said_in(part))
    elif isinstance(value, list | tuple):
        yield from (text for part in value for text in said_in(part))


def movement(kind: MovementKind, visit: Visit | None, cents: int, units: int, left: int) -> Movement:
    is_less = kind in (
        MovementKind.VISIT,
        MovementKind.MOVED_OUT,
        MovementKind.REDUCED,
        MovementKind.RETURNED,
    )
    sign = -1 if is_less else 1
    change = Change(kind, TODAY, Money(sign * cents), Quantity(sign * units), visit)
    return Movement(change, Money(left), Quantity(left))


@given(kind=st.sampled_from(MovementKind), visit=VISITS, cents=SUMS, units=UNITS, left=UNITS)
def test_each_movement_is_said_in_short_sentences(
    kind: MovementKind, visit: Visit, cents: int, units: int, left: int
) -> None:
    moved = movement(kind, visit if kind in WITH_VISIT else None, cents, units, left)
    for unit in (None, "hour", "km"):
        texts = [movement_text(moved, unit, SELKO), left_value(moved, unit, SELKO)]
        assert faults(texts) == []


def letters(api: ClientApi) -> Iterator[MonthLetter]:
    """Yield letters: without a visit, with one, with every movement, in hours, and without a voucher."""
    yield the_letter(api)
    charge_visit(api)
    charged = the_letter(api)
    yield charged
    visit = charged.fundings[0].movements[-1].change.visit
    every = tuple(
        movement(
            kind, visit if kind in (MovementKind.VISIT, MovementKind.CORRECTED) else None, 12_345, 150, 9
        )
        for kind in MovementKind
    )
    busy = [LetterFunding(funding.view, every, funding.at_end) for funding in charged.fundings]
    yield replace(charged, fundings=tuple(busy * 3))
    yield replace(charged, fundings=())
    assert api.session.query(Choice).count()


def test_the_letter_is_plain(client_api: ClientApi) -> None:
    for letter in letters(client_api):
        assert letter_faults(letter) == []


def test_the_letter_of_a_grant_in_hours_is_plain(client_api: ClientApi) -> None:
    grant_in_hours(client_api)
    for letter in letters(client_api):
        assert letter_faults(letter) == []


def letter_faults(letter: MonthLetter) -> list[object]:
    values: dict[str, Any] = letter_values(letter, SELKO)
    texts = list(
        said_in({name: value for name, value in values.items() if name not in ("lang", "from", "to")})
    )
    shown = " ".join(texts)
    hard = [word for word, begin in HARD_WORDS.items() if word in shown.lower() and begin not in shown]
    return [*faults(texts), *hard]


NO_TEXT = Names("", "", "")
REGISTRY = Contact(
    name=Names("Yksilöasioiden jaosto", "Sektionen", "The section"),
    phone="",
    email="kirjaamo@esimerkki.fi",
    web="",
    address="PL 1, 50101 Mikkeli",
    hours=NO_TEXT,
    note=NO_TEXT,
    days=30,
)
WINDOWS = [
    DateWindow(date(2026, 1, 1), date(2026, 12, 31)),
    DateWindow(date(2026, 11, 21), date(2026, 11, 21)),
]
LIMITS = [
    None,
    PeriodLimit(PeriodKind.MONTH, None, Quantity(2_000)),
    PeriodLimit(PeriodKind.WEEK, Money(12_345), None),
]


@given(
    kind=st.sampled_from(FundingKind),
    window=st.sampled_from(WINDOWS),
    amount=st.one_of(st.none(), SUMS),
    quantity=UNITS,
    limit=st.sampled_from(LIMITS),
    free=st.booleans(),
    values=st.sampled_from([{}, {"HOME_CARE": {"any": Money(3_000)}}]),
    provider=st.sampled_from([None, "Kotiapu Kaisla Oy"]),
    correction=st.sampled_from([None, REGISTRY]),
)
def test_the_text_of_a_grant_is_plain(
    amount: Money | None, provider: str | None, correction: Contact | None, **terms: Any
) -> None:
    funding = DecidedFunding(
        external_id="A",
        kind=terms["kind"],
        services=("HOME_CARE",),
        window=terms["window"],
        amount_cents=amount,
        quantity=terms["quantity"],
        per_period=terms["limit"],
        unit_values=terms["values"],
        free_of_charge=terms["free"],
    )
    names = {"HOME_CARE": Names("Kotihoito", "Hemvård", "Home care")}
    said = {
        language: plain_sentences(
            funding,
            Money(123_450),
            names=names,
            unit="hour",
            provider=provider,
            correction=correction,
            language=language,
        )
        for language in Language
    }
    assert faults(said[SELKO]) == []
    assert len({len(lines) for lines in said.values()}) == 1
    assert (correction is None) == ("30 päivää" not in str(said[SELKO]))
    assert (correction is None) == ("PL 1, 50101 Mikkeli" not in str(said[SELKO]))
    limit = terms["limit"]
    assert (limit is None) == ("kuukaudessa" not in str(said[SELKO]) and "viikossa" not in str(said[SELKO]))


TEXTS_OF_A_GRANT = (
    "You get help: %(services)s.",
    "There is %(sum)s for it.",
    "You can use at most %(quantity)s.",
    "You can use at most %(most)s %(period)s.",
    "The first day is %(day)s.",
    "The last day is %(day)s.",
    "You choose yourself who helps you.",
    "%(name)s helps you.",
    "The county pays the whole price.",
    "You pay nothing.",
    "If the price is higher than the value, you pay the rest.",
    "You can ask for a correction of the decision.",
    "You have %(days)s days from the day when you got it.",
    "Write to: %(name)s.",
    "Here: %(reached)s",
)


@pytest.mark.parametrize("text", TEXTS_OF_A_GRANT)
def test_a_grant_has_a_plain_text_of_its_own(text: str) -> None:
    assert text in texts_of(SELKO)
