"""Names in three languages, as in the API."""

from __future__ import annotations

from marshmallow import fields

from foundation.web.api import ApiSchema
from marketplace.load.names import Names


class NamesSchema(ApiSchema):
    """One name in Finnish, Swedish and English."""

    fi = fields.String()
    sv = fields.String()
    en = fields.String()


def names_out(names: Names | None) -> dict[str, str] | None:
    """Return the three names."""
    return None if names is None else {"fi": names.fi, "sv": names.sv, "en": names.en}
