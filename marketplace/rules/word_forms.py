"""The forms of a word: what a person may write for a word of the vocabulary.

A vocabulary word is stored as its stems. A written word is understood if it is a stem and an ending. This
needs no dictionary, so it works for names of municipalities and for words that a county adds
(docs/decisions/0140).
"""

from __future__ import annotations

from collections.abc import Iterator

MOST_WORDS = 12
"""Words of a search that are read."""

_FOLDED = str.maketrans("äåáöøéüšž", "aaaooeysz")
_SHORTEST_STEM = 3
_LONGEST_ENDING = 9


def _words(text: str) -> list[str]:
    return text.split()


_CASES = _words("""
    n a ta tta na ksi ssa sta lla lta lle t in an en on un yn hin han hen hon hun hyn seen siin ten
    den tten jen ja ita itta sin ksen maan massa masta neen
""")
_POSSESSIVES = ("", "ni", "si", "nsa", "mme", "nne")
_SWEDISH = _words("n en et t a ar er or r na arna erna orna rna")
_ENDINGS = {
    "fi": frozenset(
        case + owner + clitic
        for case in ("", *_CASES)
        for owner in _POSSESSIVES
        for clitic in ("", "kin", "ko")
    ),
    "sv": frozenset(ending + owner for ending in ("", *_SWEDISH) for owner in ("", "s")),
    "en": frozenset(("", "s", "es", "ing", "ed", "er", "ers")),
}
_VOWELS = "aeiouy"
_WEAKER = {
    "kk": "k", "pp": "p", "tt": "t", "nk": "ng", "nt": "nn", "lt": "ll", "rt": "rr", "mp": "mm", "lk": "l",
    "rk": "r", "sk": "sk", "st": "st", "k": "", "p": "v", "t": "d",
}  # fmt: skip
"""Strong and weak grade of consonants; the longest that fits counts."""

_STRONGER = {"k": "kk", "p": "pp", "t": "tt", "d": "t", "v": "p"}


def fold(word: str) -> str:
    """Return the word in small letters without dots and accents: people leave them out."""
    return word.casefold().translate(_FOLDED)


def words_of(q: str) -> list[str]:
    """Return the words of a search, each once, without those beyond the most."""
    words = "".join(character if character.isalnum() else " " for character in q).split()
    return list(dict.fromkeys(word.casefold() for word in words))[:MOST_WORDS]


def stems_of(word: str, language: str) -> frozenset[str]:
    """Return the stems of a folded word, to which endings of the language are added."""
    if language == "fi":
        return _finnish(word)
    stems = {word}
    if len(word) > _SHORTEST_STEM and word[-1] in "aey":
        stems.add(word[:-1])
    if language == "en" and len(word) >= _SHORTEST_STEM and word[-1] not in _VOWELS:
        stems.add(word + word[-1])
    if language == "en" and word.endswith("y"):
        stems.add(word[:-1] + "i")
    return frozenset(stems)


def _finnish(word: str) -> frozenset[str]:
    bases = {word, *_other_stems(word)}
    return frozenset(bases | {weaker for base in bases if (weaker := _weakened(base))})


def _other_stems(word: str) -> set[str]:
    """Return the stems that differ from the basic form: oblique, plural, and both (ISK, §§ 55-79)."""
    root, last = word[:-1], word[-1:]
    if word.endswith("nen"):
        return {word[:-3] + "se", word[:-3] + "s", word[:-3] + "si"}
    if last == "s" and len(word) > _SHORTEST_STEM:
        vowel = root[-1]
        long = {root + vowel, root + "i", _strengthened(root) + vowel, _strengthened(root) + "i"}
        return {root + "kse", root + "ksi", root + "de", root + "te"} | long
    if word.endswith("in"):
        return {root + "me", root + "mi"}
    if last == "e":
        strong = _strengthened(word)
        return {word + "e", word + "i", strong + "e", strong + "i", strong}
    if last == "a":
        return {root + "i", root + "oi", root + "o", root + "oj"}
    if last == "i":
        bare = {root} if root[-1:] in tuple("lrn") else set()
        return {root + "e", root + "ei", root + "ej"} | bare
    if last in _VOWELS:
        return {word + "i", word + "j"}
    return {word + "i", word + "e", word + "ei"}


def _last_consonants(word: str) -> tuple[int, int]:
    """Return where the consonants before the last vowels begin and end."""
    end = len(word)
    while end and word[end - 1] in _VOWELS:
        end -= 1
    start = end
    while start and word[start - 1] not in _VOWELS:
        start -= 1
    return start, end


def _weakened(word: str) -> str | None:
    """Return the stem in the weak grade of consonant gradation: `kyyti` becomes `kyydi`."""
    start, end = _last_consonants(word)
    consonants = word[start:end]
    for strong, weak in _WEAKER.items():
        if start and end < len(word) and consonants.endswith(strong):
            return word[: end - len(strong)] + weak + word[end:]
    return None


def _strengthened(word: str) -> str:
    """Return the stem in the strong grade: `osoite` becomes `osoitte`."""
    start, end = _last_consonants(word)
    strong = _STRONGER.get(word[start:end])
    return word if strong is None else word[:start] + strong + word[end:]


def possible_stems(word: str, language: str) -> Iterator[str]:
    """Return the folded word without each ending that it may have, the longest stem first."""
    endings = _ENDINGS[language]
    for length in range(min(_LONGEST_ENDING, len(word) - _SHORTEST_STEM) + 1):
        if word[len(word) - length :] in endings:
            yield word[: len(word) - length]
    if len(word) < _SHORTEST_STEM:
        yield word
