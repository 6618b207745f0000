"""The words for values of a reason that are codes: units, papers of a provider, and fields of a charge."""

from __future__ import annotations

from foundation.vocabulary.labels import CHARGE_FIELDS, PAPERS, UNITS
from foundation.vocabulary.languages import Language
from foundation.web.catalogues import translate


def value_in_words(name: str, value: str, language: Language) -> str:
    """Return the label of a value by the name of its placeholder; a value that is no code as it is.

    A field (`name`) has its name in files beside the label: who sends a file knows that one.
    """
    if name.endswith("unit") and value in UNITS:
        return translate(UNITS[value].name, language)
    if name == "papers":
        return ", ".join(translate(PAPERS.get(paper, paper), language) for paper in value.split(", "))
    if name == "name" and value in CHARGE_FIELDS:
        return f"{translate(CHARGE_FIELDS[value], language)} ({value})"
    return value
