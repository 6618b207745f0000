"""What people write in a search, and what it means: services, filters and names."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from simplemma.strategies.dictionaries import DefaultDictionaryFactory

from marketplace.rules.filter_words import IGNORED, filter_terms, municipality_terms
from marketplace.rules.understanding import Understood, understand
from marketplace.rules.vocabulary import Term, Vocabulary
from marketplace.rules.word_forms import fold, possible_stems, stems_of

QUERIES = list(csv.DictReader(Path(__file__).with_name("search_queries.csv").read_text("utf-8").splitlines()))
ROOT = Path(__file__).parents[2]


def read_toml(name: str) -> dict[str, Any]:
    """A file of made-up data, without the packages that write it to a database."""
    return tomllib.loads((ROOT / name).read_text("utf-8"))


PLACES = [
    (place["code"], place["name_fi"], place["name_sv"])
    for county in read_toml("worlds/counties.toml")["counties"].values()
    for place in county["places"]
]
WORDS = [
    (service, text, word)
    for service, texts in read_toml("foundation/database/seeds/search_words.toml").items()
    for text, words in texts.items()
    for word in words
]
VOCABULARY = Vocabulary(
    [
        *(Term(word, text, "service", service) for service, text, word in WORDS),
        *filter_terms(),
        *municipality_terms(PLACES),
    ],
    IGNORED,
)
LEAST_FOUND = 0.95
MOST_FORMS_MISSED = 0.1


def read(q: str) -> Understood:
    """What the words mean in the vocabulary that a county starts with."""
    return understand(q, VOCABULARY)


def test_the_expected_service_is_among_the_first_three_of_nearly_every_query() -> None:
    assert len(QUERIES) >= 150
    missed = [
        row["query"]
        for row in QUERIES
        if not {*row["service"].split("|")} & {*list(read(row["query"]).services)[:3]}
    ]
    assert len(missed) <= len(QUERIES) * (1 - LEAST_FOUND), missed


def test_every_service_of_the_catalogue_has_words_in_every_text() -> None:
    written = {(service, text) for service, text, _ in WORDS}
    assert written == {
        (service["code"], text)
        for service in read_toml("worlds/services.toml")["services"]
        for text in ("fi", "sv", "en", "selko")
    }


@pytest.mark.parametrize(
    ("q", "services", "filters"),
    [
        (
            "ruotsinkielinen avustaja illalla Mikkelissä",
            ["PERSONAL_ASSISTANCE"],
            {"language": "sv", "time": "evening", "municipality": "491"},
        ),
        (
            "svenskspråkig assistent i S:t Michel på kvällen",
            ["PERSONAL_ASSISTANCE"],
            {"language": "sv", "municipality": "491", "time": "evening"},
        ),
        ("Swedish speaking assistant at night", ["PERSONAL_ASSISTANCE"], {"language": "sv", "time": "night"}),
        ("Mikkeli", [], {"municipality": "491"}),
        ("Mikeli", [], {"municipality": "491"}),
        ("siivous Ruokolahdella", ["HOUSING_SUPPORT"], {"municipality": "700"}),
        ("kyyti Pieksämäellä viikonloppuisin", ["TRANSPORT"], {"municipality": "593", "time": "weekend"}),
        ("taxi i Nyslott", ["TRANSPORT"], {"municipality": "740"}),
        ("viittomakieli", ["SIGN_LANGUAGE"], {}),
        ("viittomakielen tulkki", ["SIGN_LANGUAGE"], {}),
        ("avustaja joka osaa viittomakieltä", ["PERSONAL_ASSISTANCE"], {"language": "fse"}),
        ("hoitaja yöksi", ["NIGHT_CARE"], {}),
        ("avustaja öisin", ["PERSONAL_ASSISTANCE"], {"time": "night"}),
        ("avustaja etänä", ["PERSONAL_ASSISTANCE"], {"remote": "yes"}),
        ("avustaja heti", ["PERSONAL_ASSISTANCE"], {"free_within_days": "7"}),
        ("esteetön uimahalli", ["SPORT_AND_CULTURE"], {"access": "step_free"}),
        ("mat", ["MEALS"], {}),
        ("", [], {}),
    ],
)  # fmt: skip
def test_words_that_are_filters_become_filters(q: str, services: list[str], filters: dict[str, str]) -> None:
    understood = read(q)
    assert (list(understood.services), understood.filters, understood.names) == (services, filters, ())


@pytest.mark.parametrize("q", ["Notkea Oy", "hammaslääkäri", "parturi", "xyzzy", "koira"])
def test_words_that_are_nothing_known_are_names(q: str) -> None:
    understood = read(q)
    assert (understood.services, understood.filters, understood.names) == ({}, {}, (*q.casefold().split(),))


def test_a_word_of_a_service_beside_a_name_leaves_the_name() -> None:
    understood = read("taksi Virtanen")
    assert (list(understood.services), understood.service_words, understood.names) == (
        ["TRANSPORT"],
        ("taksi",),
        ("virtanen",),
    )


def test_words_that_say_nothing_are_skipped() -> None:
    assert read("minä haluan apua") == Understood({}, {}, (), ())


@pytest.mark.parametrize(
    "name", [name for _, fi, sv in PLACES for name in sorted({fi, sv})]
)  # fmt: skip
def test_a_municipality_is_found_by_its_name(name: str) -> None:
    assert read(name).filters.keys() == {"municipality"}


@pytest.mark.long
def test_forms_of_a_dictionary_are_understood() -> None:
    """The product has no dictionary (docs/decisions/0140): here one checks the stems of the Finnish words.

    What is missed are mostly rare forms of verbs.
    """
    words = {word for _, text, word in WORDS if text == "fi" and word.isalpha()}
    stems = {word: stems_of(fold(word), "fi") for word in words}
    forms = _forms("fi", words)
    missed = [form for form, word in forms if not stems[word].intersection(possible_stems(fold(form), "fi"))]
    assert len(forms) > 4000
    assert len(missed) <= len(forms) * MOST_FORMS_MISSED, (len(missed), len(forms))


def _forms(language: str, words: set[str]) -> list[tuple[str, str]]:
    """The inflected forms that the dictionary has of the words."""
    dictionary: Mapping[Any, Any] = DefaultDictionaryFactory().get_dictionary(language)
    texts = ((_text(form), _text(lemma)) for form, lemma in dictionary.items())
    return [(form, lemma) for form, lemma in texts if lemma in words]


def _text(written: Any) -> str:
    return written.decode() if isinstance(written, bytes) else str(written)
