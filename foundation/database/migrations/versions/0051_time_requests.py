"""Requests of clients for a free time, and the times that providers offer.

The downgrade drops them; choices that were made after them stay.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0045"
branch_labels = None
depends_on = None

CHECKS = {
    "state": "state IN ('open', 'accepted', 'declined', 'withdrawn')",
    "length": "length(words) <= 500 AND length(answer) <= 500",
    "closed": "(state = 'open') = (closed_at IS NULL)",
    "answer": "(state = 'declined') = (answer <> '')",
    "last_day": "last_day >= (asked_at AT TIME ZONE 'Europe/Helsinki')::date",
}
REFERENCES = {
    "county_id": "county.id",
    "client_id": "client.id",
    "offering_id": "offering.id",
    "provider_id": "provider.id",
    "asked_by": "person.id",
}


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "time_request",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        *(_number(name) for name in ("client_id", "offering_id", "provider_id")),
        sa.Column("words", sa.Text(), nullable=False),
        _moment("asked_at", nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        _moment("closed_at", nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_time_request_{name}")) for name, rule in CHECKS.items()),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_time_request_{column}"))
            for column, target in REFERENCES.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_request")),
    )
    still_open = "state = 'open'"
    op.create_index("ix_time_request_client_id", "time_request", ["client_id"])
    op.create_index(
        "ux_time_request_open",
        "time_request",
        ["client_id", "offering_id"],
        unique=True,
        postgresql_where=still_open,
    )
    op.create_index(
        "ix_time_request_provider", "time_request", ["provider_id", "asked_at"], postgresql_where=still_open
    )
    _create_offered_times()


def _create_offered_times() -> None:
    op.create_table(
        "offered_time",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        _number("time_request_id"),
        _moment("starts_at", nullable=False),
        _moment("offered_at", nullable=False),
        _moment("accepted_at", nullable=True),
        sa.CheckConstraint("starts_at > offered_at", name=op.f("ck_offered_time_ahead")),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_offered_time_county_id")),
        sa.ForeignKeyConstraint(
            ["time_request_id"], ["time_request.id"], name=op.f("fk_offered_time_time_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offered_time")),
        sa.UniqueConstraint(
            "time_request_id", "starts_at", name=op.f("uq_offered_time_time_request_id_starts_at")
        ),
    )
    op.create_index(
        "ux_offered_time_accepted",
        "offered_time",
        ["time_request_id"],
        unique=True,
        postgresql_where="accepted_at IS NOT NULL",
    )


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _moment(name: str, *, nullable: bool) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def downgrade() -> None:
    """Drop them."""
    op.drop_table("offered_time")
    op.drop_table("time_request")
