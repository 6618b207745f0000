"""The small world is deterministic and holds every kind, state and limit of the rulebook."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from foundation.vocabulary.roles import PEOPLE_OF_PROVIDERS, Role
from tests.builders.seeded_world import seeded_world
from tests.scratch_database import ScratchServer
from worlds.empty_database import NotEmptyError
from worlds.report import log_ins_as_text, world_as_json
from worlds.writing import write_world

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
Json = dict[str, Any]


def quiet(_message: str) -> None:
    """Report no progress."""


@pytest.fixture(scope="module")
def report(scratch_server: ScratchServer, worker_name: str) -> Json:
    with seeded_world(scratch_server, "small", f"report_{worker_name}") as world:
        return world.report


def kinds_of(fundings: list[Json]) -> set[str]:
    """Return the names of the cases that the fundings are examples of."""
    found = set()
    for funding in fundings:
        period = funding.get("per_period")
        found |= {
            funding["kind"],
            f"overrun {funding['overrun']}",
            f"decision {funding['decision']['state']}",
        }
        found |= {f"state {state['state']}" for state in funding["states"]}
        found |= {
            name
            for name in ("amount", "quantity", "price_cap", "provider", "income_related")
            if name in funding
        }
        found |= {"free of charge"} if funding["free_of_charge"] else set()
        found |= {"euros and units"} if {"amount", "quantity"} <= funding.keys() else set()
        found |= {"several services"} if len(funding["services"]) > 1 else set()
        found |= {"no value"} if not funding["unit_values"] else set()
        found |= {"flat" if "any" in funding["unit_values"] else "by class"}
        found |= {"ended choice"} if any(choice["to"] for choice in funding["choices"]) else set()
        if period:
            unit = "amount" if "amount" in period else "quantity"
            found.add(f"{period['period']} {period['carry']} {unit}")
    return found


EVERY_KIND = {
    "voucher", "commitment", "amount", "quantity", "euros and units", "income_related", "no value", "flat",
    "by class", "price_cap", "provider", "free of charge", "several services", "overrun refuse",
    "overrun cut", "state granted", "state open", "state paused", "state closed", "state revoked",
    "decision in_force", "decision appealed", "decision annulled", "ended choice",
}  # fmt: skip
PERIODS = {
    f"{period} {carry} {unit}"
    for period in ("week", "month", "quarter")
    for carry in ("none", "all", "up_to")
    for unit in ("amount", "quantity")
}


def test_every_kind_of_funding(report: Json) -> None:
    assert kinds_of(report["fundings"]) == EVERY_KIND | PERIODS


def test_sizes(report: Json) -> None:
    assert (len(report["counties"]), len(report["providers"]), len(report["clients"])) == (2, 12, 30)
    assert {offering["unit"] for offering in report["offerings"]} == {
        "hour", "visit", "day", "night", "month", "km", "piece",
    }  # fmt: skip


def test_every_state_of_provider(report: Json) -> None:
    providers = report["providers"]
    states = {
        state["state"]
        for provider in providers
        for approval in provider["approvals"]
        for state in approval["states"]
    }
    assert states == {"pending", "approved", "suspended", "ended"}
    assert [provider["account_verified"] for provider in providers].count(False) == 1
    expired = [paper for provider in providers for paper in provider["papers"] if paper["to"]]
    assert {paper["kind"] for paper in expired} == {"insurance", "register_entry"}


def test_an_offering_has_its_cancellation_rule(report: Json) -> None:
    """Keys beyond the contract: hours of notice, and the share that a later cancellation costs."""
    rules = {
        (offering["cancel_notice_hours"], offering["cancel_share_percent"])
        for offering in report["offerings"]
    }
    assert rules == {(24, 0), (24, 50), (48, 100), (12, 25)}
    assert {offering["service"] for offering in report["offerings"] if offering["cancel_share_percent"]} >= {
        "HOME_CARE",
        "PERSONAL_ASSISTANCE",
    }


def test_people(report: Json) -> None:
    people = report["people"]
    assert {person["role"] for person in people} == set(Role)
    for county in ("12", "11"):
        of_county = {person["role"] for person in people if person.get("county") == county}
        assert of_county >= set(Role) - set(PEOPLE_OF_PROVIDERS)
    billers = {person["provider"] for person in people if person["role"] == "provider_biller"}
    assert billers == {provider["business_id"] for provider in report["providers"]}
    assert len({person["api_key"] for person in people}) == len(people)
    assert all(person.keys() >= {"name", "log_in", "password", "api_key"} for person in people)


def test_clients_who_ended_or_are_absent(report: Json) -> None:
    assert sum("ended_on" in client for client in report["clients"]) == 2
    assert sum("absences" in client for client in report["clients"]) == 1


def test_balances_add_up(report: Json) -> None:
    for funding in report["fundings"]:
        cents = {name: round(float(amount) * 100) for name, amount in funding["balance"].items()}
        assert cents.pop("granted") == sum(cents.values())
        held = sum(round(float(choice["held"]) * 100) for choice in funding["choices"])
        assert held == cents["held"]


@pytest.mark.long
def test_the_same_seed_and_clock_give_the_same_world(session: Session, report: Json) -> None:
    again = write_world(session, "small", 1, NOW, quiet)
    assert json.dumps(world_as_json(again)) == json.dumps(report)
    with pytest.raises(NotEmptyError):
        write_world(session, "small", 1, NOW, quiet)


@pytest.mark.long
def test_another_seed_gives_other_people(session: Session) -> None:
    world = write_world(session, "small", 2, NOW, quiet)
    assert "seed 2" in log_ins_as_text(world, "small")
