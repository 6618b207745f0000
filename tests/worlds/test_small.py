"""The small world: the same every time, and every kind, state and limit of the rulebook is in it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from foundation.vocabulary.roles import Role
from worlds.emptiness import NotEmptyError
from worlds.report import log_ins_as_text, world_as_json
from worlds.writing import write_world

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
Json = dict[str, Any]


def quiet(_words: str) -> None:
    """Progress is for people."""


@pytest.fixture(scope="module")
def told(engine: Engine) -> Json:
    with Session(engine) as session:
        report = world_as_json(write_world(session, "small", 1, NOW, quiet))
        session.rollback()
    return report


def kinds_of(fundings: list[Json]) -> set[str]:
    """What each funding is an example of."""
    found = set()
    for one in fundings:
        period = one.get("per_period")
        found |= {one["kind"], f"overrun {one['overrun']}", f"decision {one['decision']['state']}"}
        found |= {f"state {state['state']}" for state in one["states"]}
        found |= {
            name for name in ("amount", "quantity", "price_cap", "provider", "income_related") if name in one
        }
        found |= {"free of charge"} if one["free_of_charge"] else set()
        found |= {"euros and units"} if {"amount", "quantity"} <= one.keys() else set()
        found |= {"several services"} if len(one["services"]) > 1 else set()
        found |= {"no value"} if not one["unit_values"] else set()
        found |= {"flat" if "any" in one["unit_values"] else "by class"}
        found |= {"ended choice"} if any(choice["to"] for choice in one["choices"]) else set()
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


def test_every_kind_of_funding(told: Json) -> None:
    assert kinds_of(told["fundings"]) == EVERY_KIND | PERIODS


def test_sizes(told: Json) -> None:
    assert (len(told["counties"]), len(told["providers"]), len(told["clients"])) == (2, 12, 30)
    assert {offering["unit"] for offering in told["offerings"]} == {
        "hour", "visit", "day", "night", "month", "km", "piece",
    }  # fmt: skip


def test_every_state_of_provider(told: Json) -> None:
    providers = told["providers"]
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


def test_an_offering_tells_what_a_cancelled_visit_may_cost(told: Json) -> None:
    """Ours, beside the contract's keys: with less notice than these hours, at most this share in per cent."""
    rules = {(one["cancel_notice_hours"], one["cancel_share_percent"]) for one in told["offerings"]}
    assert rules == {(24, 0), (24, 50), (48, 100), (12, 25)}
    assert {one["service"] for one in told["offerings"] if one["cancel_share_percent"]} >= {
        "HOME_CARE",
        "PERSONAL_ASSISTANCE",
    }


def test_people(told: Json) -> None:
    people = told["people"]
    assert {person["role"] for person in people} == set(Role)
    for county in ("12", "11"):
        of_county = {person["role"] for person in people if person.get("county") == county}
        assert of_county >= set(Role) - {Role.PROVIDER_BILLER, Role.PROVIDER_OWNER}
    billers = {person["provider"] for person in people if person["role"] == "provider_biller"}
    assert billers == {provider["business_id"] for provider in told["providers"]}
    assert len({person["api_key"] for person in people}) == len(people)
    assert all(person.keys() >= {"name", "log_in", "password", "api_key"} for person in people)


def test_clients_that_end_or_are_away(told: Json) -> None:
    assert sum("ended_on" in client for client in told["clients"]) == 2
    assert sum("absences" in client for client in told["clients"]) == 1


def test_balances_add_up(told: Json) -> None:
    for funding in told["fundings"]:
        cents = {name: round(float(amount) * 100) for name, amount in funding["balance"].items()}
        assert cents.pop("granted") == sum(cents.values())
        held = sum(round(float(choice["held"]) * 100) for choice in funding["choices"])
        assert held == cents["held"]


def test_the_same_seed_and_clock_give_the_same_world(session: Session, told: Json) -> None:
    again = write_world(session, "small", 1, NOW, quiet)
    assert json.dumps(world_as_json(again)) == json.dumps(told)
    with pytest.raises(NotEmptyError):
        write_world(session, "small", 1, NOW, quiet)


def test_another_seed_gives_other_people(session: Session) -> None:
    world = write_world(session, "small", 2, NOW, quiet)
    assert "seed 2" in log_ins_as_text(world, "small")
