"""Plain Finnish is measured: short sentences, and a text of its own or a short Finnish one for everything."""

from __future__ import annotations

import re
from pathlib import Path

from foundation.vocabulary.languages import Language
from foundation.web.catalogues import read_texts, texts_of
from marketplace.labels import CLIENT_WORDS

TRANSLATIONS = Path(__file__).parents[2] / "marketplace" / "translations"
MEAN_WORDS, MOST_WORDS = 9.0, 15
SENTENCE_END = re.compile(r"[.!?:]\s+")
WORD = re.compile(r"[\wäöåÄÖÅ%()€-]+")


def sentences(language: str) -> list[str]:
    """Every sentence of the face's texts in a language."""
    texts = [form for forms in read_texts(TRANSLATIONS / f"{language}.po").values() for form in forms]
    return [part for text in texts for part in SENTENCE_END.split(text) if WORD.search(part)]


def words(sentence: str) -> int:
    """How many words a sentence has; a value filled in counts as one."""
    return len(WORD.findall(sentence))


def test_no_sentence_is_long() -> None:
    long = [sentence for sentence in sentences("selko") if words(sentence) > MOST_WORDS]
    assert long == []


def test_sentences_are_short_on_the_average() -> None:
    whole = [words(sentence) for sentence in sentences("selko") if words(sentence) > 2]
    assert sum(whole) / len(whole) <= MEAN_WORDS


def test_every_text_is_there_in_every_language() -> None:
    msgids = [set(read_texts(TRANSLATIONS / f"{language}.po")) for language in ("fi", "sv", "selko")]
    assert msgids[0] == msgids[1]
    assert msgids[0] <= msgids[2]
    of_other_faces = msgids[2] - msgids[0]  # clients read them too, in the file of their own data
    assert of_other_faces <= texts_of(Language.FI).keys() & texts_of(Language.SV).keys()
    for words_of_code in CLIENT_WORDS.values():
        shown = {words_of_code.title, words_of_code.detail, words_of_code.fix} - {""}
        assert shown <= texts_of(Language.SELKO).keys()


def test_values_are_the_same_in_every_language() -> None:
    value = re.compile(r"%\((\w+)\)s")
    for language in ("fi", "sv", "selko"):
        for msgid, forms in read_texts(TRANSLATIONS / f"{language}.po").items():
            for form in forms:
                assert set(value.findall(form)) == set(value.findall(msgid)), (language, msgid)
