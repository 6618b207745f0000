"""Indexes of a search: words of a provider's name and of an offering's texts, and served municipalities."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_INDEXES = {
    "ix_provider_name_words": ("provider", "to_tsvector('simple'::regconfig, name)"),
    "ix_offering_title_words": ("offering", "to_tsvector('simple'::regconfig, title)"),
    "ix_offering_about_words": ("offering", "to_tsvector('simple'::regconfig, about)"),
    "ix_offering_municipalities": ("offering", "municipalities"),
}


def upgrade() -> None:
    """Create them."""
    for name, (table, words) in _INDEXES.items():
        op.create_index(name, table, [sa.text(words)], postgresql_using="gin")


def downgrade() -> None:
    """Drop them."""
    for name, (table, _words) in _INDEXES.items():
        op.drop_index(name, table)
