"""Open early warnings of a funding and its client."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.database.tables.alerts import Alert


def open_alerts(session: Session, client_id: int) -> dict[str, Alert]:
    """Return the alerts of a client that have not closed, by rule, with those that wait for a second week."""
    query = select(Alert).where(Alert.client_id == client_id, Alert.closed_on.is_(None))
    return {row.rule: row for row in session.scalars(query.with_for_update())}
