"""Forms that read Finnish and ISO input into whole cents, hundredths and days, and keep what was typed.

Labels, hints and messages are msgids. Labels are translated when they are shown, errors when they are found.
"""

from collections.abc import Callable, Iterable
from typing import Any

from flask import g
from flask_wtf import FlaskForm
from wtforms import Field
from wtforms.validators import Length, NumberRange, Optional, Regexp, StopValidation, ValidationError

from foundation.web.fields import (
    ChoiceField,
    ChoicesField,
    DayField,
    EmailField,
    FileField,
    HiddenField,
    MoneyField,
    PasswordField,
    PhoneField,
    QuantityField,
    TextAreaField,
    TextField,
    TimeField,
    WholeNumberField,
    YesField,
)
from foundation.web.languages import _

Validator = Callable[[Any, Any], None]


class Form(FlaskForm):  # type: ignore[misc]
    """A form of a page with its CSRF token. A page whose form has errors is answered with 422."""

    form_errors: list[str]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form_errors = []

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Return whether the form has no errors."""
        right = bool(super().validate(*args, **kwargs))
        g.form_refused = not right
        return right

    def refuse(self, field: str | None, message: str) -> None:
        """Add an action's own error to a field, or to the form (None). `message` is already translated."""
        g.form_refused = True
        if field is None:
            self.form_errors.append(message)
        else:
            self[field].errors = [*self[field].errors, message]

    def faults(self) -> list[tuple[str, str]]:
        """Return each error with the id of its field, in the order of the page; "" for errors of the form."""
        shown = [field for field in self if field.type not in ("CSRFTokenField",)]
        beside = [(first_control_id(field), str(field.errors[0])) for field in shown if field.errors]
        return [("", message) for message in self.form_errors] + beside


def first_control_id(field: Field) -> str:
    """Return the id that the error summary links to: the first choice of a group."""
    return f"{field.id}-0" if getattr(field, "kind", "") in ("radios", "checkboxes") else str(field.id)


class _Message:
    """A validator whose message is translated when the error is found."""

    def __init__(self, check: Validator, message: str, **values: object) -> None:
        self.check, self.message, self.values = check, message, values
        self.field_flags = getattr(check, "field_flags", {})

    def __call__(self, form: Any, field: Any) -> None:
        try:
            self.check(form, field)
        except StopValidation as error:
            raise StopValidation(_(self.message, **self.values) if str(error) else "") from error
        except (ValidationError, ValueError) as error:
            raise ValidationError(_(self.message, **self.values)) from error


def needed(message: str) -> Validator:
    """Require that something was typed or chosen."""

    def check(_form: Any, field: Any) -> None:
        if any(str(value).strip() for value in field.raw_data or []):
            return
        if field.data not in (None, "", [], False) and not field.raw_data:
            return
        field.errors = []
        raise StopValidation(_(message))

    return check


def may_be_empty() -> Validator:
    """Skip the other validators of an empty field."""
    skip: Validator = Optional()
    return skip


def at_most(length: int, message: str) -> Validator:
    """Require at most `length` characters; `%(length)s` in the message."""
    return _Message(Length(max=length), message, length=length)


def between(low: int | None, high: int | None, message: str) -> Validator:
    """Require a number from `low` to `high`, in the field's own unit (cents, hundredths).

    `%(min)s` and `%(max)s` in the message are these numbers as they are.
    """
    return _Message(NumberRange(low, high), message, min=low, max=high)


def matches(pattern: str, message: str) -> Validator:
    """Require a text that matches a regular expression."""
    return _Message(Regexp(pattern), message)


def pairs(choices: Iterable[tuple[object, str]]) -> list[tuple[str, str]]:
    """Return choices for a field from values and translated texts."""
    return [(str(value), text) for value, text in choices]
