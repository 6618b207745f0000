"""A client's card as a PDF file, in A6 or A4."""

from __future__ import annotations

from pathlib import Path

from foundation.documents.pdf import make_pdf
from foundation.documents.qr import qr_svg
from foundation.vocabulary.languages import Language
from foundation.web.catalogues import translate
from foundation.web.formats import LOCALES, days_text
from marketplace.load.cards import ClientCard
from marketplace.load.catalogue import CountyEntry
from marketplace.rules.cards import printed_reference

TEMPLATE = Path(__file__).with_name("card.typ")
SIZES = ("a6", "a4")


def card_file(card: ClientCard, county: CountyEntry, size: str, language: Language) -> bytes:
    """Return the card as a PDF file: the same bytes for the same card, size and language."""
    reference = printed_reference(card.reference)
    days = days_text(card.days.first, card.days.last, language, with_years=True)
    values = {
        "size": size,
        "title": translate("Voucher card", language),
        "lang": LOCALES[language].partition("_")[0],
        "qr": qr_svg(reference),
        "qr_alt": translate("QR code with the number of the card: %(number)s", language, number=reference),
        "reference_label": translate("Number of the card", language),
        "reference": reference,
        "days": f"{translate('Valid', language)} {days}",
        "call_label": county.name.in_language(language),
        "phone": county.phone,
    }
    return make_pdf(TEMPLATE, values, at=card.issued_at)
