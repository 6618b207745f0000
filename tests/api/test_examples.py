"""Every operation of the description has an example of each answer, and each is valid."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from tests.api.conftest import SeededApp

METHODS = ("get", "post", "put", "patch", "delete")
Found = list[tuple[str, dict[str, Any]]]


@pytest.fixture(scope="module")
def document(seeded_app: SeededApp) -> dict[str, Any]:
    found: dict[str, Any] = seeded_app.app.test_client().get("/api/openapi.json").get_json()
    return found


def operations(document: dict[str, Any]) -> Found:
    return [
        (f"{method.upper()} {path}", operation)
        for path, of_path in document["paths"].items()
        for method, operation in of_path.items()
        if method in METHODS
    ]


def answer(document: dict[str, Any], response: dict[str, Any]) -> dict[str, Any]:
    """Return an answer, or the shared one to which it refers."""
    if "$ref" not in response:
        return response
    found: dict[str, Any] = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
    return found


def faults(document: dict[str, Any], content: dict[str, Any]) -> list[str]:
    """Return why an example is not valid."""
    schema = {**content["schema"], "components": document["components"]}
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    return [error.message for error in validator.iter_errors(content["example"])]


def bodies(document: dict[str, Any]) -> Found:
    """Return each body of each request and answer, by operation, status and media type."""
    found = []
    for name, operation in operations(document):
        for kind, content in operation.get("requestBody", {}).get("content", {}).items():
            found.append((f"{name} request {kind}", content))
        for status, response in operation["responses"].items():
            for kind, content in answer(document, response).get("content", {}).items():
                found.append((f"{name} {status} {kind}", content))
    return found


def test_every_body_of_every_answer_has_an_example_that_its_schema_allows(document: dict[str, Any]) -> None:
    found = bodies(document)
    assert len(found) > 500
    assert [name for name, content in found if "example" not in content] == []
    wrong = {name: why for name, content in found if (why := faults(document, content))}
    assert wrong == {}


def test_every_answer_has_a_body_or_is_empty_by_its_status(document: dict[str, Any]) -> None:
    empty = [
        (name, status)
        for name, operation in operations(document)
        for status, response in operation["responses"].items()
        if not answer(document, response).get("content")
    ]
    assert {status for _, status in empty} <= {"204"}


def test_the_validation_finds_what_is_wrong(document: dict[str, Any]) -> None:
    """The check itself is seen to fail."""
    schema = {"$ref": "#/components/schemas/Problem"}
    assert faults(document, {"schema": schema, "example": {"status": "x"}})
    assert faults(document, {"schema": {"type": "string", "format": "date"}, "example": "18.11.2026"})


def test_every_guarded_operation_says_401_and_403_and_every_path_404(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        if operation.get("security") != []:
            assert {"401", "403"} <= set(operation["responses"]), name
        if "{" in name:
            assert "404" in operation["responses"], name
        if "requestBody" in operation:
            assert {"400", "415", "422"} <= set(operation["responses"]), name


def test_parameters_have_examples_too(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        for parameter in operation.get("parameters", []):
            assert "example" in parameter, (name, parameter)
            assert faults(document, parameter) == [], (name, parameter)


def test_a_refused_charge_is_shown_as_it_is_answered(document: dict[str, Any]) -> None:
    refused = document["paths"]["/api/v1/charges"]["post"]["responses"]["422"]
    [content] = refused["content"].values()
    assert content["example"]["outcome"] == "refused"
    assert set(document["components"]["schemas"]["ChargeOut"]["properties"]) <= set(content["example"])
