"""The reports of `omatori seed` about a world: JSON for a program, and text for a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from worlds.report_fundings import clients_as_json, fundings_as_json
from worlds.report_market import counties_as_json, offerings_as_json, providers_as_json, services_as_json
from worlds.world import LogIn, World

Json = dict[str, Any]


def world_as_json(world: World) -> Json:
    """Return everything that an outside program needs to test Omatori against this world."""
    session = world.session
    return {
        "today": world.today.isoformat(),
        "counties": counties_as_json(session),
        "services": services_as_json(session),
        "people": people_as_json(world.log_ins),
        "providers": providers_as_json(session),
        "offerings": offerings_as_json(session),
        "clients": clients_as_json(session),
        "fundings": fundings_as_json(session),
    }


def people_as_json(log_ins: Sequence[LogIn]) -> list[Json]:
    """Return who can log in, with their passwords and API keys."""
    return [_person(log_in) for log_in in log_ins]


def _person(log_in: LogIn) -> Json:
    assert log_in.actor.role is not None
    person: Json = {
        "role": log_in.actor.role.value,
        "name": log_in.actor.name,
        "log_in": log_in.email,
        "password": log_in.password,
        "api_key": log_in.api_key,
    }
    codes = {"county": log_in.county, "client": log_in.client, "provider": log_in.provider}
    return person | {name: code for name, code in codes.items() if code is not None}


def log_ins_as_text(world: World, name: str) -> str:
    """Return a list of the first people of each role (and county), with log-ins and API keys."""
    title = f"World {name}, seed {world.seed}, today {world.today.isoformat()}. Log in as:"
    return "\n".join([title, "", *people_as_lines(world.log_ins)])


def people_as_lines(log_ins: Sequence[LogIn]) -> list[str]:
    """Return lines with the first people of each role (and county), and how many more there are."""
    lines = []
    shown: dict[tuple[str, str | None], int] = {}
    for log_in in log_ins:
        person = _person(log_in)
        key = (person["role"], None if log_in.provider or log_in.client else log_in.county)
        shown[key] = shown.get(key, 0) + 1
        if shown[key] <= FEW:
            scope = person.get("provider") or person.get("client") or f"county {person['county']}"
            lines.append(f"{person['role']:<20} {person['log_in']:<52} {person['password']}  {scope}")
            lines.append(f"{'':<20} API key {person['api_key']}")
    more = len(log_ins) - sum(min(count, FEW) for count in shown.values())
    return [*lines, "", f"… and {more} more: `omatori demo people --json` prints them all.", ""]


FEW = 2
"""How many people of each role and county the list shows."""
