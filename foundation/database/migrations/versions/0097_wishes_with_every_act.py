"""What a client wants is kept with every act of a guardian, not only with a choice.

A downgrade drops the wishes of the other acts, and keeps the newest of each choice.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0097"
down_revision = "0094"
branch_labels = None
depends_on = None

_TARGETS = {
    "county_id": "county",
    "client_id": "client",
    "charge_id": "charge",
    "pause_id": "plan_pause",
    "help_request_id": "help_request",
    "feedback_id": "feedback",
    "proposal_id": "proposal",
}
_ABOUT = ("charge_id", "pause_id", "move_number", "help_request_id", "feedback_id", "proposal_id")
_ACT_FITS = """
CASE WHEN act IN ('choose', 'end', 'change_visit', 'cancel_visit') THEN choice_id
 WHEN act IN ('confirm', 'dispute', 'reply') THEN charge_id WHEN act = 'pause' THEN pause_id
 WHEN act = 'move' THEN move_number WHEN act = 'refuse_voucher' THEN help_request_id
 WHEN act = 'give_feedback' THEN feedback_id WHEN act = 'decline' THEN proposal_id END IS NOT NULL
"""


def upgrade() -> None:
    """Give each wish an id, its client, its act and what the act is about."""
    op.drop_constraint("pk_client_wish", "client_wish")
    op.alter_column("client_wish", "choice_id", nullable=True)
    op.add_column("client_wish", sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False))
    op.create_primary_key("pk_client_wish", "client_wish", ["id"])
    op.add_column("client_wish", sa.Column("county_id", sa.SmallInteger()))
    for name in ("client_id", *_ABOUT):
        op.add_column("client_wish", sa.Column(name, sa.BigInteger()))
    op.add_column("client_wish", sa.Column("act", sa.Text()))
    op.execute("""
        UPDATE client_wish w SET act = 'choose', county_id = f.county_id, client_id = f.client_id
        FROM choice c JOIN funding f ON f.id = c.funding_id WHERE c.id = w.choice_id
    """)
    for name in ("county_id", "client_id", "act"):
        op.alter_column("client_wish", name, nullable=False)
    for column, table in _TARGETS.items():
        op.create_foreign_key(op.f(f"fk_client_wish_{column}"), "client_wish", table, [column], ["id"])
    about = f"num_nonnulls(choice_id, {', '.join(_ABOUT)}) = 1"
    op.create_check_constraint(op.f("ck_client_wish_about"), "client_wish", about)
    op.create_check_constraint(op.f("ck_client_wish_act_fits"), "client_wish", _ACT_FITS)
    op.create_index("ix_client_wish_client_id", "client_wish", ["client_id"])
    op.create_index("ix_client_wish_choice_id", "client_wish", ["choice_id"])


def downgrade() -> None:
    """Keep one wish for each choice, as before."""
    op.execute("DELETE FROM client_wish WHERE act <> 'choose'")
    op.execute("""
        DELETE FROM client_wish w USING client_wish newer
        WHERE newer.choice_id = w.choice_id AND newer.id > w.id
    """)
    op.drop_index("ix_client_wish_choice_id", "client_wish")
    op.drop_index("ix_client_wish_client_id", "client_wish")
    op.drop_constraint(op.f("ck_client_wish_act_fits"), "client_wish")
    op.drop_constraint(op.f("ck_client_wish_about"), "client_wish")
    op.drop_constraint("pk_client_wish", "client_wish")
    for name in ("id", "county_id", "client_id", *_ABOUT, "act"):
        op.drop_column("client_wish", name)
    op.alter_column("client_wish", "choice_id", nullable=False)
    op.create_primary_key("pk_client_wish", "client_wish", ["choice_id"])
