"""gunicorn's settings for the web processes; omatori-web.service starts them.

The timetable and charge files are the work of `omatori serve` in another unit (omatori-jobs.service).
"""

from typing import Any

bind = "127.0.0.1:8000"
workers = 2
"""One for each core."""
worker_class = "gthread"
threads = 8
timeout = 90
"""Seconds until a worker that does not answer is replaced; a statement may take 60."""
graceful_timeout = 30
keepalive = 65
"""Longer than the proxy keeps an idle connection, so that it is the proxy that closes it."""
forwarded_allow_ips = "127.0.0.1"
accesslog = None
"""Omatori logs each answer itself, without addresses that name people."""
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "foundation.web.logs.PrivateJsonFormatter"}},
    "handlers": {"log": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"level": "WARNING", "handlers": ["log"]},
    "loggers": {"gunicorn.error": {"level": "INFO", "handlers": ["log"], "propagate": False}},
}


def child_exit(_server: Any, worker: Any) -> None:
    """Forget a gauge of a worker that has ended; its counts stay."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
