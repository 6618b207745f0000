"""An application of this process, served for a browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server


class _Handler(WSGIRequestHandler):
    """Ends a connection that says nothing: a browser opens some in advance, and the next request waits."""

    timeout = 5.0


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve an application on a free port, one request at a time; yield its address."""
    server = make_server("127.0.0.1", 0, app, request_handler=_Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
