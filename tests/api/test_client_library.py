"""The client library of `docs/client`, as a provider's program uses it on a served application."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.builders.patience import wait_until
from tests.builders.seeded_world import CLOCK
from tests.builders.served_world import ServedWorld
from tests.builders.webhooks import Receiver, a_receiver

LIBRARY = Path(__file__).parents[2] / "docs" / "client" / "omatori_client.py"
NOW = datetime.fromisoformat(CLOCK).timestamp()


def _library() -> ModuleType:
    spec = importlib.util.spec_from_file_location("omatori_client", LIBRARY)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


omatori = _library()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with a_receiver() as served:
        yield served


def biller_of(served: ServedWorld) -> tuple[Any, dict[str, Any]]:
    """Return a client of a provider, and a charge that is accepted."""
    funding, choice, offering = _chosen(served)
    client = omatori.Client(served.url, served.world.api_key("provider_biller", provider=choice["provider"]))
    charge = {
        "reference": "LIB-1",
        "voucher": funding["voucher"],
        "service": offering["service"],
        "service_day": "2026-11-18",
        "quantity": "1.00",
        "unit": offering["unit"],
    }
    return client, charge


def _chosen(served: ServedWorld) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Return a funding of money with a choice that its provider may charge on 18 November 2026."""
    world = served.world.report
    offerings = {offering["id"]: offering for offering in world["offerings"]}
    for funding in world["fundings"]:
        for choice in funding["choices"]:
            offering = offerings[choice["offering"]]
            client = omatori.Client(
                served.url, served.world.api_key("provider_biller", provider=choice["provider"])
            )
            charge = {
                "reference": "LIB-0",
                "voucher": funding["voucher"],
                "service": offering["service"],
                "service_day": "2026-11-18",
                "quantity": "1.00",
                "unit": offering["unit"],
            }
            if client.check_charge(charge)["outcome"] == "accepted":
                return funding, choice, offering
    raise AssertionError("the small world has no such choice")


def test_charges_files_and_settlements(served_world: ServedWorld) -> None:
    client, charge = biller_of(served_world)
    sent = client.charge(charge, idempotency_key="lib-1")
    assert sent["outcome"] == "accepted"
    assert client.charge(charge, idempotency_key="lib-1")["id"] == sent["id"]
    assert client.charge(charge)["duplicate"] is True
    refused = client.charge({**charge, "reference": "LIB-2", "voucher": "NOPE"})
    assert refused["outcome"] == "refused"
    assert all(reason["title"] and reason["code"] for reason in refused["reasons"])
    assert client.get_charge(sent["id"])["reference"] == "LIB-1"
    assert [found["id"] for found in client.charges(reference="LIB-1")] == [sent["id"]]
    assert client.withdraw(sent["id"], "Väärä käynti")["state"] == "withdrawn"
    listed = list(client.charges())
    assert len(listed) == len({found["id"] for found in listed})
    for settlement in client.settlements():
        assert client.settlement(settlement["id"])["id"] == settlement["id"]
        assert client.settlement_csv(settlement["id"])
        break


def test_a_file_is_sent_waited_for_and_its_refused_rows_come_back(served_world: ServedWorld) -> None:
    client, charge = biller_of(served_world)
    names = list(charge)
    rows = [charge | {"reference": "F-1"}, charge | {"reference": "F-2", "voucher": "NOPE"}]
    lines = [";".join(names), *(";".join(str(row[name]) for name in names) for row in rows)]
    done = client.send_file("\n".join(lines).encode(), every=0.2)
    assert (done["state"], done["rows"], done["refused"]) == ("done", 2, 1)
    results = list(client.file_results(done["id"]))
    assert [result["outcome"] for result in results] == ["accepted", "refused"]
    assert b"F-2" in client.refused_rows(done["id"])
    assert b"F-1;" not in client.refused_rows(done["id"])


