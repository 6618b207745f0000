"""Form fields that read Finnish and ISO input and keep the text that was typed."""

import re
from collections.abc import Sequence
from datetime import date, time
from typing import Any, ClassVar

import wtforms
from typing_extensions import override
from wtforms.validators import StopValidation

from foundation.vocabulary.dates import parse_finnish_day, parse_iso_day
from foundation.vocabulary.money import format_hundredths, parse_hundredths
from foundation.web.catalogues import N_
from foundation.web.languages import _

SPACES = re.compile(r"[\s\u00a0\u202f]")
CLOCK = re.compile(r"(\d{1,2})(?:[.:,]?(\d{2}))?")


class OwnField(wtforms.Field):  # type: ignore[misc]
    """Base of all our fields: a hint, and the kind by which shell/fields.html draws them."""

    kind: ClassVar[str] = "text"

    def __init__(self, label: str, validators: Sequence[Any] = (), *, hint: str = "", **kwargs: Any) -> None:
        super().__init__(label, list(validators), **kwargs)
        self.hint = hint


class TextField(OwnField, wtforms.StringField):  # type: ignore[misc]
    """One line of text, stripped."""

    input_type: ClassVar[str] = "text"

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the text."""
        if valuelist:
            self.data = valuelist[0].strip()


class EmailField(TextField):
    """An e-mail address."""

    input_type = "email"


class PhoneField(TextField):
    """A telephone number as people write it."""

    input_type = "tel"


class HiddenField(TextField):
    """A value that the page sends along."""

    kind = "hidden"
    input_type = "hidden"


class PasswordField(OwnField, wtforms.StringField):  # type: ignore[misc]
    """A password: never shown again, spaces kept."""

    kind = "password"


class TextAreaField(TextField):
    """Several lines of text."""

    kind = "textarea"


class _ReadField(OwnField):
    """A field whose text is parsed into another kind of value; the text is kept as it was typed."""

    fault: ClassVar[str]
    input_mode: ClassVar[str | None] = None
    input_type: ClassVar[str] = "text"

    def process_formdata(self, valuelist: list[str]) -> None:
        """Parse the text; one that cannot be parsed is an error of the field."""
        typed = valuelist[0].strip() if valuelist else ""
        self.data = self.read(typed) if typed else None
        if typed and self.data is None:
            raise ValueError(_(self.fault))

    @override
    def pre_validate(self, form: Any) -> None:
        """Stop the validation of a value that could not be parsed."""
        if self.process_errors:
            raise StopValidation

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.write(self.data)

    def read(self, typed: str) -> Any:
        """Return the value of a text; None if it has none."""
        raise NotImplementedError

    def write(self, value: Any) -> str:
        """Return the text of a value."""
        return str(value)


def read_hundredths(typed: str) -> int | None:
    """Read `1 240,50`, `1240.5` or `12 €` as hundredths; None if not a number with at most two decimals."""
    plain = SPACES.sub("", typed).removesuffix("€").replace("\u2212", "-").replace(",", ".")
    return parse_hundredths(plain)


class MoneyField(_ReadField):
    """Euros; `data` in whole cents."""

    kind = "money"
    fault = N_("Enter the amount in euros, for example 36,50")
    input_mode = "decimal"

    def read(self, typed: str) -> int | None:
        """Return the cents."""
        return read_hundredths(typed)

    def write(self, value: int) -> str:
        """Write it with a decimal comma."""
        return format_hundredths(value).replace(".", ",")


class QuantityField(MoneyField):
    """Hours, visits and the like; `data` in hundredths."""

    kind = "text"
    fault = N_("Enter a number, for example 1,5")

    def write(self, value: int) -> str:
        """Write it without needless decimals."""
        return super().write(value).rstrip("0").rstrip(",")


class WholeNumberField(_ReadField):
    """A whole number."""

    fault = N_("Enter a whole number, for example 12")
    input_mode = "numeric"

    def read(self, typed: str) -> int | None:
        """Return the number, of at most nine digits."""
        plain = SPACES.sub("", typed)
        return int(plain) if re.fullmatch(r"-?[0-9]{1,9}", plain) else None


class DayField(_ReadField):
    """A day as `21.11.2026` or `2026-11-21`; `data` is a date."""

    kind = "day"
    fault = N_("Enter a date, for example 21.11.2026")

    def read(self, typed: str) -> date | None:
        """Return the day."""
        plain = SPACES.sub("", typed)
        return parse_finnish_day(plain) or parse_iso_day(plain)

    def write(self, value: date) -> str:
        """Write it as in Finland."""
        return f"{value.day}.{value.month}.{value.year}"

    def native_value(self) -> str:
        """Return it as the browser's own date input takes it; what could not be read as it was typed."""
        return self._value() if self.data is None else self.data.isoformat()


