"""Orders that stand before the others of their class."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("urgency", sa.String(20), server_default="normal", nullable=False))
    op.create_check_constraint(op.f("orders_urgency_check"), "orders", "urgency IN ('urgent', 'normal')")


def downgrade() -> None:
    op.drop_column("orders", "urgency")