def test_errors_have_the_code_and_the_fields(served_world: ServedWorld) -> None:
    client, _ = biller_of(served_world)
    with pytest.raises(omatori.OmatoriError) as wrong:
        client.get_charge(999_999_999)
    assert (wrong.value.status, wrong.value.code) == (404, "not_found")
    with pytest.raises(omatori.OmatoriError) as forbidden:
        client.add_webhook("https://example.com/", ["charge.accepted"])
    assert forbidden.value.status == 403
    with pytest.raises(omatori.OmatoriError) as unknown:
        omatori.Client(served_world.url, "omk_unknown").settlement(1)
    assert unknown.value.code == "key_unknown"


def test_a_webhook_arrives_signed_and_leads_to_the_charge(
    served_world: ServedWorld, receiver: Receiver
) -> None:
    client, charge = biller_of(served_world)
    business_id = next(
        person["provider"]
        for person in served_world.world.report["people"]
        if person.get("api_key") == client.key
    )
    owner = omatori.Client(
        served_world.url, served_world.world.api_key("provider_owner", provider=business_id)
    )
    webhook = owner.add_webhook(receiver.url, ["charge.accepted"])
    sent = client.charge({**charge, "reference": "HOOK-1"})
    assert sent["outcome"] == "accepted"
    wait_until(lambda: receiver.requests)
    _, headers, body = receiver.requests[0]
    event = omatori.read_webhook(webhook["secret"], headers["Omatori-Signature"], body, now=NOW)
    assert event["type"] == "charge.accepted"
    assert client.request("GET", event["data"]["href"]).json()["id"] == sent["id"]
    for wrong in (
        {"secrets": "whsec_another"},
        {"body": body + b" "},
        {"now": NOW + 301},
        {"signature": ""},
        {"signature": "t=1,v1="},
    ):
        given = {"secrets": webhook["secret"], "signature": headers["Omatori-Signature"], "body": body}
        given |= {"now": NOW} | wrong
        with pytest.raises(omatori.SignatureError):
            omatori.read_webhook(**given)
    both = ["whsec_old", webhook["secret"]]
    assert omatori.read_webhook(both, headers["Omatori-Signature"], body, now=NOW) == event


def test_it_tries_again_while_the_service_is_busy_with_the_same_idempotency_key(receiver: Receiver) -> None:
    waits: list[float] = []
    receiver.status, receiver.headers = 503, {"Retry-After": "7"}
    receiver.text = b'{"code": "unavailable", "title": "Away"}'
    client = omatori.Client(receiver.url.removesuffix("/hook"), "omk_x", attempts=3, sleep=waits.append)
    with pytest.raises(omatori.OmatoriError) as away:
        client.charge({"reference": "R-1"})
    assert (away.value.code, waits) == ("unavailable", [7.0, 7.0])
    assert len({headers["Idempotency-Key"] for _, headers, _ in receiver.requests}) == 1
    assert len(receiver.requests) == 3


def test_it_follows_no_redirect_with_its_key_and_says_when_nobody_answers(receiver: Receiver) -> None:
    receiver.status, receiver.headers = 302, {"Location": receiver.url}
    client = omatori.Client(receiver.url.removesuffix("/hook"), "omk_x", sleep=lambda _: None)
    with pytest.raises(omatori.OmatoriError) as moved:
        client.charge({"reference": "R-1"})
    assert (moved.value.status, len(receiver.requests)) == (302, 1)
    nobody = omatori.Client("http://127.0.0.1:1", "omk_x", attempts=2, sleep=lambda _: None)
    with pytest.raises(omatori.UnreachableError):
        nobody.settlement(1)


def test_it_needs_the_standard_library_alone() -> None:
    lines = LIBRARY.read_text(encoding="utf-8").splitlines()
    imported = [line.split()[1].partition(".")[0] for line in lines if line.startswith(("import ", "from "))]
    assert set(imported) <= sys.stdlib_module_names
