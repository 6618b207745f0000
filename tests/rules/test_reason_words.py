"""Words of the reasons: every language has them, with the same placeholders; plain Finnish is plain."""

import re
from itertools import chain
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from clearing.reasons import REASONS

FOLDER = Path(__file__).parents[2] / "clearing" / "translations"
MSGIDS = list(dict.fromkeys(chain.from_iterable((r.title, r.detail, r.fix, r.who) for r in REASONS.values())))
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
LONGEST_SENTENCE, MEAN_SENTENCE = 15, 9


def texts(name: str) -> dict[str, str]:
    """Return the translations of a file by msgid."""
    with (FOLDER / f"{name}.po").open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file) if m.id}


@pytest.mark.parametrize("name", ["fi", "sv", "selko"])
def test_every_reason_is_translated_in_the_order_of_the_rulebook(name: str) -> None:
    """Other texts of the package stand beside them; those that nothing uses fail in test_translations."""
    reasons = set(MSGIDS)
    assert [msgid for msgid in texts(name) if msgid in reasons] == MSGIDS
    assert all(texts(name).values())


@pytest.mark.parametrize("name", ["fi", "sv"])
def test_placeholders_are_the_same(name: str) -> None:
    for msgid, text in texts(name).items():
        assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(msgid)), msgid


def test_plain_finnish_uses_no_other_placeholders() -> None:
    for msgid, text in texts("selko").items():
        assert set(PLACEHOLDER.findall(text)) <= set(PLACEHOLDER.findall(msgid)), msgid


def test_plain_finnish_is_plain() -> None:
    sentences = [s for text in texts("selko").values() for s in re.split(r"(?<=[.?!])\s+", text)]
    lengths = {sentence: len(sentence.split()) for sentence in sentences}
    assert [s for s, words in lengths.items() if words > LONGEST_SENTENCE] == []
    assert sum(lengths.values()) / len(lengths) <= MEAN_SENTENCE
