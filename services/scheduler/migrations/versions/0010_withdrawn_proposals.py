"""A proposal of an extra edition can be withdrawn."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("extra_edition", sa.Column("withdrawn_by", sa.String(), nullable=True))
    op.add_column("extra_edition", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        op.f("extra_edition_withdrawn_check"),
        "extra_edition",
        "(withdrawn_by IS NULL) = (withdrawn_at IS NULL) AND (withdrawn_by IS NULL OR confirmed_by IS NULL)",
    )


def downgrade() -> None:
    op.drop_constraint(op.f("extra_edition_withdrawn_check"), "extra_edition")
    op.drop_column("extra_edition", "withdrawn_at")
    op.drop_column("extra_edition", "withdrawn_by")
