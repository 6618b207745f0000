"""The words with which a county's search begins (`seeds/search_words.toml`)."""

from __future__ import annotations

import tomllib
from pathlib import Path

_FILE = Path(__file__).with_name("seeds") / "search_words.toml"


def first_search_words() -> list[tuple[str, str, str]]:
    """Return service code, text (`fi`, `sv`, `en` or `selko`) and word, in the order of the file."""
    services = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return [
        (service, text, word)
        for service, texts in services.items()
        for text, words in texts.items()
        for word in dict.fromkeys(words)
    ]
