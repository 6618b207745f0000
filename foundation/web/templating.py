"""Jinja settings of our pages: a misspelt name is an error, not an empty place on the page."""

from collections.abc import MutableMapping
from typing import Any

from flask import Flask
from flask.templating import Environment
from jinja2 import ChainableUndefined, ChoiceLoader, PackageLoader, PrefixLoader, StrictUndefined, Undefined
from jinja2.utils import missing
from typing_extensions import override

VENDOR_NAMES = frozenset({"caller", "undefined", "null"})  # used bare in govuk-frontend-jinja


class CarefulUndefined(Undefined):
    """Strict undefined values, except in mappings: govuk-frontend's macros read optional keys."""

    def __new__(cls, hint: str | None = None, obj: Any = missing, name: str | None = None, *rest: Any) -> Any:
        """Choose the kind by what lacks the name."""
        lenient = isinstance(obj, (dict, Undefined)) or name in VENDOR_NAMES
        kind = ChainableUndefined if lenient else StrictUndefined
        return kind(hint, obj, name, *rest)


class PageEnvironment(Environment):
    """An environment whose templates share its globals.

    Jinja gives each template a `ChainMap` over them. Each import of a macro compares its keys in Python, and
    that took a tenth of the time of a page with a form.
    """

    @override
    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the globals of a template: those of the environment, unless it has some of its own."""
        return super().make_globals(d) if d else self.globals


def install_templating(app: Flask) -> None:
    """Load our templates and the vendor's, with strict names."""
    vendor = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    own = app.jinja_loader
    app.jinja_loader = ChoiceLoader([own, vendor] if own else [vendor])
    app.jinja_env.undefined = CarefulUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
