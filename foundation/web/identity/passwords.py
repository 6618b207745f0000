"""Passwords, hashed with argon2id (RFC 9106, the library's second recommended profile).

A new password has 12 characters or more and is not one that a guesser tries soon: zxcvbn looks it up among
the 30,000 most common passwords of breaches, names and words, also with digits for letters, repeated, or in
the order of the keyboard (NIST SP 800-63B, 3.1.1.2: a list instead of rules about kinds of characters).
"""

from collections.abc import Iterable
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from foundation.vocabulary.labels import N_

_hasher = PasswordHasher(time_cost=3, memory_cost=19 * 1024, parallelism=1)
SHORTEST, LONGEST = 12, 200
FEWEST_GUESSES = 10**9
LONGEST_JUDGED = 72
"""What zxcvbn reads of a password; it takes long for more."""

COMMON_WORDS = frozenset(
    {
        *("omatori", "palveluseteli", "hyvinvointialue", "salasana", "tervetuloa", "kissa", "koira", "rakas"),
        *(
            "perkele",
            "kevät",
            "kesä",
            "syksy",
            "talvi",
            "jääkiekko",
            "suomi",
            "finland",
            "helsinki",
            "sverige",
        ),
        *("tammikuu", "helmikuu", "maaliskuu", "huhtikuu", "toukokuu", "kesäkuu", "heinäkuu", "elokuu"),
        *("syyskuu", "lokakuu", "marraskuu", "joulukuu", "maanantai", "tiistai", "keskiviikko", "torstai"),
        *("perjantai", "lauantai", "sunnuntai", "lösenord", "hemligt", "välkommen", "sommar", "vinter"),
    }
)
"""Words of passwords in Finnish and Swedish, which the lists of zxcvbn do not have."""

TOO_SHORT = N_("The password needs at least 12 characters")
TOO_LONG = N_("The password may have at most 200 characters")
TOO_COMMON = N_(
    "This password is easy to guess. Choose another, for example four words that do not belong together"
)


def hash_password(password: str) -> str:
    """Return the hash to store in `person.password_hash`."""
    return _hasher.hash(password)


def password_fault(password: str, own_words: Iterable[str] = ()) -> str | None:
    """Return why a new password is refused (a msgid); None if it is not.

    Args:
        password: What was typed.
        own_words: The person's name and address, which a guesser tries first.
    """
    from zxcvbn import zxcvbn  # its lists take 60 ms to import

    if len(password) < SHORTEST:
        return TOO_SHORT
    if len(password) > LONGEST:
        return TOO_LONG
    own = [part for word in own_words for part in (word, *word.replace("@", " ").replace(".", " ").split())]
    words = [word.lower() for word in (*own, *sorted(COMMON_WORDS)) if len(word) > 2]
    judged = zxcvbn(password[:LONGEST_JUDGED], user_inputs=words)
    return TOO_COMMON if judged["guesses"] < FEWEST_GUESSES else None


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("nobody has this password")


def password_is_right(kept_hash: str | None, password: str) -> bool:
    """Compare a password with its hash.

    An unknown person (`kept_hash` None) takes as long, so that the time reveals nothing.
    """
    try:
        _hasher.verify(kept_hash or _nobodys_hash(), password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return kept_hash is not None
