"""Limits on guessing passwords and other people's codes, and on saving files.

All processes count together (`foundation.web.identity.limit_window`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from math import ceil
from typing import ParamSpec, TypeVar

from flask import g, request
from limits import RateLimitItemPerMinute
from werkzeug.exceptions import TooManyRequests

from foundation.vocabulary.roles import Actor
from foundation.web.clock import seconds_until
from foundation.web.state import shell

P = ParamSpec("P")
R = TypeVar("R")
SHORTEST_WAIT_SECONDS = 1
MOST_EXPORTS, EXPORT_MINUTES = 60, 10
"""Files that one person saves in some minutes: a month's settlements one after the other, but no loop."""
LARGE_EXPORT = 6
"""A file that can have every row of a county, or 100,000 rows of a provider, counts as this many."""
EXPORT_LIMIT = RateLimitItemPerMinute(MOST_EXPORTS, EXPORT_MINUTES)
EXPORT_COST = "omatori_export_cost"


class TooManyExportsError(TooManyRequests):
    """A person has saved too many files. It is answered 429 `too_many_exports` with `Retry-After`."""


def limits_exports(cost: int = 1) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Count each file of this view for the person who saves it. It goes below `@allow`.

    Raises:
        TooManyExportsError: the person has saved too many; nothing is read.
    """

    def limit(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def limited(*args: P.args, **kwargs: P.kwargs) -> R:
            who = ("export", f"person {g.actor.person_id}")
            if not shell().guesses.hit(EXPORT_LIMIT, *who, cost=cost):
                raise TooManyExportsError(retry_after=_seconds_until_free(EXPORT_LIMIT, who))
            return view(*args, **kwargs)

        setattr(limited, EXPORT_COST, cost)
        return limited

    return limit


@dataclass(frozen=True, slots=True)
class Guess:
    """One look-up by a reader who may be guessing."""

    limit: RateLimitItemPerMinute
    who: tuple[str, ...]

    def was_wrong(self) -> None:
        """Count a wrong guess."""
        shell().guesses.hit(self.limit, *self.who)


def limit_guesses(kind: str, *, wrong: int = 30, minutes: int = 10, who: str | None = None) -> Guess:
    """Check the limit before a look-up by code; call `was_wrong()` on the result if nothing was found.

    The guesses of the person who is logged in are counted, else those of the address, unless `who` says
    whose.

    Raises:
        TooManyRequests: with Retry-After, after `wrong` wrong guesses in `minutes`.
    """
    limit = RateLimitItemPerMinute(wrong, minutes)
    actor: Actor | None = g.get("actor")  # whom the view's guard has found
    person = None if actor is None else actor.person_id
    found = reader_address() if person is None else f"person {person}"
    guess = Guess(limit, (kind, who or found))
    wait = _wait_seconds(guess)
    if wait:
        raise TooManyRequests(retry_after=wait)
    return guess


def reader_address() -> str:
    """Return whose guesses are counted if they are those of an address."""
    return f"address {request.remote_addr}"


def _wait_seconds(guess: Guess) -> int:
    """Return the seconds to wait; 0 if another attempt is allowed."""
    if shell().guesses.test(guess.limit, *guess.who):
        return 0
    return _seconds_until_free(guess.limit, guess.who)


def _seconds_until_free(limit: RateLimitItemPerMinute, who: tuple[str, ...]) -> int:
    """Return the seconds until the oldest of those counted is counted no longer."""
    reset_time = shell().guesses.get_window_stats(limit, *who).reset_time
    return max(SHORTEST_WAIT_SECONDS, ceil(seconds_until(reset_time)))
