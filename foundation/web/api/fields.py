"""Fields of the API's schemas: money and quantities are strings with a dot, never JSON numbers."""

import re
from datetime import date, time
from functools import cached_property
from typing import Any

from marshmallow import Schema, ValidationError, fields, missing, validate
from typing_extensions import override

from foundation.vocabulary.dates import parse_iso_day
from foundation.vocabulary.money import format_hundredths, parse_hundredths

LARGEST_ID = 2**63 - 1
LONGEST_TEXT = 2000
CLOCK_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])(?::[0-5][0-9])?")
CLOCK_PATTERN = r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$"
CONTROL_CHARACTER = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
DECIMAL_PATTERN = r"^-?\d{1,9}(\.\d{1,2})?$"
ERROR_CODES = {"required": "field_required", "null": "field_null"}


class ApiSchema(Schema):
    """Base of every schema: error messages are codes, and an unknown field is an error."""

    error_messages = {"unknown": "field_unknown", "type": "field_malformed"}  # noqa: RUF012 - marshmallow's own way

    @override
    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Make the error messages of the field and its validators codes."""
        _speak_in_codes(field_obj)

    @override
    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """Return a value of the object that is written.

        marshmallow tries a key before an attribute, and splits dotted names, for every value. A list of 50
        offerings has some 1,900 values, and those trials took a third of the time of writing it.
        """
        if "." not in attr:
            if type(obj) is dict:
                return obj.get(attr, default)
            if not hasattr(type(obj), "__getitem__"):
                return getattr(obj, attr, default)
        return super().get_attribute(obj, attr, default)

    @override
    def _serialize(self, obj: Any, *, many: bool = False) -> Any:
        """Return an object as it is written.

        A value that is already as its field writes it, such as a text, is taken over without the two calls
        that marshmallow makes for each value.
        """
        if many and obj is not None:
            return [self._serialize(each) for each in obj]
        is_dict = type(obj) is dict
        if not is_dict and hasattr(type(obj), "__getitem__"):
            return super()._serialize(obj)
        written: dict[str, Any] = {}
        for name, key, attribute, plain, field in self._writers:
            value = obj.get(attribute, missing) if is_dict else getattr(obj, attribute, missing)
            if plain is not None and (value is None or type(value) is plain):
                written[key] = value
                continue
            value = field.serialize(name, obj, accessor=self.get_attribute)
            if value is not missing:
                written[key] = value
        return written

    @cached_property
    def _writers(self) -> list[tuple[str, str, str, type | None, fields.Field[Any]]]:
        """The name, key, attribute, plain type (None: none) and field of each value, in order."""
        return [
            (name, field.data_key or name, field.attribute or name, _plain_type(field), field)
            for name, field in self.dump_fields.items()
        ]


PLAIN_TYPES: dict[type, type] = {fields.String: str, fields.Integer: int, fields.Boolean: bool}
"""The fields that write None and values of exactly this type unchanged."""


def _plain_type(field: fields.Field[Any]) -> type | None:
    """Return the type of values that the field writes unchanged; None if it changes some."""
    if getattr(field, "as_string", False) or "." in (field.attribute or ""):
        return None
    found = next((kind for kind in PLAIN_TYPES if isinstance(field, kind)), None)
    is_own = found is not None and type(field)._serialize is not found._serialize  # type: ignore[attr-defined]
    return None if found is None or is_own else PLAIN_TYPES[found]


def _speak_in_codes(field: fields.Field[Any]) -> None:
    field.error_messages = {key: ERROR_CODES.get(key, "field_malformed") for key in field.error_messages}
    field.validators = [part for validator in field.validators for part in _one_sided(validator)]
    for validator in field.validators:
        _validator_in_codes(validator)
    for inner in (
        getattr(field, "inner", None),
        getattr(field, "value_field", None),
        getattr(field, "key_field", None),
    ):
        if inner is not None:
            _speak_in_codes(inner)


def _one_sided(validator: Any) -> list[Any]:
    """Return a range with two ends as two validators, so that each end has its own error code."""
    if not isinstance(validator, (validate.Length, validate.Range)):
        return [validator]
    if validator.min is None or validator.max is None:
        return [validator]
    return [type(validator)(min=validator.min), type(validator)(max=validator.max)]


def _validator_in_codes(validator: Any) -> None:
    if isinstance(validator, validate.Length):
        validator.message_min, validator.message_max = "field_too_short", "field_too_long"
        validator.message_all = validator.message_equal = "field_too_long"
    elif isinstance(validator, validate.Range):
        validator.message_min, validator.message_max = "field_too_small", "field_too_large"
        validator.message_all = "field_too_large"
    elif isinstance(validator, (validate.OneOf, validate.ContainsOnly)):
        validator.error = "field_not_a_choice"
    elif isinstance(validator, validate.Regexp):
        validator.error = "field_malformed"


class FieldProblem(ValidationError):
    """An error of a field, raised in `@validates_schema`: our code and its title (msgid)."""

    def __init__(self, field: str, code: str, title: str) -> None:
        super().__init__(code, field)
        self.title = title
        own_titles[code] = title


own_titles: dict[str, str] = {}


class _Hundredths(fields.Field[int]):
    """A decimal string kept as whole hundredths."""

    def __init__(self, *, least: int | None = None, most: int | None = None, **kwargs: Any) -> None:
        example = {"pattern": DECIMAL_PATTERN, "example": "103.25"}
        super().__init__(metadata={**example, **kwargs.pop("metadata", {})}, **kwargs)
        self.least, self.most = least, most

    @override
    def _serialize(self, value: int | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else format_hundredths(value)

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        read = parse_hundredths(value) if isinstance(value, str) else None
        if read is None:
            raise ValidationError("field_malformed")
        if self.least is not None and read < self.least:
            raise ValidationError("field_too_small")
        if self.most is not None and read > self.most:
            raise ValidationError("field_too_large")
        return read


class Money(_Hundredths):
    """Euros: `"103.25"` in JSON, 10325 cents in Python."""


class Quantity(_Hundredths):
    """Units: `"1.50"` in JSON, 150 hundredths in Python."""


class Day(fields.Field[date]):
    """A civil day, `2026-11-21`."""

    @override
    def _serialize(self, value: date | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else value.isoformat()

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        day = parse_iso_day(value) if isinstance(value, str) else None
        if day is None:
            raise ValidationError("field_malformed")
        return day


class ClockTime(fields.Field[time]):
    """A time of day in Finland, `14:05`. JSON Schema's own `time` has seconds and an offset."""

    def __init__(self, **kwargs: Any) -> None:
        described = {"pattern": CLOCK_PATTERN, "example": "10:00"}
        super().__init__(metadata={**described, **kwargs.pop("metadata", {})}, **kwargs)

    @override
    def _serialize(self, value: time | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else f"{value:%H:%M}"

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> time:
        found = CLOCK_TIME.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            raise ValidationError("field_malformed")
        return time(int(found[1]), int(found[2]))


class Text(fields.String):
    """A text of `least` to `most` characters; control characters except new lines and tabs are malformed."""

    def __init__(self, *, least: int = 0, most: int = LONGEST_TEXT, **kwargs: Any) -> None:
        length = validate.Length(min=least or None, max=most)
        super().__init__(validate=[length, *kwargs.pop("validate", [])], **kwargs)

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if CONTROL_CHARACTER.search(text):
            raise ValidationError("field_malformed")
        return text


class Code(Text):
    """An identifier, such as a voucher code or a service: 1–64 characters, stripped."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"least": 1, "most": 64, **kwargs})

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        return text.strip()


class Id(fields.Integer):
    """One of our own ids: a JSON integer that fits in 63 bits."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(min=1, max=LARGEST_ID), **kwargs)
