"""Many at once over HTTP, against the program in a process of its own: no cent over, one effect each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.builders.http_api import HttpApi
from tests.builders.seeded_world import Json
from tests.builders.served_world import ServedWorld

WRITERS, CHARGES_OF_A_WRITER = 50, 4
ONCE = {"Idempotency-Key": "once"}


@pytest.fixture
def served_world(served_world: ServedWorld) -> Iterator[ServedWorld]:
    """The served world, whose books must agree after the test."""
    yield served_world
    served_world.run("verify")


def a_charge(funding: Json, reference: str, **fields: str) -> dict[str, str]:
    """One hour of home care at 36 euros, all of it the county's."""
    good = {"reference": reference, "voucher": funding["voucher"], "service": "HOME_CARE", "unit": "hour"}
    return good | {"service_day": "2026-11-10", "quantity": "1.00", "unit_price": "36.00"} | fields


def times(number: int) -> dict[str, str]:
    """An hour of its own for each charge, so that none looks like a double."""
    day, hour = divmod(number, 12)
    return {
        "service_day": f"2026-{10 + day // 20}-{1 + day % 20:02d}",
        "start": f"{6 + hour:02d}:00",
        "end": f"{7 + hour:02d}:00",
    }


def test_fifty_writers_on_one_voucher_never_overspend(served_world: ServedWorld) -> None:
    funding = served_world.world.funding("REFUSE")
    biller = served_world.api("provider_biller", provider=provider_of(funding))

    def write(writer: int) -> list[requests.Response]:
        numbers = range(writer * CHARGES_OF_A_WRITER, (writer + 1) * CHARGES_OF_A_WRITER)
        return [biller.post_alone("/charges", a_charge(funding, f"W-{n}", **times(n))) for n in numbers]

    with ThreadPoolExecutor(WRITERS) as pool:
        answers = [answer for of_writer in pool.map(write, range(WRITERS)) for answer in of_writer]
    assert Counter(answer.status_code for answer in answers) == {201: 19, 422: 181}
    refused = [answer.json()["reasons"] for answer in answers if answer.status_code == 422]
    assert {reason["code"] for reasons in refused for reason in reasons} == {"over_amount"}
    shown = served_world.api("client", client=funding["client"]).get(f"/fundings/{funding['voucher']}")
    assert shown["balance"] == funding["balance"] | {"free": "16.00", "held": "0.00", "charged": "684.00"}


def test_one_request_five_times_at_once_has_one_effect_also_after_a_restart(
    served_world: ServedWorld,
) -> None:
    funding = served_world.world.funding("FLAT")
    provider = provider_of(funding)
    body, other = a_charge(funding, "ONCE"), a_charge(funding, "OTHER")

    def send(_number: int = 0) -> requests.Response:
        biller = served_world.api("provider_biller", provider=provider)
        return biller.post_alone("/charges", body, **ONCE)

    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(send, range(5)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    codes = {answer.json()["code"] for answer in answers if answer.status_code == 409}
    assert codes <= {"idempotency_key_running"}
    first = next(answer.json() for answer in answers if answer.status_code == 201)
    served_world.restart()
    again = [send() for _ in range(5)]
    assert [(answer.status_code, answer.json()) for answer in again] == [(201, first)] * 5
    biller = served_world.api("provider_biller", provider=provider)
    reused = biller.post_alone("/charges", other, **ONCE)
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency_key_reused")
    others = [person for person in served_world.world.report["people"] if person.get("provider")]
    stranger = next(person for person in others if person["provider"] != provider)
    refused = HttpApi(served_world.url, stranger["api_key"]).post_alone("/charges", body, **ONCE)
    assert (refused.status_code, refused.json()["code"]) == (422, "charge_refused")
    assert biller.get("/charges", reference="ONCE")["total"] == 1


def provider_of(funding: Json) -> str:
    """Return the provider whom the client chose first."""
    return str(funding["choices"][0]["provider"])
