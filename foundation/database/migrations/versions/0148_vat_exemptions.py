"""Each service that is exempt from VAT has its reason: health care or social welfare."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0148"
down_revision = "0147"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give each exempt service the reason that invoices have given until now: social welfare."""
    op.add_column("service", sa.Column("vat_exemption", sa.Text(), nullable=True))
    op.execute("UPDATE service SET vat_exemption = 'social_welfare' WHERE vat_kind = 'exempt'")
    op.create_check_constraint(
        op.f("ck_service_vat_exemption"), "service", "vat_exemption IN ('health_care', 'social_welfare')"
    )
    op.create_check_constraint(
        op.f("ck_service_exempt"), "service", "(vat_kind = 'exempt') = (vat_exemption IS NOT NULL)"
    )


def downgrade() -> None:
    """Forget the reasons."""
    op.drop_constraint(op.f("ck_service_exempt"), "service")
    op.drop_constraint(op.f("ck_service_vat_exemption"), "service")
    op.drop_column("service", "vat_exemption")
