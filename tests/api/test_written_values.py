"""Values of objects that the API writes: keys, attributes, dotted names, and what is missing."""

from dataclasses import dataclass

from marshmallow import fields

from foundation.web.api.fields import ApiSchema


@dataclass(frozen=True, slots=True)
class Inner:
    """An object with one value."""

    cents: int


@dataclass(frozen=True, slots=True)
class Outer:
    """An object with an object."""

    name: str
    inner: Inner | None


class _Schema(ApiSchema):
    name = fields.String()
    items = fields.String()
    cents = fields.Integer(attribute="inner.cents")


def test_keys_attributes_and_dotted_names_are_written() -> None:
    expected = {"name": "a", "cents": 5}
    assert _Schema().dump(Outer("a", Inner(5))) == expected
    assert _Schema().dump({"name": "a", "inner": {"cents": 5}}) == expected
    assert _Schema().dump({"name": "a", "inner": Inner(5)}) == expected


def test_what_is_missing_is_left_out_also_if_it_is_called_as_a_method_of_the_object() -> None:
    assert _Schema().dump({"name": "a"}) == {"name": "a"}
    assert _Schema().dump(Outer("a", None)) == {"name": "a"}
