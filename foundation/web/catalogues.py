"""Translations of every package, read from .po files into memory once for each language.

Babel has no locale for plain Finnish (selkokieli): it is a second domain whose missing texts fall back to
Finnish (docs/decisions/0020, 0021). English texts are the msgids themselves.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from babel.messages.pofile import read_po
from markupsafe import Markup

from foundation.vocabulary.labels import N_
from foundation.vocabulary.languages import Language

ROOT = Path(__file__).resolve().parents[2]
FILE_NAMES = {Language.FI: "fi.po", Language.SV: "sv.po", Language.SELKO: "selko.po"}
Texts = Mapping[str, tuple[str, ...]]


def translation_files(language: Language) -> list[Path]:
    """Return every package's .po file of a language; none for English."""
    name = FILE_NAMES.get(language)
    if name is None:
        return []
    return sorted(
        [*ROOT.glob(f"[a-z]*/translations/{name}"), *ROOT.glob(f"foundation/*/translations/{name}")]
    )


def read_texts(path: Path) -> dict[str, tuple[str, ...]]:
    """Return one file's texts, msgid → (text,) or (one, many), without fuzzy and empty ones."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale="fi", abort_invalid=True)
    texts: dict[str, tuple[str, ...]] = {}
    for message in catalogue:
        forms = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        msgids = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
        if msgids[0] and all(forms) and not message.fuzzy:
            texts[str(msgids[-1])] = (str(forms[-1]),)
            texts[str(msgids[0])] = tuple(str(form) for form in forms)
    return texts


@cache
def texts_of(language: Language) -> Texts:
    """Return all texts of a language. If two packages have the same msgid, the later path wins."""
    texts: dict[str, tuple[str, ...]] = {}
    for path in translation_files(language):
        texts |= read_texts(path)
    return MappingProxyType(texts)


def _forms(msgid: str, language: Language) -> tuple[str, ...] | None:
    found = texts_of(language).get(msgid)
    if found is None and language is Language.SELKO:
        return texts_of(Language.FI).get(msgid)
    return found


def fill_in(text: str, values: Mapping[str, object]) -> str:
    """Fill named values into a text. If one of them is Markup, the result is Markup and the others are
    escaped."""
    if not values:
        return text
    if any(isinstance(value, Markup) for value in values.values()):
        return Markup(text) % values  # noqa: S704 - the text is ours, the values are escaped
    return text % values


def translate(msgid: str, language: Language, /, **values: object) -> str:
    """Return the text in a language with its `%(name)s` filled in; the msgid if there is no translation."""
    forms = _forms(msgid, language)
    return fill_in(forms[0] if forms else msgid, values)


def translate_plural(one: str, many: str, count: float, language: Language, /, **values: object) -> str:
    """Return the form for `count`, which is `%(n)s` unless `n` is given.

    All our languages use the first form for 1 only.
    """
    forms = _forms(one, language) or (one, many)
    return fill_in(forms[0 if count == 1 else -1], {"n": count, **values})
