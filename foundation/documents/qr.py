"""QR codes (ISO/IEC 18004) as SVG, for pages and PDF files."""

from __future__ import annotations

QUIET_MODULES = 4
"""The white margin that the standard asks for, in modules."""

CORRECTION = "Q"
"""A quarter of the code may be dirty or worn: a card is carried in a pocket."""


def qr_modules(text: str) -> list[list[bool]]:
    """Return the rows of a QR code with its margin; True is dark."""
    import segno

    code = segno.make(text, error=CORRECTION, micro=False, boost_error=False)
    return [[bool(module) for module in row] for row in code.matrix_iter(border=QUIET_MODULES)]


def qr_path(modules: list[list[bool]]) -> str:
    """Return the SVG path of the dark modules, one unit each."""
    return "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(modules) for x, dark in enumerate(row) if dark)


def qr_svg(text: str) -> str:
    """Return a QR code as a whole SVG file."""
    modules = qr_modules(text)
    size = len(modules)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
        f'<rect width="{size}" height="{size}" fill="#fff"/><path d="{qr_path(modules)}" fill="#000"/></svg>'
    )
