"""The link by which anyone who holds a statement sees what the county's books hold."""

from __future__ import annotations

from flask import request, url_for

from foundation.web.state import shell
from provider_portal.load.settlements import OwnSettlement


def check_link(settlement: OwnSettlement) -> str:
    """Return the whole address of the check page; empty before the run is approved."""
    if not settlement.is_owed:
        return ""
    root = shell().settings.public_url or request.url_root
    return root.rstrip("/") + url_for("provider_statements.check", check_code=settlement.check_code)
