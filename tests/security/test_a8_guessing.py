"""A8: ten thousand guessed codes find nothing, and an answer does not say which codes exist.

What would show in the time of an answer is the work behind it, so the queries are counted, not the seconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import pytest
from sqlalchemy import event

from foundation.vocabulary.roles import Role
from tests.builders.limits import guess_window
from tests.security.conftest import SmallWorld

GUESSES = 10_000
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PLACES = {
    "GET /api/v1/fundings/{}": Role.CLIENT,
    "POST /api/v1/fundings/{}/choices": Role.CLIENT,
    "GET /api/v1/offerings?voucher={}": Role.CLIENT,
    "GET /oma/seteli/{}": Role.CLIENT,
    "GET /t/kirjaa?seteli={}": Role.PROVIDER_BILLER,
}
"""Every place where somebody can try the code of a voucher, and a role that may."""


@pytest.fixture(autouse=True)
def new_window(small_world: SmallWorld) -> None:
    """Forget the guesses of the test before."""
    small_world.app.extensions["omatori"].guesses = guess_window()


def guessed_codes(count: int) -> Iterator[str]:
    random = Random(8)
    for _ in range(count):
        yield "".join(random.choices(ALPHABET, k=16))


@pytest.mark.long
@pytest.mark.parametrize("place", list(PLACES)[:1])
def test_ten_thousand_guesses_find_nothing(small_world: SmallWorld, place: str) -> None:
    web, headers = small_world.app.test_client(), small_world.headers(PLACES[place])
    statuses: Counter[int] = Counter()
    for code in guessed_codes(GUESSES):
        answer = web.get(place.split(" ")[1].format(code), headers=headers)
        statuses[answer.status_code] += 1
        if answer.status_code == 429:
            assert int(answer.headers["Retry-After"]) >= 1
    assert statuses == {404: 30, 429: GUESSES - 30}


@pytest.mark.parametrize("place", PLACES)
def test_each_place_stops_a_guesser_after_thirty(small_world: SmallWorld, place: str) -> None:
    role = PLACES[place]
    web, headers = small_world.browser(role), small_world.headers(role)
    method, path = place.split(" ")
    answers = [web.open(path.format(code), method=method, headers=headers) for code in guessed_codes(40)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) == 10
    assert all(int(answer.headers["Retry-After"]) >= 1 for answer in refused)


def test_a_right_code_is_refused_too_while_the_guesser_waits(small_world: SmallWorld) -> None:
    person = small_world.world.person("client")
    own = next(item for item in small_world.world.report["fundings"] if item["client"] == person["client"])
    web, headers = small_world.app.test_client(), {"Authorization": f"Bearer {person['api_key']}"}
    assert web.get(f"/api/v1/fundings/{own['voucher']}", headers=headers).status_code == 200
    for code in guessed_codes(30):
        web.get(f"/api/v1/fundings/{code}", headers=headers)
    assert web.get(f"/api/v1/fundings/{own['voucher']}", headers=headers).status_code == 429
    other = small_world.headers(Role.CLIENT, client=clients_without(small_world, person["client"]))
    assert web.get("/api/v1/me/fundings", headers=other).status_code == 200


@contextmanager
def counted_queries(small_world: SmallWorld) -> Iterator[list[str]]:
    queries: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        queries.append(statement)

    engine = small_world.sessions.kw["bind"]
    event.listen(engine, "before_cursor_execute", note)
    yield queries
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    "place", [place for place in PLACES if place.startswith("GET /api") or "oma" in place]
)
def test_somebody_elses_code_takes_the_same_work_as_none(small_world: SmallWorld, place: str) -> None:
    person = small_world.world.person("client")
    foreign = next(
        item for item in small_world.world.report["fundings"] if item["client"] != person["client"]
    )
    web, headers = small_world.browser(Role.CLIENT), small_world.headers(Role.CLIENT)
    path = place.split(" ")[1]
    web.get(path.format("A" * 16), headers=headers)
    seen = []
    for code in ("B" * 16, foreign["voucher"]):
        with counted_queries(small_world) as queries:
            answer = web.get(path.format(code), headers=headers)
        seen.append((answer.status_code, queries))
    assert seen[0] == seen[1]
    assert seen[0][0] == 404


def clients_without(small_world: SmallWorld, number: str) -> str:
    """Return another client's number."""
    people = small_world.world.report["people"]
    return next(
        str(person["client"])
        for person in people
        if person["role"] == "client" and person["client"] != number
    )
