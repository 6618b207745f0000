"""The words by which a county's clients find a service, and the indexes of a search by words.

Each county starts with the same words, for the services of the catalogue.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from foundation.database.search_words import first_search_words

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table with the first words."""
    table = op.create_table(
        "search_word",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("service_id", sa.SmallInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.CheckConstraint("text IN ('fi', 'sv', 'en', 'selko')", name=op.f("ck_search_word_text")),
        sa.CheckConstraint(
            "length(word) BETWEEN 2 AND 60 AND word = btrim(word)", name=op.f("ck_search_word_word")
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_search_word_county_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_search_word_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_word")),
        sa.UniqueConstraint(
            "county_id",
            "service_id",
            "text",
            "word",
            name=op.f("uq_search_word_county_id_service_id_text_word"),
        ),
    )
    _add_first_words(table)


def _add_first_words(table: sa.Table) -> None:
    link = op.get_bind()
    services = {code: key for key, code in link.execute(sa.text("SELECT id, code FROM service")).all()}
    counties = link.scalars(sa.text("SELECT id FROM county ORDER BY id")).all()
    rows = [
        {"county_id": county_id, "service_id": services[service], "text": text, "word": word}
        for county_id in counties
        for service, text, word in first_search_words()
        if service in services
    ]
    if rows:
        op.bulk_insert(table, rows)


def downgrade() -> None:
    """Drop it."""
    op.drop_table("search_word")
