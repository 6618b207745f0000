"""Every text that is shown exists in Finnish and Swedish, and where clients see it in plain Finnish."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import mean

import pytest
from babel.messages.extract import extract_from_file

from foundation.vocabulary.languages import Language
from foundation.web.catalogues import read_texts, texts_of, translation_files
from tests.architecture.sources import PACKAGES, ROOT, name_of, program_files, tree_of

KEYWORDS: dict[str, tuple[int, int] | None] = {
    "_": None,
    "N_": None,
    "gettext": None,
    "translate": None,
    "ngettext": (1, 2),
    "translate_plural": (1, 2),
}
METHODS = {".py": "python", ".html": "jinja2.ext:babel_extract", ".txt": "jinja2.ext:babel_extract"}
FOR_CLIENTS = (
    "marketplace/",
    "foundation/vocabulary/",
    "foundation/web/",
    "clearing/disclosure/",
    "clearing/reasons",
)
SENTENCE_END = re.compile(r"(?<=[.!?:])\s+|\n+")
PLACEHOLDER = re.compile(r"%\((\w+)\)|\{(\w+)\}")


def source_files() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (path for path in (ROOT / package).rglob("*") if path.suffix in METHODS)


@cache
def texts() -> dict[str, set[str]]:
    """msgid → the files that use it."""
    used: dict[str, set[str]] = {}
    for path in source_files():
        for _line, message, *_ in extract_from_file(METHODS[path.suffix], path, keywords=KEYWORDS):
            for msgid in message if isinstance(message, tuple) else (message,):
                if msgid:
                    used.setdefault(msgid, set()).add(name_of(path))
    return used


@cache
def strings_in_code() -> frozenset[str]:
    """Every string of the program: some msgids are marked only by the table that they stand in."""
    return frozenset(
        node.value
        for path in program_files()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def is_for_clients(files: set[str]) -> bool:
    return any(name.startswith(FOR_CLIENTS) for name in files)


@pytest.mark.parametrize("language", [Language.FI, Language.SV], ids=str)
def test_every_text_is_translated(language: Language) -> None:
    known = texts_of(language)
    assert {text: sorted(files) for text, files in texts().items() if text not in known} == {}


@pytest.mark.parametrize("language", [Language.FI, Language.SV, Language.SELKO], ids=str)
def test_every_translated_text_is_used(language: Language) -> None:
    used = texts().keys() | strings_in_code()
    assert {msgid for msgid in texts_of(language) if msgid not in used} == set()


@pytest.mark.parametrize("language", [Language.FI, Language.SV, Language.SELKO], ids=str)
def test_a_text_is_translated_in_one_file(language: Language) -> None:
    files = Counter(msgid for path in translation_files(language) for msgid in read_texts(path))
    assert [msgid for msgid, count in files.items() if count > 1] == []


def test_every_text_for_clients_exists_in_plain_finnish() -> None:
    known = texts_of(Language.SELKO)
    needed = {text: sorted(files) for text, files in texts().items() if is_for_clients(files)}
    assert {text: files for text, files in needed.items() if text not in known} == {}


def test_plain_finnish_is_plain() -> None:
    """At most 15 words in a sentence, on average at most 9."""
    shown = [form for forms in texts_of(Language.SELKO).values() for form in forms]
    lengths = {sentence: len(sentence.split()) for form in shown for sentence in SENTENCE_END.split(form)}
    assert [sentence for sentence, words in lengths.items() if words > 15] == []
    assert mean(lengths.values() or [0]) <= 9


@pytest.mark.parametrize("language", [Language.FI, Language.SV, Language.SELKO], ids=str)
def test_a_translation_has_the_same_placeholders(language: Language) -> None:
    wrong = {
        text: form
        for text, forms in texts_of(language).items()
        for form in forms[-1:]
        if placeholders(form) - placeholders(text) or (placeholders(text) - placeholders(form))
    }
    assert wrong == {}


def placeholders(text: str) -> set[str]:
    return {named or braced for named, braced in PLACEHOLDER.findall(text)}
