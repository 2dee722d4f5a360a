"""What contact pressure moved can be taken back from the edition that carries it."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_REASONS = (
    "erased", "assignment_not_valid", "no_longer_named", "excluded_by_order", "withdrawn", "missing_address",
    "invalid_address", "dead_address", "opted_out", "opted_out_unit", "contact_pressure",
)  # fmt: skip


def _allow(reasons: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("exclusion_reason_check"), "exclusion", type_="check")
    listed = ", ".join(f"'{reason}'" for reason in reasons)
    op.create_check_constraint(op.f("exclusion_reason_check"), "exclusion", f"reason IN ({listed})")


def upgrade() -> None:
    _allow((*_REASONS, "stopped"))
    op.add_column(
        "edition_order",
        sa.Column("taken_back", sa.String(), nullable=True, comment="why nobody gets it here after all"),
    )
    op.create_check_constraint(
        op.f("edition_order_taken_back_check"), "edition_order", "taken_back IN ('withdrawn', 'stopped')"
    )
    op.create_check_constraint(
        op.f("edition_order_only_carried_check"),
        "edition_order",
        "taken_back IS NULL OR carried_from IS NOT NULL",
    )


def downgrade() -> None:
    op.drop_constraint(op.f("edition_order_only_carried_check"), "edition_order", type_="check")
    op.drop_constraint(op.f("edition_order_taken_back_check"), "edition_order", type_="check")
    op.drop_column("edition_order", "taken_back")
    op.execute("UPDATE exclusion SET reason = 'withdrawn' WHERE reason = 'stopped'")
    _allow(_REASONS)
