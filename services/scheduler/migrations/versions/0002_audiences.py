"""Audiences with attributes and earlier recipients; contact pressure; missing addresses reported."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_REASONS = (
    "erased", "assignment_not_valid", "withdrawn", "missing_address", "invalid_address", "dead_address",
    "opted_out", "opted_out_unit",
)  # fmt: skip
_NEW_REASONS = ("no_longer_named", "excluded_by_order", "contact_pressure")


def _allow(reasons: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("exclusion_reason_check"), "exclusion", type_="check")
    listed = ", ".join(f"'{reason}'" for reason in reasons)
    op.create_check_constraint(op.f("exclusion_reason_check"), "exclusion", f"reason IN ({listed})")


def upgrade() -> None:
    _allow(_REASONS + _NEW_REASONS)
    op.create_table(
        "profile",
        sa.Column("profile_key", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("agreements", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("occupational_groups", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.CheckConstraint(
            "cardinality(agreements || occupational_groups) > 0", name=op.f("profile_attributes_check")
        ),
        sa.PrimaryKeyConstraint("profile_key", name=op.f("profile_pkey")),
        sa.UniqueConstraint(
            "agreements", "occupational_groups", name=op.f("profile_agreements_occupational_groups_key")
        ),
        comment="what people have in common (D5): those alike share one row",
    )
    op.add_column(
        "person", sa.Column("profile_key", sa.BigInteger(), nullable=True, comment="NULL: no attributes")
    )
    op.create_foreign_key(
        op.f("person_profile_key_fkey"), "person", "profile", ["profile_key"], ["profile_key"]
    )
    op.create_index(
        "person_profile_idx",
        "person",
        ["profile_key"],
        postgresql_where=sa.text("profile_key IS NOT NULL"),
    )
    op.drop_constraint(op.f("person_erased_check"), "person", type_="check")
    op.create_check_constraint(
        op.f("person_erased_check"),
        "person",
        "NOT erased OR (name = '' AND email_status = 'missing' AND profile_key IS NULL)",
    )
    op.create_index("unit_parent_idx", "unit", ["parent_id"])
    _widen_orders()
    op.add_column(
        "edition_order",
        sa.Column(
            "carried_from",
            sa.BigInteger(),
            nullable=True,
            comment="the edition before, whose contact pressure it is: only the people moved from there",
        ),
    )
    op.add_column(
        "edition_order",
        sa.Column(
            "weeks", sa.Integer(), server_default="0", nullable=False, comment="how often it was carried"
        ),
    )
    op.create_foreign_key(
        op.f("edition_order_carried_from_fkey"), "edition_order", "edition", ["carried_from"], ["edition_no"]
    )
    op.create_check_constraint(
        op.f("edition_order_carried_check"),
        "edition_order",
        "(weeks > 0) = (carried_from IS NOT NULL) AND weeks >= 0",
    )
    op.create_table(
        "missing_address",
        sa.Column("edition_no", sa.BigInteger(), nullable=False),
        sa.Column("person_key", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("edition_no", "person_key", name=op.f("missing_address_pkey")),
        comment="who was reported to the CRM (D3): once an edition and person, however often it is frozen",
    )


def _widen_orders() -> None:
    for column in (
        sa.Column("own_branch", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("members", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("recipients_of", postgresql.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.Column("urgency", sa.String(), server_default="normal", nullable=False),
    ):
        op.add_column("orders", column)
    op.drop_constraint(op.f("orders_types_check"), "orders", type_="check")
    op.drop_constraint(op.f("orders_scope_check"), "orders", type_="check")
    op.create_check_constraint(op.f("orders_urgency_check"), "orders", "urgency IN ('urgent', 'normal')")
    op.create_check_constraint(
        op.f("orders_base_check"),
        "orders",
        "(cardinality(assignment_types) > 0)::int + members::int + (cardinality(recipients_of) > 0)::int = 1",
    )
    op.create_check_constraint(
        op.f("orders_scope_check"),
        "orders",
        "all_units::int + (cardinality(regions) > 0)::int + (cardinality(unit_ids) > 0)::int"
        " + own_branch::int = (cardinality(assignment_types) > 0)::int",
    )


def downgrade() -> None:
    op.drop_table("missing_address")
    op.drop_constraint(op.f("edition_order_carried_check"), "edition_order", type_="check")
    op.drop_column("edition_order", "weeks")
    op.drop_column("edition_order", "carried_from")
    for name in ("orders_base_check", "orders_scope_check", "orders_urgency_check"):
        op.drop_constraint(op.f(name), "orders", type_="check")
    for name in ("urgency", "recipients_of", "members", "own_branch"):
        op.drop_column("orders", name)
    op.create_check_constraint(
        op.f("orders_types_check"), "orders", "cardinality(assignment_types) > 0"
    )
    op.create_check_constraint(
        op.f("orders_scope_check"),
        "orders",
        "all_units::int + (cardinality(regions) > 0)::int + (cardinality(unit_ids) > 0)::int = 1",
    )
    op.drop_index("unit_parent_idx", table_name="unit")
    op.drop_constraint(op.f("person_erased_check"), "person", type_="check")
    op.create_check_constraint(
        op.f("person_erased_check"), "person", "NOT erased OR (name = '' AND email_status = 'missing')"
    )
    op.drop_column("person", "profile_key")
    op.drop_table("profile")
    _allow(_REASONS)
