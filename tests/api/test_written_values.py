"""Values of objects that the API writes: keys, attributes, dotted names, and what is missing."""

from dataclasses import dataclass
from typing import Any

from marshmallow import fields

from foundation.web.api.fields import ApiSchema, Money


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


class Loud(fields.String):
    """A text field that writes its own way."""

    def _serialize(self, value: Any, *_rest: Any, **_options: Any) -> str | None:
        return f"{value}!"


class _Kinds(ApiSchema):
    text = fields.String(data_key="words")
    number = fields.Integer()
    digits = fields.Integer(as_string=True)
    truth = fields.Boolean()
    loud = Loud()
    usual = fields.String(dump_default="usual")
    constant = fields.Constant("always")
    share = Money(attribute="share_cents")


def test_each_kind_of_value_is_written_as_its_field_says() -> None:
    plain = {"text": "a", "number": 3, "digits": 3, "truth": True, "loud": "b", "usual": "c"}
    expected = {"words": "a", "number": 3, "digits": "3", "truth": True, "loud": "b!", "usual": "c"}
    always = {"constant": "always"}
    assert _Kinds().dump(plain) == expected | always
    assert _Kinds().dump({"text": b"a", "number": "3", "share_cents": 250}) == {
        "words": "a", "number": 3, "usual": "usual", "share": "2.50", **always
    }  # fmt: skip
    assert _Kinds().dump(dict.fromkeys(plain)) == {
        "words": None, "number": None, "digits": None, "truth": None, "loud": "None!", "usual": None, **always
    }  # fmt: skip
    assert _Kinds().dump([{"number": True}], many=True) == [{"number": 1, "usual": "usual", **always}]


def test_keys_attributes_and_dotted_names_are_written() -> None:
    expected = {"name": "a", "cents": 5}
    assert _Schema().dump(Outer("a", Inner(5))) == expected
    assert _Schema().dump({"name": "a", "inner": {"cents": 5}}) == expected
    assert _Schema().dump({"name": "a", "inner": Inner(5)}) == expected


def test_what_is_missing_is_left_out_also_if_it_is_called_as_a_method_of_the_object() -> None:
    assert _Schema().dump({"name": "a"}) == {"name": "a"}
    assert _Schema().dump(Outer("a", None)) == {"name": "a"}
