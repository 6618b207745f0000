"""The API keeps to its own description: schemathesis makes requests from /api/openapi.json and sends them
with every role's key. No 5xx, only documented statuses, content types and shapes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from foundation.vocabulary.roles import Role
from tests.api.conftest import SeededApp
from tests.builders.provider_api import ProviderApi

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 8
"""Of each operation by each role that may use it; the answers to the other roles are in test_roles."""


@pytest.fixture(scope="module")
def description(seeded_app: SeededApp) -> Any:
    return schemathesis.openapi.from_wsgi("/api/openapi.json", seeded_app.app)


def known_values(seeded_app: SeededApp, role: Role | None) -> dict[str, Any]:
    """Path parameters that exist, and where the role has one belong to it."""
    seed_report = seeded_app.world.report
    person: dict[str, Any] = next(
        (item for item in seed_report["people"] if role and item["role"] == role.value), {}
    )
    fundings = [
        item for item in seed_report["fundings"] if item["client"] == person.get("client", item["client"])
    ]
    offerings = [
        item
        for item in seed_report["offerings"]
        if item["provider"] == person.get("provider", item["provider"])
    ]
    return {
        "voucher": fundings[0]["voucher"],
        "business_id": person.get("provider", seed_report["providers"][0]["business_id"]),
        "offering_id": offerings[0]["id"],
        "choice_id": fundings[0]["choices"][0]["id"],
    }


def operations_of(description: Any, role: Role | None) -> Iterator[Any]:
    """What the role may use; a visitor only what anyone may."""
    for found in description.get_all_operations():
        raw = found.ok().definition.raw
        if raw.get("security") == [] if role is None else role.value in raw.get("x-roles", ()):
            yield found.ok()


SHORT = (None, Role.PROVIDER_BILLER, Role.WORKER)
TRIED_ROLES = [
    role if role in SHORT else pytest.param(role, marks=pytest.mark.long) for role in (None, *Role)
]


@pytest.mark.slow
@pytest.mark.parametrize("role", TRIED_ROLES, ids=str)
def test_every_answer_is_as_described(seeded_app: SeededApp, description: Any, role: Role | None) -> None:
    headers, known = seeded_app.headers(role), known_values(seeded_app, role)
    for operation in operations_of(description, role):

        @settings(
            max_examples=EXAMPLES,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            deadline=None,
        )
        @given(case=operation.as_strategy(), on_what_exists=st.booleans())
        def send(case: Any, on_what_exists: bool) -> None:
            if on_what_exists:
                case.path_parameters |= {k: v for k, v in known.items() if k in case.path_parameters}
            answer = case.call(headers=headers)
            case.validate_response(answer, checks=CHECKS)

        send()


def test_who_sends_a_key_reads_the_page_of_the_api_too(provider_api: ProviderApi) -> None:
    for path in ("/api/docs", "/api/openapi.json"):
        assert provider_api.web.get(path, headers=provider_api.headers()).status_code == 200
