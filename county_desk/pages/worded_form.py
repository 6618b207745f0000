"""A form whose written-out choices are said in the reader's language."""

from __future__ import annotations

from typing import Any

from foundation.web.forms import ChoiceField, ChoicesField, Form
from foundation.web.languages import _


class WordedForm(Form):
    """Choices stand in the class as msgids; they are translated for each reader."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self:
            if isinstance(field, (ChoiceField, ChoicesField)) and field.choices:
                field.choices = [(value, _(text)) for value, text in field.choices]
