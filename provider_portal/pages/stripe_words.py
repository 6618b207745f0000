"""What Stripe asks of a company, in words. Stripe's codes are many; each is said by what it is about."""

from __future__ import annotations

from collections.abc import Iterable

from foundation.web.languages import N_

ABOUT = (
    ("external_account", N_("The company's bank account")),
    ("tos_acceptance", N_("That you accept Stripe's terms")),
    ("document", N_("A copy of a document, such as a passport or a register extract")),
    ("business_profile", N_("What the company does, and its website")),
    ("company", N_("The company's details, such as its address and register number")),
    ("representative", N_("Who represents the company: name, birthday and address")),
    ("owners", N_("Who owns the company")),
    ("directors", N_("Who is on the board")),
    ("executives", N_("Who leads the company")),
    ("individual", N_("Your own details: name, birthday and address")),
    ("person", N_("Details of a person in the company")),
)
OTHER = N_("Something else. Stripe's page says what")
STATES = {
    "ready": N_("Ready"),
    "asked": N_("Stripe asks for something"),
    "checked": N_("Stripe is checking"),
    "begun": N_("Begun, not finished"),
    "failed": N_("The bank refused a payment"),
}
TAGS = {"ready": "good", "asked": "bad", "checked": "wait", "begun": "wait", "failed": "bad"}


def asked_in_words(codes: Iterable[str]) -> list[str]:
    """Return what the codes are about, each once, in the order of the list above."""
    given = list(codes)
    found = [text for part, text in ABOUT if any(_is_about(code, part) for code in given)]
    is_other = any(not any(_is_about(code, part) for part, _text in ABOUT) for code in given)
    return found + ([OTHER] if is_other else [])


def _is_about(code: str, part: str) -> bool:
    """Return whether the code is about this. A document is one whoever it is of."""
    is_document = "document" in code
    if part == "document" or is_document:
        return part == "document" and is_document
    return code.startswith(part)
