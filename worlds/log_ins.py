"""Invented people who log in; passwords and keys are derived from the seed, for development only."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from argon2 import PasswordHasher

from foundation.database.columns import days
from foundation.database.tables.people import ApiKey, Person, RoleGrant
from foundation.vocabulary.roles import Actor, Role
from worlds.names import ascii_letters
from worlds.world import LogIn, World

DOMAIN = "omatori.example"
ROLE_DAYS = 800  # how long ago the roles began
# Weak on purpose: these passwords are printed, and a hundred real hashes would take seconds.
QUICK_HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@dataclass(frozen=True, slots=True)
class Scope:
    """The scope of a role: database ids, and the public codes of the same objects."""

    county_id: int | None = None
    county: str | None = None
    client_id: int | None = None
    client: str | None = None
    provider_id: int | None = None
    provider: str | None = None


def write_log_in(
    world: World, role: Role, scope: Scope, *, name: str | None = None, about: str = "", language: str = "fi"
) -> LogIn:
    """Write a person with one role, a password and an API key."""
    number = len(world.log_ins) + 1
    name = name or world.names.next()
    email = f"{ascii_letters(name)}.{number}@{DOMAIN}"
    password, api_key = secrets_of(world.seed, email)
    person = Person(
        name=name,
        email=email,
        password_hash=QUICK_HASHER.hash(password, salt=sha256(email.encode()).digest()[:16]),
        language=language,
        about=about,
        is_demo=True,
    )
    world.session.add(person)
    world.session.flush()
    _write_role(world, person, role, scope, api_key)
    clients = frozenset() if scope.client_id is None else frozenset({scope.client_id})
    actor = Actor(person.id, role, name, scope.county_id, scope.provider_id, clients)
    log_in = LogIn(actor, email, password, api_key, scope.county, scope.client, scope.provider)
    world.log_ins.append(log_in)
    return log_in


def _write_role(world: World, person: Person, role: Role, scope: Scope, api_key: str) -> None:
    of_client = role is Role.CLIENT
    grant = RoleGrant(
        person_id=person.id,
        role=role.value,
        county_id=scope.county_id,
        provider_id=scope.provider_id,
        client_id=scope.client_id if of_client else None,
        valid=days(world.day(-ROLE_DAYS), None),
    )
    world.session.add(grant)
    world.session.flush()
    key = ApiKey(
        person_id=person.id,
        role_grant_id=grant.id,
        label="demo",
        key_sha256=sha256(api_key.encode()).hexdigest(),
        hint=api_key[-4:],
        created_at=world.at(world.day(-ROLE_DAYS)),
    )
    world.session.add(key)
    world.session.flush()


def secrets_of(seed: int, email: str) -> tuple[str, str]:
    """Return the password and the API key of an invented person."""
    secret = _derived(seed, "password", email)
    return f"{secret[:4]}-{secret[4:8]}-{secret[8:12]}", f"omk_{_derived(seed, 'key', email)[:40]}"


def _derived(seed: int, kind: str, email: str) -> str:
    return sha256(f"omatori demo {seed} {kind} {email}".encode()).hexdigest()
