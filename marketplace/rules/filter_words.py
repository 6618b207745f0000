"""Words of a search that are filters, and words that say nothing about what is searched for."""

from __future__ import annotations

from collections.abc import Iterable

from marketplace.rules.vocabulary import Term

_FILTERS = (
    ("language", "fi", "fi", "suomenkielinen suomi suomeksi"),
    ("language", "fi", "sv", "finskspråkig finska"),
    ("language", "fi", "en", "finnish"),
    ("language", "sv", "fi", "ruotsinkielinen ruotsi ruotsiksi"),
    ("language", "sv", "sv", "svenskspråkig svenska"),
    ("language", "sv", "en", "swedish"),
    ("language", "en", "fi", "englanninkielinen englanti englanniksi"),
    ("language", "en", "sv", "engelskspråkig engelska"),
    ("language", "en", "en", "english"),
    ("language", "ru", "fi", "venäjänkielinen venäjä venäjäksi"),
    ("language", "ru", "sv", "ryskspråkig ryska"),
    ("language", "ru", "en", "russian"),
    ("language", "fse", "fi", "viittomakielinen viittomakieli viittova"),
    ("language", "fse", "sv", "teckenspråkig teckenspråk teckenspråkskunnig"),
    ("language", "fse", "en", "signing"),
    ("time", "evening", "fi", "ilta illalla iltaisin iltasella iltaaika"),
    ("time", "evening", "sv", "kväll kvällstid"),
    ("time", "evening", "en", "evening evenings"),
    ("time", "night", "fi", "yö yöllä yöksi öisin yöaika yöaikaan"),
    ("time", "night", "sv", "natt natten nattetid"),
    ("time", "night", "en", "night nights"),
    ("time", "weekend", "fi", "viikonloppu viikonloppuisin lauantai lauantaisin sunnuntai sunnuntaisin"),
    ("time", "weekend", "sv", "helg veckoslut veckoslutet lördag söndag"),
    ("time", "weekend", "en", "weekend saturday sunday"),
    ("remote", "yes", "fi", "etänä"),
    ("remote", "yes", "sv", "distans"),
    ("remote", "yes", "en", "remotely remote"),
    ("home_visits", "yes", "fi", "kotikäynti"),
    ("home_visits", "yes", "sv", "hembesök"),
    ("communication", "plain_language", "fi", "selkokieli selkokielinen selkokielellä"),
    ("communication", "plain_language", "sv", "lättläst lättspråk"),
    ("access", "step_free", "fi", "esteetön"),
    ("access", "step_free", "sv", "tillgänglig"),
    ("access", "step_free", "en", "accessible"),
    ("free_within_days", "7", "fi", "heti pian nopeasti"),
    ("free_within_days", "7", "sv", "genast snart"),
    ("free_within_days", "7", "en", "soon immediately now"),
)
"""Condition, value, language and words."""

_PHRASES = (
    Term("sign language", "en", "language", "fse"),
    Term("home visit", "en", "home_visits", "yes"),
    Term("plain language", "en", "communication", "plain_language"),
    Term("easy language", "en", "communication", "plain_language"),
    Term("swedish speaking", "en", "language", "sv"),
    Term("finnish speaking", "en", "language", "fi"),
)


def _words(text: str) -> list[str]:
    return text.split()


IGNORED = frozenset(
    _words("""
    minä mä sinä hän ja tai että joka jonka joku jokin jotain mistä missä mikä kuka miten saan saa
    saada voi voisi haluan haluaisin tarvitsen tarvitsisin tarvitaan etsin haen löytyy onko on olla
    ole olen ei kun kanssa varten minulle mulle meille osaa osaava puhuu puhuva äiti äidille isä
    isälle mummo mummolle mummille vaari vaarille ukille vanhus vanhukselle vanhuksille lapselle
    lapsille pojalle tytölle vaimolle miehelle läheiselle omaiselle kotiin kotona koti luokse luo
    hyvä halpa edullinen lähellä läheltä palvelu palvelut palveluita tilaus apu apua apuun jag du
    han hon vi och eller som någon något var vad hur kan får få vill skulle behöver söker finns det
    är att en ett på i till för med åt av min mitt mamma pappa mormor farmor barn barnet hem hemma
    nära talar hjälp hjälpa tjänst a an the to for of in on at and or my me who what where can
    could need want would like looking find get is are with from mother father mum mom dad child
    home near help someone somebody person service services do speaks
""")
)
"""Words that are skipped. In a phrase of the vocabulary they are left out too."""


def filter_terms() -> list[Term]:
    """Return the terms of languages, times and the other filters with fixed values."""
    terms = list(_PHRASES)
    for kind, value, language, words in _FILTERS:
        terms += [Term(word, language, kind, value) for word in words.split()]
    return terms


def municipality_terms(places: Iterable[tuple[str, str, str]]) -> list[Term]:
    """Return the terms of municipalities, from their code, Finnish and Swedish name."""
    terms = []
    for code, name_fi, name_sv in places:
        terms += [Term(name_fi, "fi", "municipality", code), Term(name_sv, "sv", "municipality", code)]
        if name_sv.startswith("S:t "):
            spelt = [name_sv.replace("S:t ", other) for other in ("St ", "Sankt ")]
            terms += [Term(name, "sv", "municipality", code) for name in spelt]
    return terms
