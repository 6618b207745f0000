"""The services at which people log in, read from the file that `OMATORI_OPENID` names (docs/operations.md).

The file holds no secrets: it names files with private keys, which lie beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from foundation.vocabulary.languages import Language

NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
SAFE_ADDRESS = re.compile(r"https://[^/\s?#@]+|http://127\.0\.0\.1[:/]")
KNOWN_KEYS = frozenset(
    {
        *("name", "audience", "county", "title", "issuer", "client_id", "keys", "algorithm", "scope"),
        *("acr_values", "identity_claim", "second_factor"),
    }
)
KeyReader = Callable[[str], str]
"""Returns the text of a key; raises `ValueError` with the fault."""

SIGNING_ALGORITHMS = ("RS256", "PS256", "ES256")


class Audience(StrEnum):
    """Whom a service knows: a county's staff, or clients, those who help them, and providers."""

    STAFF = "staff"
    CLIENTS = "clients"


@dataclass(frozen=True, slots=True)
class LogInService:
    """One service: an issuer of OpenID Connect, and what its answers mean here.

    Attributes:
        name: The service's name in addresses. The provider knows the address of return, so it stays.
        county: The code of the county whose directory it is; None: of every county.
        titles: What the button says, by language tag.
        keys: Private keys in PEM. The first signs; all are published, so that keys can be changed.
        acr_values: The levels of which an answer must have one; empty: any.
        identity_claim: The claim with the personal identity code; None: people are known by subject.
        second_factor_acr: Levels that include a second factor.
        second_factor_amr: Methods of which one shows a second factor.
    """

    name: str
    audience: Audience
    county: str | None
    titles: Mapping[str, str]
    issuer: str
    client_id: str
    keys: tuple[str, ...] = field(repr=False)
    algorithm: str = "RS256"
    scope: str = "openid"
    acr_values: tuple[str, ...] = ()
    identity_claim: str | None = None
    second_factor_acr: frozenset[str] = frozenset()
    second_factor_amr: frozenset[str] = frozenset()

    @property
    def may_be_second_factor(self) -> bool:
        """Return whether an answer of the service can stand for the second factor."""
        return bool(self.second_factor_acr or self.second_factor_amr)

    def title(self, language: Language) -> str:
        """Return the name of the service in a language, else in Finnish."""
        return self.titles.get(language.value.partition("-")[0]) or self.titles["fi"]


def read_services(read: object, key_of: KeyReader, faults: list[str]) -> tuple[LogInService, ...]:
    """Return the services of a file. What is wrong with them is added to `faults`.

    Args:
        read: The content of the file, as YAML has it.
        key_of: Reads the private key of a file's name.
        faults: Gets the faults.
    """
    entries = read.get("services") if isinstance(read, dict) else None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        faults.append("OMATORI_OPENID: the file has no list `services`")
        return ()
    services = []
    for place, entry in enumerate(entries, 1):
        name, keys = entry.get("name", place), []
        wrong = list(_faults(entry))
        for key in _texts(entry.get("keys")):
            try:
                keys.append(key_of(key))
            except ValueError as error:
                wrong.append(str(error))
        faults += [f"OMATORI_OPENID: service {name}: {fault}" for fault in wrong]
        services += [] if wrong else [_service(entry, tuple(keys))]
    if len({service.name for service in services}) < len(services):
        faults.append("OMATORI_OPENID: two services have the same name")
    return tuple(services)


def _faults(entry: Mapping[str, Any]) -> Iterator[str]:
    for unknown in sorted(set(map(str, entry)) - KNOWN_KEYS):
        yield f"{unknown} is not known"
    if not NAME.fullmatch(str(entry.get("name"))):
        yield "name must be small letters, digits and hyphens"
    if entry.get("audience") not in set(Audience):
        yield "audience must be staff or clients"
    titles = entry.get("title")
    if not isinstance(titles, dict) or not titles.get("fi") or not titles.get("sv"):
        yield "title needs fi and sv"
    if not entry.get("client_id"):
        yield "client_id is missing"
    if not is_safe_address(str(entry.get("issuer", ""))):
        yield "issuer must begin with https://"
    if entry.get("algorithm", "RS256") not in SIGNING_ALGORITHMS:
        yield f"algorithm must be one of {', '.join(SIGNING_ALGORITHMS)}"
    if not isinstance(entry.get("second_factor", {}), dict):
        yield "second_factor needs acr or amr"
    if not _texts(entry.get("keys")):
        yield "keys names no file"


def is_safe_address(address: str) -> bool:
    """Return whether an address is one of https, or of this machine itself."""
    return SAFE_ADDRESS.match(address) is not None


def _texts(value: object) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [] if value is None else [value]
    return tuple(map(str, values))


def _service(entry: Mapping[str, Any], keys: tuple[str, ...]) -> LogInService:
    factor = entry.get("second_factor", {})
    return LogInService(
        name=entry["name"],
        audience=Audience(entry["audience"]),
        county=None if entry.get("county") is None else str(entry["county"]),
        titles={str(tag): str(text) for tag, text in entry["title"].items()},
        issuer=entry["issuer"],
        client_id=str(entry["client_id"]),
        keys=keys,
        algorithm=entry.get("algorithm", "RS256"),
        scope=entry.get("scope", "openid"),
        acr_values=_texts(entry.get("acr_values")),
        identity_claim=entry.get("identity_claim"),
        second_factor_acr=frozenset(_texts(factor.get("acr"))),
        second_factor_amr=frozenset(_texts(factor.get("amr"))),
    )
