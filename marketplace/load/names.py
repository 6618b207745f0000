"""Names of the catalogue in three languages."""

from __future__ import annotations

from dataclasses import dataclass

from foundation.vocabulary.languages import Language


@dataclass(frozen=True, slots=True)
class Names:
    """A name in Finnish, Swedish and English; plain Finnish uses the Finnish name unless it has its own."""

    fi: str
    sv: str
    en: str
    selko: str = ""

    def in_language(self, language: Language) -> str:
        """Return the name in a language; the Finnish one if it is empty."""
        by_language = {
            Language.FI: self.fi,
            Language.SV: self.sv,
            Language.EN: self.en,
            Language.SELKO: self.selko,
        }
        return by_language[language] or self.fi
