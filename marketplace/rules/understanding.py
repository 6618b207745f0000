"""What the words of a search mean: services, filters, and words that may be names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from marketplace.rules.vocabulary import SAME, Meaning, Term, Vocabulary
from marketplace.rules.word_forms import words_of

PHRASE_BONUS = 0.5
"""What a word counts more in a phrase of the vocabulary."""

CLEAR_ENOUGH = 0.45
"""The share of the best service's score that another service must have to be searched too."""

MOST_SERVICES = 4


@dataclass(frozen=True, slots=True)
class Understood:
    """The meaning of a search.

    `services` has the codes, the likeliest first, with a score above 0. `filters` has values by the name of
    the condition. `service_words` and `filter_words` are the words that stood for them; `names` are the words
    that are left.
    """

    services: Mapping[str, float]
    filters: Mapping[str, str]
    service_words: tuple[str, ...]
    names: tuple[str, ...]
    filter_words: tuple[str, ...] = ()


NOTHING_UNDERSTOOD = Understood({}, {}, (), ())


def understand(q: str, vocabulary: Vocabulary) -> Understood:
    """Return what a search means."""
    words = words_of(q)
    meanings = {word: found for word in words if (found := _meanings(word, vocabulary)) is not None}
    complete = _complete_terms(meanings)
    services = {word: _services(found, complete) for word, found in meanings.items()}
    filters = {word: _filters(found, complete) for word, found in meanings.items()}
    for word in meanings:
        if services[word] and filters[word] and not _is_filter(word, services):
            filters[word] = {}
        elif filters[word]:
            services[word] = {}
    named = {name: value for found in filters.values() for name, value in found.items()}
    return Understood(
        services=_ranked(services.values()),
        filters=named,
        service_words=tuple(word for word in words if services.get(word)),
        names=tuple(
            word
            for word in meanings
            if not services[word] and not filters[word] and not vocabulary.ignores(word)
        ),
        filter_words=tuple(word for word in meanings if filters[word]),
    )


def _meanings(word: str, vocabulary: Vocabulary) -> Sequence[Meaning] | None:
    """Return what a word may mean. A word that is skipped counts only in a phrase; None if it is in none."""
    found = vocabulary.meanings(word)
    if vocabulary.ignores(word):
        return [meaning for meaning in found if meaning.parts > 1 and meaning.sureness == SAME] or None
    return found


def _complete_terms(meanings: Mapping[str, Sequence[Meaning]]) -> frozenset[Term]:
    """Return the terms of which every part was written, each part by a word of its own."""
    words: defaultdict[Term, dict[int, str]] = defaultdict(dict)
    parts: dict[Term, int] = {}
    for word, found in meanings.items():
        for meaning in found:
            parts[meaning.term] = meaning.parts
            if word not in words[meaning.term].values():
                words[meaning.term].setdefault(meaning.part, word)
    return frozenset(term for term, written in words.items() if len(written) == parts[term])


def _services(found: Sequence[Meaning], complete: frozenset[Term]) -> dict[str, float]:
    """Return the score of each service that a word stands for."""
    scores: dict[str, float] = {}
    for meaning in found:
        term = meaning.term
        if term.kind == "service" and term in complete:
            score = meaning.sureness + (PHRASE_BONUS if meaning.parts > 1 else 0)
            scores[term.value] = max(score, scores.get(term.value, 0))
    return scores


def _filters(found: Sequence[Meaning], complete: frozenset[Term]) -> dict[str, str]:
    terms = [meaning.term for meaning in found if meaning.term in complete and meaning.term.kind != "service"]
    return {term.kind: term.value for term in reversed(terms)}


def _is_filter(word: str, services: Mapping[str, Mapping[str, float]]) -> bool:
    """Return whether a word that is a service and a filter is meant as a filter.

    `Sign language` is a language if another word of the search is a service that it is not itself.
    """
    own = services[word].keys()
    others = [found.keys() for other, found in services.items() if other != word and found]
    return any(not own & other for other in others)


def _ranked(found: Iterable[Mapping[str, float]]) -> dict[str, float]:
    totals: defaultdict[str, float] = defaultdict(float)
    for scores in found:
        for service, score in scores.items():
            totals[service] += score
    best = max(totals.values(), default=0)
    ranked = sorted(totals, key=lambda service: -totals[service])
    likely = [service for service in ranked if totals[service] >= best * CLEAR_ENOUGH]
    return {service: totals[service] for service in likely[:MOST_SERVICES]}
