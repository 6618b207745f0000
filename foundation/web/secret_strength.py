"""How hard a secret is to guess."""

import math
import zlib

PACKING_BYTES = 8
"""What zlib adds to what it packs."""


def secret_bits(secret: str) -> float:
    """Return how many random bits a secret may have, judged by its letters and its packed length."""
    counts = [secret.count(letter) / len(secret) for letter in set(secret)]
    packed = len(zlib.compress(secret.encode(), 9)) - PACKING_BYTES
    return -sum(share * math.log2(share) for share in counts) * min(len(secret), packed)
