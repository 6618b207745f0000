"""The navigation in the header. Each face declares its items; the shell shows those of the actor's role."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import current_app, request, url_for
from werkzeug.routing import BuildError

from foundation.vocabulary.roles import Actor
from foundation.web.extension_points import NavigationItem
from foundation.web.state import shell


@dataclass(frozen=True, slots=True)
class ShownItem:
    """A link as shown on this page.

    `current` is the value of `aria-current`: `page` on the page itself, `true` on the others of its section.
    """

    url: str
    text: str
    current: str


def items_for(items: Iterable[NavigationItem], actor: Actor | None) -> list[ShownItem]:
    """Return the links that the actor sees, with the current section marked."""
    seen = [item for item in items if _is_for(item, actor)]
    urls = {item: url_for(item.endpoint) for item in seen if item.endpoint in current_app.view_functions}
    section = _section(urls)
    return [ShownItem(url, item.text, _current(url) if item is section else "") for item, url in urls.items()]


def _is_for(item: NavigationItem, actor: Actor | None) -> bool:
    if actor is None:
        return item.visitors
    return actor.role in item.roles and (bool(actor.client_ids) or not item.needs_client)


def _section(urls: Mapping[NavigationItem, str]) -> NavigationItem | None:
    """Return the item to which this page belongs: by its endpoint, its blueprint, or the nearest address."""
    for name in (request.endpoint, request.blueprint):
        for item in urls:
            if name is not None and name in (item.endpoint, *item.pages):
                return item
    above = [item for item, url in urls.items() if f"{request.path}/".startswith(f"{url.rstrip('/')}/")]
    return max(above, key=lambda item: len(urls[item]), default=None)


def _current(url: str) -> str:
    return "page" if request.path == url else "true"


def frames_for(actor: Actor | None) -> list[str]:
    """Return the templates that the actor's pages include."""
    return [frame.template for frame in shell().frames if actor is not None and actor.role in frame.roles]


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
