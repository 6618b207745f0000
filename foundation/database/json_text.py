"""Values as JSON text that PostgreSQL accepts."""

import json
import re
from collections.abc import Callable, Mapping
from json.encoder import encode_basestring_ascii
from math import isfinite
from typing import Any


def storable(value: Any) -> Any:
    """Return the value without what PostgreSQL's JSON refuses: NUL and lone surrogates become a replacement
    character, infinite numbers and NaN become text."""
    if isinstance(value, str):
        if value.isprintable():
            return value
        return value.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, Mapping):
        return {storable(str(key)): storable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [storable(item) for item in value]
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    return value


_REFUSED = re.compile(r"\\u(?:0000|d[89a-f])")
_ENCODE = json.JSONEncoder(default=str, allow_nan=False, check_circular=False).encode
_QUOTED: Callable[[Any], str] = encode_basestring_ascii


def json_text(value: Any) -> str:
    """Return the `storable` value as JSON text. Few values need a change, so the text is tried first."""
    try:
        text = _ENCODE(value)
    except ValueError:
        return json.dumps(storable(value), default=str)
    return json.dumps(storable(value), default=str) if _REFUSED.search(text) else text


def json_text_of_texts(values: Mapping[str, Any]) -> str:
    """Return `json_text` of a mapping; quicker if its values are texts without special characters."""
    try:
        text = ", ".join([_KEYS[name] + _QUOTED(value) for name, value in values.items()])
    except TypeError:  # a key or value that is no text
        return json_text(values)
    return json_text(values) if "\\" in text else f"{{{text}}}"


class _QuotedKeys(dict[str, str]):
    """Keys as they stand in JSON; the first 1,000 are kept."""

    def __missing__(self, name: str) -> str:
        quoted = _QUOTED(name) + ": "
        if len(self) < 1000:
            self[name] = quoted
        return quoted


_KEYS = _QuotedKeys()
