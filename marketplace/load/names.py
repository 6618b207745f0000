"""Names that the catalogue keeps in three languages."""

from __future__ import annotations

from dataclasses import dataclass

from foundation.vocabulary.languages import Language


@dataclass(frozen=True, slots=True)
class Names:
    """One name in Finnish, Swedish and English; plain Finnish uses the Finnish one unless it has its own."""

    fi: str
    sv: str
    en: str
    selko: str = ""

    def in_language(self, language: Language) -> str:
        """The name for a reader; an empty one falls back to Finnish."""
        by_language = {
            Language.FI: self.fi,
            Language.SV: self.sv,
            Language.EN: self.en,
            Language.SELKO: self.selko,
        }
        return by_language[language] or self.fi
