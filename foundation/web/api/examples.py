"""Examples in the description of the API: of every request, and of every answer of every operation.

They are made from the schemas, so a new field has one at once; `example_values` says what a field shows.
A test validates each against its schema.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from foundation.web.api.example_values import FORMATS, VALUES, WHOLE
from foundation.web.api.problems import MEDIA_TYPE, STATUS_CODES

Schema = Mapping[str, Any]
DEEPEST = 16
EXTRA: Mapping[str, Mapping[str, Any]] = {
    "403": {
        "scope": "charges:send",
        "code": "scope_missing",
        "title": "This key is not for this part of the API",
    },
    "409": {"code": "idempotency_key_running", "title": "The first request with this key is still running"},
    "422": {
        "detail": "quantity: This is required",
        "errors": [{"field": "quantity", "code": "field_required", "title": "This is required"}],
    },
}
"""What the example of an error has besides its usual code and title."""


def add_examples(document: dict[str, Any]) -> None:
    """Add to each operation the errors that it may answer, and an example of each of its bodies."""
    schemas: Mapping[str, Schema] = document.get("components", {}).get("schemas", {})
    shared = document.setdefault("components", {}).setdefault("responses", {})
    for path, operations in document.get("paths", {}).items():
        of_path = operations.get("parameters", [])
        for method, operation in operations.items():
            if not isinstance(operation, dict):
                continue
            parameters = [*of_path, *operation.get("parameters", [])]
            _add_parameters(parameters, schemas)
            _add_body(operation.get("requestBody", {}), schemas)
            for status in errors_of(operation, parameters):
                shared.setdefault(f"ERROR_{status}", _error(status))
                operation["responses"].setdefault(status, {"$ref": f"#/components/responses/ERROR_{status}"})
            _add_answers(path, method, operation, schemas)
    for response in shared.values():
        _add_body(response, schemas)


def errors_of(operation: Mapping[str, Any], parameters: list[dict[str, Any]]) -> list[str]:
    """Return the statuses of errors that an operation may answer, by what it takes."""
    names = {parameter.get("name") for parameter in parameters}
    places = {parameter.get("in") for parameter in parameters}
    is_guarded = operation.get("security") != []
    content = operation.get("requestBody", {}).get("content", {})
    found = {
        "401": is_guarded,
        "403": is_guarded,
        "404": "path" in places,
        "400": bool(content),
        "409": "Idempotency-Key" in names,
        "412": "If-Match" in names,
        "413": bool(content),
        "415": bool(content),
        "422": bool(content) or "query" in places,
        "428": any(each.get("name") == "If-Match" and each.get("required") for each in parameters),
    }
    return sorted(status for status, is_answered in found.items() if is_answered)


def _error(status: str) -> dict[str, Any]:
    title = STATUS_CODES[int(status)][1]
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        "description": title,
        "content": {MEDIA_TYPE: {"schema": schema, "example": problem_example(status)}},
    }


def problem_example(status: str) -> dict[str, Any]:
    """Return an example of an error."""
    code, title = STATUS_CODES[int(status)]
    usual = {
        "type": "about:blank",
        "status": int(status),
        "code": code,
        "title": title,
        "detail": "",
        "errors": [],
    }
    return {**usual, **EXTRA.get(status, {})}


def _add_answers(path: str, method: str, operation: dict[str, Any], schemas: Mapping[str, Schema]) -> None:
    for status, response in operation["responses"].items():
        whole = WHOLE.get((path, method, status))
        if whole is not None:
            body = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": dict(whole)}
            description = STATUS_CODES[int(status)][1]
            operation["responses"][status] = {"description": description, "content": {MEDIA_TYPE: body}}
        else:
            _add_body(response, schemas)


def _add_body(holder: Mapping[str, Any], schemas: Mapping[str, Schema]) -> None:
    for kind, content in holder.get("content", {}).items():
        if "schema" in content and "example" not in content:
            is_problem = kind == MEDIA_TYPE
            content["example"] = (
                problem_example("500") if is_problem else example_of(content["schema"], schemas)
            )


def _add_parameters(parameters: list[dict[str, Any]], schemas: Mapping[str, Schema]) -> None:
    for parameter in parameters:
        if "schema" in parameter and "example" not in parameter:
            parameter["example"] = example_of(parameter["schema"], schemas, parameter.get("name", ""))


def example_of(schema: Schema, schemas: Mapping[str, Schema], name: str = "", depth: int = 0) -> Any:
    """Return an example of a schema of JSON.

    Args:
        schemas: Those to which `$ref` refers, by name.
        name: Of the field, by which a value is chosen.
        depth: How deep it lies: a schema may contain itself.
    """
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rpartition("/")[2]], schemas, name, depth + 1)
    for choice in ("oneOf", "anyOf", "allOf"):
        if choice in schema:
            inner = next(each for each in schema[choice] if each.get("type") != "null")
            return example_of({**schema, choice: [], **inner} if inner else {}, schemas, name, depth + 1)
    if "example" in schema:
        return schema["example"]
    if "enum" in schema:
        return next((value for value in schema["enum"] if value is not None), None)
    kind = _kind(schema)
    if kind == "object":
        return _object(schema, schemas, depth)
    if kind == "array":
        inner = schema.get("items", {})
        item = [] if depth > DEEPEST else [example_of(inner, schemas, name.removesuffix("s"), depth + 1)]
        return item * max(1, schema.get("minItems", 1))
    return _plain(schema, kind, name)


def _kind(schema: Schema) -> str:
    kind = schema.get("type", "object" if "properties" in schema else "")
    if isinstance(kind, list):
        kind = next((each for each in kind if each != "null"), "null")
    return str(kind)


def _object(schema: Schema, schemas: Mapping[str, Schema], depth: int) -> dict[str, Any]:
    if depth > DEEPEST:
        return {}
    found = {
        name: example_of(inner, schemas, name, depth + 1)
        for name, inner in schema.get("properties", {}).items()
        if not inner.get("readOnly")
    }
    more = schema.get("additionalProperties")
    if not found and isinstance(more, dict) and more:
        found["weekday"] = example_of(more, schemas, "", depth + 1)
    return found


def _plain(schema: Schema, kind: str, name: str) -> Any:
    """Return a text, a number or a truth value: that of the field's name, if the schema allows it."""
    if kind == "boolean":
        return bool(schema.get("default", True))
    if kind in ("integer", "number"):
        value = VALUES.get(name, 1)
        least, most = schema.get("minimum", 0), schema.get("maximum", 2**53)
        is_allowed = isinstance(value, int) and least <= value <= most
        return value if is_allowed else max(least, min(1, most))
    if kind == "string":
        return _text(schema, name)
    return None


def _text(schema: Schema, name: str) -> str:
    value = FORMATS.get(schema.get("format", "")) or str(VALUES.get(name, "text"))
    if "pattern" in schema and not re.search(schema["pattern"], value):
        value = FORMATS["decimal"]
    value = value[: schema.get("maxLength", len(value))]
    return value.ljust(schema.get("minLength", 0), "x")
