"""Measures plain Finnish: sentences of a text or page, their words, and what plain Finnish avoids."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

MEAN_WORDS, MOST_WORDS = 9.0, 15
SENTENCE_END = re.compile(r"(?<=[.!?:])\s+")
WORD = re.compile(r"[\wäöåÄÖÅ€%()-]+")
DAY = re.compile(r"(\d)\. (?=\w+kuuta)")
SUM = re.compile(r"(?<=\d)[\s\u00a0\u202f](?=\d{3}\b|€)")
CONDITIONAL = re.compile(r"\b[\wäö]+isi(?:n|t|mme|tte|vat|ko)?\b", re.IGNORECASE)
NOT_CONDITIONAL = re.compile(
    r"(?:seteli|kortti|sähköposti|käynti|viesti|rooli|teksti|paperi|sanoihi|toiveisii|tili|nimi|koodi)si$"
    r"|(?:puheli[nm]i?)si$|iisi$"
    r"|^(?:aikaisin|arkisin|takaisin|visit|parhaisiin|iltaisin|öisin|viikonloppuisin|keskiviikkoisin|\w+taisin)$",
    re.IGNORECASE,
)
"""Nouns with `your`, and words that only end so."""
PERCENT = re.compile(r"\d\s*%|\bprosent", re.IGNORECASE)
BLOCKS = {
    "p", "li", "h1", "h2", "h3", "h4", "dt", "dd", "th", "td", "label", "legend", "caption", "summary",
    "button", "figcaption", "option", "blockquote", "div",
}  # fmt: skip


def sentences(text: str) -> list[str]:
    """Return the sentences of a text; the dot of a day does not end one, and a sum is one word."""
    whole = SUM.sub("", DAY.sub(r"\1 ", " ".join(text.split())))
    return [part for part in SENTENCE_END.split(whole) if WORD.search(part)]


def length(sentence: str) -> int:
    """Return how many words a sentence has."""
    return len(WORD.findall(sentence))


def avoided(text: str) -> list[str]:
    """Return the conditionals and percentages of a text."""
    verbs = [word for word in CONDITIONAL.findall(text) if not NOT_CONDITIONAL.search(word)]
    return [*verbs, *PERCENT.findall(text)]


def blocks_of(root: HtmlElement) -> Iterator[str]:
    """Yield the text of each block of a page that holds no other block."""
    for element in root.iter():
        if "om-links" in (element.get("class") or ""):
            yield from (" ".join(str(link.text_content()).split()) for link in element.iter("a", "button"))
        elif element.tag in BLOCKS and not any(child.tag in BLOCKS for child in element.iterdescendants()):
            text = " ".join(str(element.text_content()).split())
            if text:
                yield text
