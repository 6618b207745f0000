"""Applications of companies that want to be approved as providers, and the municipalities of an approval.

The downgrade drops them.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0101"
down_revision = "0100"
branch_labels = None
depends_on = None

MOMENT, DAY, TEXT, BIG, SMALL = (
    sa.DateTime(timezone=True),
    sa.Date(),
    sa.Text(),
    sa.BigInteger(),
    sa.SmallInteger(),
)
Columns = tuple[tuple[str, Any, bool], ...]
APPLICATION: Columns = (
    ("county_id", SMALL, False),
    ("provider_id", BIG, True),
    ("state", TEXT, False),
    ("email", TEXT, False),
    ("language", TEXT, False),
    ("code_sha256", TEXT, True),
    ("link_expires_at", MOMENT, True),
    *((name, TEXT, False) for name in ("business_id", "company_name", "about", "website")),
    *((name, TEXT, False) for name in ("contact_name", "phone", "question")),
    ("started_at", MOMENT, False),
    ("saved_at", MOMENT, False),
    ("submitted_at", MOMENT, True),
)
SERVICE: Columns = (
    ("application_id", BIG, False),
    ("service_id", SMALL, False),
    ("municipalities", postgresql.ARRAY(TEXT), False),
    ("state", TEXT, False),
    ("first_day", DAY, True),
    ("last_day", DAY, True),
    ("why", TEXT, False),
    ("decided_at", MOMENT, True),
    ("decided_by", BIG, True),
)
PAPER: Columns = (
    ("application_id", BIG, False),
    ("kind", TEXT, False),
    ("first_day", DAY, False),
    ("last_day", DAY, True),
    ("media_type", TEXT, False),
    ("size", sa.Integer(), False),
    ("content", sa.LargeBinary(), False),
    ("uploaded_at", MOMENT, False),
)
CHECKS = {
    "provider_application": {
        "state": "state IN ('draft', 'submitted', 'more_needed', 'decided', 'withdrawn')",
        "email": "email = lower(email) AND email LIKE '_%@_%'",
        "business_id": "business_id = '' OR business_id ~ '^[0-9]{7}-[0-9]$'",
        "digest": "length(code_sha256) = 64",
        "link": "(code_sha256 IS NULL) = (link_expires_at IS NULL)",
        "applicant": "code_sha256 IS NOT NULL OR provider_id IS NOT NULL",
        "complete": "state IN ('draft', 'withdrawn') OR (submitted_at IS NOT NULL AND business_id <> ''"
        " AND company_name <> '' AND contact_name <> '' AND phone <> '')",
        "question": "(state = 'more_needed') = (question <> '')",
    },
    "application_service": {
        "state": "state IN ('pending', 'approved', 'refused')",
        "decided": "(state = 'pending') = (decided_at IS NULL) AND (state = 'pending') = (decided_by IS NULL)",
        "first_day": "(state = 'approved') = (first_day IS NOT NULL)",
        "days": "last_day IS NULL OR last_day >= first_day",
        "why": "state <> 'refused' OR why <> ''",
    },
    "application_paper": {
        "kind": "kind IN ('register_entry', 'insurance', 'prepayment_register')",
        "media_type": "media_type IN ('application/pdf', 'image/png', 'image/jpeg')",
        "days": "last_day IS NULL OR last_day >= first_day",
        "size": "size = octet_length(content) AND size BETWEEN 1 AND 2000000",
    },
}
TABLES: dict[str, tuple[Columns, dict[str, str]]] = {
    "provider_application": (APPLICATION, {"county_id": "county.id", "provider_id": "provider.id"}),
    "application_service": (
        SERVICE,
        {"application_id": "provider_application.id", "service_id": "service.id", "decided_by": "person.id"},
    ),
    "application_paper": (PAPER, {"application_id": "provider_application.id"}),
}
UNIQUE = {
    "provider_application": (("code_sha256",),),
    "application_service": (("application_id", "service_id"),),
    "application_paper": (("application_id", "kind"),),
}


def upgrade() -> None:
    """Add the tables and the column."""
    kind = postgresql.ARRAY(TEXT)
    op.add_column("approval", sa.Column("municipalities", kind, server_default="{}", nullable=False))
    for table, (columns, references) in TABLES.items():
        op.create_table(
            table,
            sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
            *(sa.Column(name, kind, nullable=nullable) for name, kind, nullable in columns),
            *(
                sa.CheckConstraint(check, name=op.f(f"ck_{table}_{name}"))
                for name, check in CHECKS[table].items()
            ),
            *(
                sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))
                for column, target in references.items()
            ),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
            *(
                sa.UniqueConstraint(*names, name=op.f(f"uq_{table}_{'_'.join(names)}"))
                for names in UNIQUE[table]
            ),
        )
    op.create_index(
        "ix_provider_application_queue",
        "provider_application",
        ["county_id", "submitted_at"],
        postgresql_where="state = 'submitted'",
    )
    op.create_index(
        "ix_provider_application_provider_id",
        "provider_application",
        ["provider_id"],
        postgresql_where="provider_id IS NOT NULL",
    )


def downgrade() -> None:
    """Drop them."""
    for table in reversed(TABLES):
        op.drop_table(table)
    op.drop_column("approval", "municipalities")
