"""Voucher codes: readable, and not to be guessed.

80 random bits as 16 characters of Crockford's base 32 (no I, L, O or U): at a thousand guesses a second
against a million vouchers the first hit is expected after more than thirty million years.
"""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_BITS = 80
GROUP = 4


def voucher_code(random_bits: int) -> str:
    """The code of an 80-bit random number, as it is stored and sent: without hyphens."""
    return "".join(ALPHABET[random_bits >> shift & 31] for shift in range(CODE_BITS - 5, -5, -5))


def grouped_code(code: str) -> str:
    """The code as people read it: ``7K3M-92QD-T4XP-8WCN``."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))
