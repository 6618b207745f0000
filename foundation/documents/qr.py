"""QR codes (ISO/IEC 18004) as SVG, for pages and PDF files."""

from __future__ import annotations

QUIET_MODULES = 4
"""The white margin that the standard asks for, in modules."""

CORRECTION = "Q"
"""A quarter of the code may be dirty or worn: a card is carried in a pocket."""

LONGEST_NAME = 70
"""The most letters of a payee in a credit transfer."""


def qr_modules(text: str) -> list[list[bool]]:
    """Return the rows of a QR code with its margin; True is dark."""
    import segno

    code = segno.make(text, error=CORRECTION, micro=False, boost_error=False)
    return [[bool(module) for module in row] for row in code.matrix_iter(border=QUIET_MODULES)]


def transfer_qr_modules(*, name: str, iban: str, bic: str, cents: int, reference: str) -> list[list[bool]]:
    """Return the rows of the QR code of a credit transfer in euros, with its margin; True is dark.

    Source: EPC069-12, version 002. `reference` is an `RF…` reference (ISO 11649): the text has no other.
    """
    from decimal import Decimal

    from segno import helpers

    amount = Decimal(cents) / 100
    code = helpers.make_epc_qr(
        name[:LONGEST_NAME], iban, amount, reference=reference, bic=bic, encoding="utf-8"
    )
    return [[bool(module) for module in row] for row in code.matrix_iter(border=QUIET_MODULES)]


def qr_path(modules: list[list[bool]]) -> str:
    """Return the SVG path of the dark modules, one unit each."""
    return "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(modules) for x, dark in enumerate(row) if dark)


def qr_svg(text: str) -> str:
    """Return a QR code as a whole SVG file."""
    return modules_svg(qr_modules(text))


def modules_svg(modules: list[list[bool]]) -> str:
    """Return the modules of a code as a whole SVG file."""
    size = len(modules)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
        f'<rect width="{size}" height="{size}" fill="#fff"/><path d="{qr_path(modules)}" fill="#000"/></svg>'
    )
