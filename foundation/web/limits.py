"""Limits on guessing passwords and other people's codes, counted in the memory of each process."""

from dataclasses import dataclass
from math import ceil

from flask import g, request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

from foundation.vocabulary.roles import Actor
from foundation.web.clock import seconds_until
from foundation.web.state import shell

SHORTEST_WAIT_SECONDS = 1


def guess_window() -> MovingWindowRateLimiter:
    """Return a new counter of wrong guesses."""
    return MovingWindowRateLimiter(MemoryStorage())


@dataclass(frozen=True, slots=True)
class Guess:
    """One look-up by a reader who may be guessing."""

    limit: RateLimitItemPerMinute
    who: tuple[str, ...]

    def was_wrong(self) -> None:
        """Count a wrong guess."""
        shell().guesses.hit(self.limit, *self.who)


def limit_guesses(kind: str, *, wrong: int = 30, minutes: int = 10) -> Guess:
    """Check the limit before a look-up by code; call `was_wrong()` on the result if nothing was found.

    Raises:
        TooManyRequests: with Retry-After, after `wrong` wrong guesses in `minutes`.
    """
    limit = RateLimitItemPerMinute(wrong, minutes)
    actor: Actor | None = g.get("actor")  # whom the view's guard has found
    person = None if actor is None else actor.person_id
    guess = Guess(limit, (kind, f"address {request.remote_addr}" if person is None else f"person {person}"))
    wait = _wait_seconds(shell().guesses, guess)
    if wait:
        raise TooManyRequests(retry_after=wait)
    return guess


def _wait_seconds(window: MovingWindowRateLimiter, guess: Guess) -> int:
    """Return the seconds to wait; 0 if another attempt is allowed."""
    if window.test(guess.limit, *guess.who):
        return 0
    reset_time = window.get_window_stats(guess.limit, *guess.who).reset_time
    return max(SHORTEST_WAIT_SECONDS, ceil(seconds_until(reset_time)))
