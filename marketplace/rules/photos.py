"""Photos of a service or a place: how many, and their texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from foundation.vocabulary.languages import Language
from foundation.vocabulary.refusals import Refusal

MOST_PHOTOS: Final = 6
"""Of one service or place."""
LONGEST_TEXT: Final = 300
LONGEST_WHY: Final = 500

TOO_MANY_PHOTOS: Final = Refusal("too_many_photos", "file")
PHOTO_UNKNOWN: Final = Refusal("photo_unknown", "photo")
"""There is no such photo, or it is another provider's or county's."""
NOT_OWN: Final = Refusal("not_own", "of")
"""The service or place does not exist, or is another provider's."""
TEXTS_CHANGED: Final = Refusal("photo_changed")
"""Somebody has changed the words since they were read."""
WHY_MISSING: Final = Refusal("why_missing", "why")


@dataclass(frozen=True, slots=True)
class PhotoTexts:
    """What a photo shows, in words; empty where there is none."""

    fi: str = ""
    sv: str = ""
    en: str = ""

    @property
    def version(self) -> str:
        """Return the ETag: a digest of the words."""
        return sha256("\n".join((self.fi, self.sv, self.en)).encode()).hexdigest()[:16]

    def for_reader(self, language: Language) -> tuple[str, str]:
        """Return the text and its language: the reader's own, or the first that there is."""
        own = "fi" if language is Language.SELKO else str(language)
        order = [own, "fi", "sv", "en"]
        return next((getattr(self, each), each) for each in order if getattr(self, each))


def wrong_in_texts(texts: PhotoTexts) -> Iterator[Refusal]:
    """Yield what is wrong: a photo without a text says nothing to those who do not see it (WCAG 1.1.1)."""
    if not any((texts.fi, texts.sv, texts.en)):
        yield Refusal("text_missing", "text_fi")
    for language in ("fi", "sv", "en"):
        if len(getattr(texts, language)) > LONGEST_TEXT:
            yield Refusal("text_too_long", f"text_{language}")
