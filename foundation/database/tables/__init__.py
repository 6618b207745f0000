"""One module for each noun. Import that module; this one only completes the metadata for migrations."""

from foundation.database.columns import Base
from foundation.database.tables import (
    audit,
    charge_answers,
    charges,
    choices,
    clients,
    counties,
    grants,
    idempotency,
    ledger,
    outbox,
    payments,
    people,
    providers,
    recoveries,
    services,
    uploads,
    versions,
)

__all__ = [
    "Base",
    "audit",
    "charge_answers",
    "charges",
    "choices",
    "clients",
    "counties",
    "grants",
    "idempotency",
    "ledger",
    "outbox",
    "payments",
    "people",
    "providers",
    "recoveries",
    "services",
    "uploads",
    "versions",
]
