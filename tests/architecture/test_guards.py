"""Every view says who may use it: `@allow(Role…)` or `@public`."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import sessionmaker

from config import Settings
from foundation.web.identity.guards import guard_of
from wsgi import create_app

FLASK_OWN = {"static"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The whole application; no view is called, so it needs no database."""
    settings = Settings("development", "s" * 32, tmp_path_factory.mktemp("var"))
    return create_app(settings, sessionmaker())


def views(app: Flask) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every endpoint with what answers it: a function, or each method of a class."""
    for endpoint, view in app.view_functions.items():
        view_class = getattr(view, "view_class", None)
        if view_class is None:
            yield endpoint, view
        else:
            yield from ((f"{endpoint}.{m}", getattr(view_class, m.lower())) for m in view_class.methods)


def unguarded(app: Flask) -> list[str]:
    return [name for name, view in views(app) if guard_of(view) is None and name not in FLASK_OWN]


def test_every_view_has_a_guard(app: Flask) -> None:
    assert unguarded(app) == []


def test_there_are_views_to_look_at(app: Flask) -> None:
    assert len(dict(views(app))) > 20


def test_an_unguarded_view_is_found() -> None:
    bare = Flask("planted")
    bare.add_url_rule("/open", "open", lambda: "")
    assert [name for name, view in views(bare) if guard_of(view) is None and name not in FLASK_OWN] == [
        "open"
    ]
