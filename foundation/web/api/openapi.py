"""The description of the API: flask-smorest with corrections, and a page for people."""

import json
from http import HTTPStatus
from typing import Any

import flask_smorest
from flask import Flask, Response, g, jsonify, render_template
from marshmallow import INCLUDE, Schema, fields

from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.roles import Role
from foundation.web.api.examples import add_examples
from foundation.web.api.fields import ClockTime, Day, Money, Quantity
from foundation.web.api.problems import MEDIA_TYPE
from foundation.web.identity.guards import guard_of, public, scope_of
from foundation.web.pages import Page

ABOUT = (
    "Money and quantities are strings with a dot, days are YYYY-MM-DD. "
    "Errors are application/problem+json in the language of Accept-Language (fi, sv, en, fi-x-selko)."
)
Guard = tuple[frozenset[Role] | None, KeyScope | None]
METHODS = ("get", "post", "put", "patch", "delete")


class FieldErrorSchema(Schema):
    """One wrong field."""

    field = fields.String(required=True)
    code = fields.String(required=True)
    title = fields.String(required=True)


class ProblemSchema(Schema):
    """An error. It may have extension members (RFC 9457), such as the fields of the refused charge."""

    class Meta:
        """Allows the extension members in the description."""

        unknown = INCLUDE

    type = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(required=True)
    title = fields.String(required=True)
    detail = fields.String(required=True)
    errors = fields.List(fields.Nested(FieldErrorSchema), required=True)


class Api(flask_smorest.Api):  # type: ignore[misc]
    """flask-smorest with our error handlers: its own drop `Allow` on 405 and `Retry-After` on 429."""

    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """Register no handlers: foundation.web.errors does."""

    def _register_responses(self) -> None:
        super()._register_responses()
        for name in ("DEFAULT_ERROR", *(status.name for status in HTTPStatus)):
            response = self.spec.components.responses_lazy.get(name, {})
            content = response.get("content", {})
            if "application/json" in content:
                content[MEDIA_TYPE] = content.pop("application/json")


def make_api(app: Flask) -> Api:
    """Set up the API; blueprints are registered on the return value."""
    app.config.update(
        API_TITLE="Omatori",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=None,
        API_SPEC_OPTIONS={
            "info": {"description": ABOUT},
            "security": [{"key": []}],
            "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
        },
    )
    api = Api(app)
    for field, form in ((Money, "decimal"), (Quantity, "decimal"), (Day, "date"), (ClockTime, None)):
        api.register_field(field, "string", form)
    app.add_url_rule("/api/openapi.json", "api.openapi", public(lambda: _openapi(app, api)))
    app.add_url_rule("/api/docs", "api.docs", public(lambda: _docs_page(app, api)))
    return api


def _openapi(app: Flask, api: Api) -> Response:
    return jsonify(description(app, api))


def description(app: Flask, api: Api) -> dict[str, Any]:
    """Return the OpenAPI document of flask-smorest, with the roles that may use each operation."""
    document: dict[str, Any] = api.spec.to_dict()
    guards = _guards_by_operation(app)
    for path, operations in document.get("paths", {}).items():
        for method, operation in operations.items():
            allowed, scope = guards.get((path, method), (None, None))
            if allowed is not None and not allowed:
                operation["security"] = []
            elif allowed:
                operation["x-roles"] = sorted(role.value for role in allowed)
                operation["x-scope"] = None if scope is None else scope.value
    add_examples(document)
    return document


def _guards_by_operation(app: Flask) -> dict[tuple[str, str], Guard]:
    found: dict[tuple[str, str], Guard] = {}
    for rule in app.url_map.iter_rules():
        path = "".join(
            part if not is_variable else f"{{{part}}}" for is_variable, part in rule._trace
        ).lstrip("|")
        view = app.view_functions[rule.endpoint]
        for method in rule.methods or ():
            guarded = _method_of(view, method)
            found[path, method.lower()] = (guard_of(guarded), scope_of(guarded))
    return found


def _method_of(view: Any, method: str) -> Any:
    cls = getattr(view, "view_class", None)
    return view if cls is None else getattr(cls, method.lower(), view)


def _docs_page(app: Flask, api: Api) -> Page:
    document = description(app, api)
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, operations in document.get("paths", {}).items():
        shared = operations.get("parameters", [])
        for method in METHODS:
            if method in operations:
                shown = _operation(method, path, operations[method], shared)
                groups.setdefault(operations[method].get("tags", [""])[0], []).append(shown)
    schemas = {
        name: _rows(schema) for name, schema in document.get("components", {}).get("schemas", {}).items()
    }
    g.actor = None  # the page has no session to log out of: who sends a key reads it as a visitor
    errors = {
        name.removeprefix("ERROR_"): _example(answer)
        for name, answer in sorted(document["components"]["responses"].items())
        if name.startswith("ERROR_")
    }
    return render_template("shell/api_docs.html", groups=groups, schemas=schemas, errors=errors, about=ABOUT)


def _operation(
    method: str, path: str, operation: dict[str, Any], shared: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return one operation of the API as the page for people shows it."""
    content = operation.get("requestBody", {}).get("content", {})
    body = ", ".join(f"{kind}: {_name(inner.get('schema', {}))}" for kind, inner in content.items())
    responses = operation.get("responses", {})
    answers = [(code, _name(_answer_schema(answer))) for code, answer in responses.items()]
    return {
        "method": method.upper(),
        "path": path,
        "summary": operation.get("summary", ""),
        "about": operation.get("description", ""),
        "roles": operation.get("x-roles", []),
        "scope": operation.get("x-scope"),
        "parameters": [item for item in [*shared, *operation.get("parameters", [])] if "name" in item],
        "body": body,
        "answers": [(code, name) for code, name in answers if code != "default"],
        "examples": [
            *(("request", _written(inner["example"])) for inner in content.values() if "example" in inner),
            *((code, text) for code, answer in sorted(responses.items()) if (text := _example(answer))),
        ],
        "anchor": f"{method}-{path.strip('/').replace('/', '-').replace('{', '').replace('}', '')}",
    }


def _example(answer: dict[str, Any]) -> str:
    """Return the example of an answer of this operation alone; the shared errors are shown once."""
    return next((_written(inner["example"]) for inner in answer.get("content", {}).values()), "")


def _written(example: Any) -> str:
    return example if isinstance(example, str) else json.dumps(example, ensure_ascii=False, indent=2)


def _answer_schema(answer: dict[str, Any]) -> dict[str, Any]:
    return next((inner.get("schema", {}) for inner in answer.get("content", {}).values()), {})


def _name(schema: dict[str, Any]) -> str:
    """Return a short name of a schema: its own name or its type."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if schema.get("type") == "array":
        return f"[{_name(schema.get('items', {}))}]"
    kind = schema.get("type", "")
    name = " | ".join(str(part) for part in kind) if isinstance(kind, list) else str(kind)
    return f"{name} ({schema['format']})" if "format" in schema else name


def _rows(schema: dict[str, Any]) -> list[tuple[str, str, bool]]:
    required = set(schema.get("required", []))
    return [(name, _name(inner), name in required) for name, inner in schema.get("properties", {}).items()]