class TimeField(_ReadField):
    """A time of day as `9.30`, `9:30`, `930` or `9`; `data` is a time."""

    kind = "time"
    fault = N_("Enter a time of day, for example 9.30")
    input_mode = "decimal"

    def read(self, typed: str) -> time | None:
        """Return the time."""
        found = CLOCK.fullmatch(SPACES.sub("", typed))
        hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
        return time(hour, minute) if hour < 24 and minute < 60 else None

    def write(self, value: time) -> str:
        """Write it with a point between."""
        return f"{value.hour}.{value.minute:02d}"

    def native_value(self) -> str:
        """Return it as the browser's own time input takes it; what could not be read as it was typed."""
        return self._value() if self.data is None else f"{self.data:%H:%M}"


Choices = Sequence[tuple[str, str]]


class ChoiceField(OwnField):
    """A choice of one: radio buttons or a drop-down list.

    `choices` are (value, translated text); they may be set later on the form's field.
    """

    data: Any

    def __init__(
        self,
        label: str,
        validators: Sequence[Any] = (),
        *,
        choices: Choices = (),
        dropdown: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.choices: list[tuple[str, str]] = list(choices)
        self.kind = "select" if dropdown else "radios"  # type: ignore[misc]

    def process_data(self, value: Any) -> None:
        """Take a value from Python code."""
        self.data = None if value is None else str(value)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what was chosen."""
        self.data = valuelist[0] if valuelist else None

    @override
    def pre_validate(self, form: Any) -> None:
        """Refuse a value that is not among the choices."""
        if self.data and self.data not in {str(value) for value, _text in self.choices}:
            raise StopValidation(_(N_("Choose one from the list")))


class ChoicesField(ChoiceField):
    """A choice of several: check boxes. `data` is a list of values."""

    def __init__(self, label: str, validators: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.kind = "checkboxes"  # type: ignore[misc]

    def process_data(self, value: Any) -> None:
        """Take values from Python code."""
        self.data = [str(item) for item in value or []]

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what was chosen."""
        self.data = list(valuelist)

    @override
    def pre_validate(self, form: Any) -> None:
        """Refuse a value that is not among the choices."""
        if set(self.data or []) - {str(value) for value, _text in self.choices}:
            raise StopValidation(_(N_("Choose from the list")))


class YesField(OwnField, wtforms.BooleanField):  # type: ignore[misc]
    """One check box."""

    kind = "checkbox"


class FileField(OwnField, wtforms.FileField):  # type: ignore[misc]
    """An uploaded file: `data` is Werkzeug's FileStorage, or None."""

    kind = "file"

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take the file; an empty control sends a file without a name."""
        files = [value for value in valuelist if getattr(value, "filename", "")]
        self.data = files[0] if files else None
        self.raw_data = [file.filename for file in files]


def choice_items(field: Any) -> list[dict[str, Any]]:
    """Return the choices as govuk-frontend's macros take them; the first has the id that the summary links
    to."""
    chosen = field.data if isinstance(field.data, list) else [field.data]
    return [
        {
            "value": str(value),
            "text": text,
            "id": f"{field.id}-{index}",
            "checked": str(value) in chosen,
            "selected": str(value) in chosen,
        }
        for index, (value, text) in enumerate(field.choices)
    ]
