"""Reads request bodies and query strings.

Views call it after their look-ups, so that 404 comes before 400, 413, 415 and 422.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from functools import cache
from typing import Any, TypeVar, cast

from flask import request
from marshmallow import EXCLUDE, Schema, ValidationError

from foundation.vocabulary.composed import composed, composed_document
from foundation.web.api.fields import own_titles
from foundation.web.api.problems import FieldError, Problem
from foundation.web.catalogues import N_

LARGEST_JSON_BYTES = 1024 * 1024
DEEPEST_JSON = 100
"""Levels of nesting. Our documents have 6; what walks them calls itself for each level."""
LANGUAGE_ARGUMENTS = ("lang",)
View = TypeVar("View", bound=Callable[..., Any])


def read_body(schema: type[Schema], *, largest_bytes: int = LARGEST_JSON_BYTES, partial: bool = False) -> Any:
    """Return the JSON body as the schema loads it.

    Raises:
        Problem: 415 if it is not JSON, 413 too large, 400 unreadable, 422 with `errors[]`.
    """
    document = _read_object(largest_bytes)
    if faults := list(unstorable_texts(document)):
        raise Problem(422, errors=faults)
    return load(_schema(schema, partial), document)


def read_document(*, largest_bytes: int = LARGEST_JSON_BYTES) -> dict[str, Any]:
    """Return a JSON object whose fields the rules validate (R-01); only their names are checked here.

    Raises:
        Problem: as `read_body`.
    """
    document = _read_object(largest_bytes)
    if faults := [fault for name in document for fault in unstorable_texts(name)]:
        raise Problem(422, errors=faults)
    return document


def _read_object(largest_bytes: int) -> dict[str, Any]:
    if not request.is_json:
        raise Problem(415, detail=N_("Send JSON with the content type application/json"))
    request.max_content_length = largest_bytes
    document = parse_json(request.get_data(cache=True))
    if not isinstance(document, dict):
        raise Problem(422, "body_not_an_object", N_("The body must be a JSON object"))
    return document


def read_query(schema: type[Schema]) -> Any:
    """Return the query string as the schema loads it, without paging and `lang`; 422 with `errors[]`."""
    if not request.args:
        return dict(_defaults(schema))
    known = _schema(schema)
    many = {name for name, field in known.fields.items() if hasattr(field, "inner")}
    values = {name: found if name in many else found[0] for name, found in request.args.lists()}
    values = {
        name: value
        for name, value in values.items()
        if name not in ("page", "page_size", *LANGUAGE_ARGUMENTS)
    }
    if faults := list(unstorable_texts(values)):
        raise Problem(422, errors=faults)
    return load(known, values)


@cache
def _schema(schema: type[Schema], partial: bool = False) -> Schema:
    """Return one instance for all requests: a schema keeps no state of a load and is costly to make."""
    return schema(partial=partial)


@cache
def _defaults(schema: type[Schema]) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", load(_schema(schema), {}))


def load(schema: Schema, values: Any) -> Any:
    """Return the validated values; 422 names every field that is wrong."""
    try:
        return schema.load(values)
    except ValidationError as error:
        raise Problem(422, errors=sorted(field_errors(error.messages), key=_place_of)) from error


def _place_of(error: FieldError) -> str:
    """Return the sort key that puts unknown fields last, by name: marshmallow finds them in hash order."""
    return error.field if error.code == "field_unknown" else ""


def parse_json(sent: bytes) -> Any:
    """Parse strict JSON: UTF-8, no NaN, no duplicate keys, limited nesting; 400 otherwise."""
    try:
        document = json.loads(
            sent.decode("utf-8-sig"), parse_constant=_refuse_constant, object_pairs_hook=_without_doubles
        )
        _check_depth(document)
    except (ValueError, RecursionError) as error:
        raise Problem(400, "body_unreadable", N_("The body is not readable JSON")) from error
    return document if sent.isascii() and b"\\u" not in sent else composed_document(document)


def _check_depth(document: Any) -> None:
    """Raise ValueError if the document is nested too deeply, without calling itself."""
    level = [document]
    for _ in range(DEEPEST_JSON):
        level = [inner for value in level if isinstance(value, dict | list) for inner in _inside(value)]
        if not level:
            return
    raise ValueError("nested too deeply")


def _inside(value: dict[str, Any] | list[Any]) -> Iterable[Any]:
    """Return the values in an object or a list that can hold further ones."""
    values = value.values() if isinstance(value, dict) else value
    return (inner for inner in values if isinstance(inner, dict | list))


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = {composed(name): value for name, value in pairs}
    if len(found) != len(pairs):
        raise ValueError("an object has the same key twice")
    return found


def unstorable_texts(value: Any, path: str = "") -> Iterator[FieldError]:
    """Yield an error for each text that PostgreSQL cannot store: NUL characters and lone surrogates."""
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
            yield FieldError(path, "field_malformed")
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from unstorable_texts(name, path)
            yield from unstorable_texts(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from unstorable_texts(inner, f"{path}.{index}" if path else str(index))


def field_errors(messages: Any, path: str = "") -> Iterator[FieldError]:
    """Yield marshmallow's messages, which are our codes, as a flat list."""
    if isinstance(messages, dict):
        for name, inner in messages.items():
            step = "" if name == "_schema" else str(name)
            yield from field_errors(inner, f"{path}.{step}".strip("."))
    else:
        for code in messages if isinstance(messages, list) else [messages]:
            yield FieldError(path, str(code), own_titles.get(str(code), ""))


def _document(view: View, parameter: dict[str, Any]) -> View:
    documentation = deepcopy(getattr(view, "_apidoc", {}))
    documentation.setdefault("arguments", {}).setdefault("parameters", []).append(parameter)
    view._apidoc = documentation  # type: ignore[attr-defined]
    return view


def takes_body(
    schema: type[Schema] | dict[str, Any], *, content_type: str = "application/json", required: bool = True
) -> Callable[[View], View]:
    """Document the request body. It is read by `read_body`, or by the view itself for files."""
    body = {"in": "json", "schema": schema, "content_type": content_type, "required": required}
    return lambda view: _document(view, body)


def takes_query(schema: type[Schema]) -> Callable[[View], View]:
    """Document the query string that `read_query` reads."""
    return lambda view: _document(view, {"in": "query", "schema": schema(unknown=EXCLUDE)})


def takes_header(name: str, description: str, *, required: bool = False) -> Callable[[View], View]:
    """Document a header."""
    parameter = {
        "in": "header",
        "name": name,
        "description": description,
        "required": required,
        "schema": {"type": "string"},
    }
    return lambda view: _document(view, parameter)
