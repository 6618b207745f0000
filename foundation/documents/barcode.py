"""Code 128 in code set C (ISO/IEC 15417) as SVG: the symbology of the Finnish bank barcode."""

from __future__ import annotations

START_C, CHECK_MODULUS = 105, 103
STOP = "2331112"
QUIET_MODULES = 10
"""The white margin on both sides that the standard asks for, in modules."""
HEIGHT_MODULES = 44
_SYMBOLS = """
212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231
113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211
212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131
113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111
314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211
241211 221114 413111 241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 421211 212141
214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141 411131 211412 211214
211232
"""
WIDTHS = tuple(_SYMBOLS.split())
"""The widths of bars and spaces of each symbol, in modules; each has eleven, and begins with a bar."""


def code_128_c(digits: str) -> str:
    """Return the widths of bars and spaces in turn, a bar first, of an even number of digits.

    Raises:
        ValueError: The number of digits is odd or they are none.
    """
    if not digits.isdecimal() or len(digits) % 2:
        raise ValueError("digits")
    pairs = [int(digits[place : place + 2]) for place in range(0, len(digits), 2)]
    check = (START_C + sum(place * pair for place, pair in enumerate(pairs, start=1))) % CHECK_MODULUS
    return "".join(WIDTHS[symbol] for symbol in (START_C, *pairs, check)) + STOP


def barcode_svg(digits: str) -> str:
    """Return the barcode as a whole SVG file, one unit a module, with its margins."""
    bars, at = [], QUIET_MODULES
    for place, width in enumerate(map(int, code_128_c(digits))):
        if place % 2 == 0:
            bars.append(f"M{at} 0h{width}v{HEIGHT_MODULES}h-{width}z")
        at += width
    total = at + QUIET_MODULES
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {total} {HEIGHT_MODULES}">'
        f'<rect width="{total}" height="{HEIGHT_MODULES}" fill="#fff"/>'
        f'<path d="{"".join(bars)}" fill="#000"/></svg>'
    )
