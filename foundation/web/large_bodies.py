"""Bodies of requests: how large each address takes them, and how many large ones are in work at once.

A view that takes files says so with `takes_upload`; every other body is small. The server refuses a larger
body before it stores any of it (`commands.body_limits`), the application before it reads it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, TypeVar

from flask import Flask, g, request
from werkzeug.exceptions import HTTPException

from foundation.web.heavy import HeavyWork

ORDINARY_BYTES = 2_500_000
"""More than a form (2 MB) or a JSON document (1 MB) may have."""
FILE_BYTES = 32_000_000
"""For an address that takes tables: one of 25 MB and its multipart frame; a larger one gets its code."""
FRAME_BYTES = 1_000_000
"""What the other fields of a form with a file may have."""
IN_WORK_FROM_BYTES = 4_000_000
MOST_IN_WORK, MOST_WAITING, WAIT_SECONDS = 2, 2, 20.0

View = TypeVar("View", bound=Callable[..., Any])
_LARGEST = "omatori_largest_body"
IN_WORK = HeavyWork(MOST_IN_WORK, MOST_WAITING)
"""The large bodies of this process."""


def takes_upload(largest_bytes: int) -> Callable[[View], View]:
    """Let a view take bodies up to this size from senders who send a key or a session."""

    def mark(view: View) -> View:
        setattr(view, _LARGEST, largest_bytes)
        return view

    return mark


def largest_body(app: Flask, method: str, path: str) -> int:
    """Return the size in bytes up to which the address takes a body."""
    try:
        endpoint, _ = app.url_map.bind("").match(path, method=method)
    except HTTPException:
        return ORDINARY_BYTES
    return int(getattr(app.view_functions[endpoint], _LARGEST, ORDINARY_BYTES))


def install_body_limits(app: Flask) -> None:
    """Limit the body of each request by its address, and free its place among the large ones."""

    def limit() -> None:
        view = app.view_functions.get(request.endpoint or "")
        largest = int(getattr(view, _LARGEST, ORDINARY_BYTES))
        request.max_content_length = largest
        is_large = IN_WORK_FROM_BYTES < (request.content_length or 0) <= largest
        if is_large and request.mimetype == "multipart/form-data":
            take_place()  # a form is read whole when it is first looked at

    app.before_request(limit)
    app.teardown_request(lambda _error: free_place())


def read_large_body() -> bytes:
    """Return the body of an upload, which is kept for the rest of the request.

    A large one waits for a place first and is read in one piece: Werkzeug would hold it twice meanwhile.

    Raises:
        HeavyWorkBusyError: Too many large bodies are in work.
    """
    size = request.content_length or 0
    if size < IN_WORK_FROM_BYTES or size > (request.max_content_length or 0):
        return request.get_data(cache=True)
    if "large_body" not in g:
        take_place()
        g.large_body = request.environ["wsgi.input"].read(size)
    return bytes(g.large_body)


def take_place() -> None:
    """Wait for a place among the large bodies in work; the request has it until `free_place`.

    Raises:
        HeavyWorkBusyError: Too many large bodies are in work.
    """
    if "large_body_place" not in g:
        with ExitStack() as stack:
            stack.enter_context(IN_WORK.place(object(), wait_seconds=WAIT_SECONDS))
            g.large_body_place = stack.pop_all()


def free_place() -> None:
    """Free the place of this request, when its body has been judged."""
    place: ExitStack | None = g.pop("large_body_place", None)
    if place is not None:
        place.close()
