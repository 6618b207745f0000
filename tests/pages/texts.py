"""Which texts a package uses, read from its sources, to compare with what its translations hold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
KEYWORDS = {
    "_": None,
    "N_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "translate": None,
    "translate_plural": (1, 2),
}
JINJA_OPTIONS = {"trim_blocks": "true", "lstrip_blocks": "true"}


def used_texts(package: str) -> dict[str, str]:
    """Every msgid that a package's Python files and templates use, with the place of its first use."""
    found: dict[str, str] = {}
    folder = ROOT / package
    for path in sorted([*folder.rglob("*.py"), *folder.rglob("*.html")]):
        for msgid in _texts_of(path):
            found.setdefault(msgid, str(path.relative_to(ROOT)))
    return found


def _texts_of(path: Path) -> Iterator[str]:
    method = "python" if path.suffix == ".py" else "jinja2.ext:babel_extract"
    with path.open("rb") as file:
        for _line, message, _comments, _context in extract(
            method, file, keywords=KEYWORDS, options=JINJA_OPTIONS
        ):
            yield from [message] if isinstance(message, str) else [one for one in message if one]


def translated_texts(package: str, name: str) -> dict[str, list[str]]:
    """msgid → its forms, of `<package>/translations/<name>.po`; a plural's msgid_plural counts too."""
    with (ROOT / package / "translations" / f"{name}.po").open("rb") as file:
        catalogue = read_po(file, locale="fi")
    texts: dict[str, list[str]] = {}
    for message in catalogue:
        strings = message.string if isinstance(message.string, (tuple, list)) else [message.string]
        forms = [str(string or "") for string in strings]
        for msgid in message.id if isinstance(message.id, (tuple, list)) else [message.id]:
            if msgid and all(forms):
                texts[msgid] = forms
    return texts


def missing_texts(package: str, name: str) -> dict[str, str]:
    """Texts that a package uses and does not translate, with where."""
    translated = translated_texts(package, name)
    return {msgid: place for msgid, place in used_texts(package).items() if msgid not in translated}
