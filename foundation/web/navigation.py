"""The navigation in the header. Each face declares its items; the shell shows those of the actor's role."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import current_app, request, url_for
from werkzeug.routing import BuildError

from foundation.vocabulary.roles import Actor
from foundation.web.extension_points import NavigationItem
from foundation.web.state import shell


@dataclass(frozen=True, slots=True)
class ShownItem:
    """A link as shown on this page."""

    url: str
    text: str
    current: bool


def items_for(items: Iterable[NavigationItem], actor: Actor | None) -> list[ShownItem]:
    """Return the links that the actor sees, with the current section marked."""
    seen = [
        item
        for item in items
        if (actor is None and item.visitors) or (actor is not None and actor.role in item.roles)
    ]
    urls = {item: url_for(item.endpoint) for item in seen if item.endpoint in current_app.view_functions}
    here = [
        url for url in urls.values() if request.path == url or request.path.startswith(url.rstrip("/") + "/")
    ]
    nearest = max(here, key=len, default=None)
    return [ShownItem(url, item.text, url == nearest) for item, url in urls.items()]


def home_of(actor: Actor | None) -> str:
    """Return the actor's start page: the first item of the role's navigation, else the front page."""
    if actor is None:
        return "/"
    shown = items_for(shell().navigation, actor)
    return shown[0].url if shown else "/"


def url_if_there(endpoint: str, **values: object) -> str | None:
    """Return the address of an endpoint of another package; None if that package is not installed."""
    try:
        return url_for(endpoint, **values)  # type: ignore[arg-type]
    except BuildError:
        return None
