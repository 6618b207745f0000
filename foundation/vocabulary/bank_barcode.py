"""The digits of the Finnish bank barcode, and the text of the QR code for a credit transfer.

Sources: Finance Finland, "Pankkiviivakoodi-opas" (versions 4 and 5), and the European Payments Council,
EPC069-12. Both hold the account, the sum, the reference; the barcode also holds the due day.
"""

from datetime import date

from foundation.vocabulary.identifiers import ReferenceNumber, creditor_reference

MOST_CENTS = 99_999_999
"""The largest sum of a barcode: six digits of euros."""
DIGITS = 54


def barcode_digits(iban: str, cents: int, reference: ReferenceNumber, due_on: date | None) -> str:
    """Return the 54 digits of the barcode: version 4 for a Finnish reference, 5 for `RF…`.

    They are also what a payer types or pastes into a netbank. A sum of 0, or one that does not fit, and a
    missing due day are zeros, as the guide says: the payer fills them in.

    Raises:
        ValueError: The account is not a Finnish IBAN, or an `RF` reference has letters.
    """
    account = iban.removeprefix("FI")
    if not iban.startswith("FI") or len(account) != 16 or not account.isdecimal():
        raise ValueError("iban")
    euros, rest = divmod(cents if 0 < cents <= MOST_CENTS else 0, 100)
    day = "000000" if due_on is None else f"{due_on:%y%m%d}"
    return f"{_version(reference)}{account}{euros:06d}{rest:02d}{_padded(reference)}{day}"


def _version(reference: ReferenceNumber) -> int:
    return 5 if reference.startswith("RF") else 4


def _padded(reference: ReferenceNumber) -> str:
    """Return 23 digits: three zeros and the Finnish reference, or the check digits of `RF` and the rest."""
    digits = reference.removeprefix("RF")
    if not digits.isdecimal():
        raise ValueError("reference")
    if _version(reference) == 5:
        return digits[:2] + digits[2:].rjust(21, "0")
    return digits.rjust(23, "0")


def as_creditor_reference(reference: ReferenceNumber) -> ReferenceNumber:
    """Return the reference as ISO 11649, which is all that a QR code of EPC069-12 takes as structured."""
    return reference if reference.startswith("RF") else creditor_reference(reference)


def grouped_reference(reference: ReferenceNumber) -> str:
    """Return a reference as it is printed: a Finnish one by fives from the right, `RF` by fours."""
    if reference.startswith("RF"):
        return " ".join(reference[place : place + 4] for place in range(0, len(reference), 4))
    first = len(reference) % 5
    groups = [reference[:first], *(reference[place : place + 5] for place in range(first, len(reference), 5))]
    return " ".join(group for group in groups if group)


def grouped_iban(iban: str) -> str:
    """Return an IBAN in groups of four."""
    return " ".join(iban[place : place + 4] for place in range(0, len(iban), 4))
