"""Text messages (D7)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('text_message',
    sa.Column('text_id', sa.Uuid(), nullable=False),
    sa.Column('order_id', sa.Uuid(), nullable=True),
    sa.Column('key', sa.String(length=200), nullable=True),
    sa.Column('purpose', sa.String(length=61), nullable=True),
    sa.Column('unit_id', sa.String(length=200), nullable=True),
    sa.Column('order_class', sa.String(length=11), nullable=True),
    sa.Column('phone', sa.String(length=60), nullable=False),
    sa.Column('phone_hash', sa.LargeBinary(), nullable=False),
    sa.Column('country', sa.String(length=3), nullable=False),
    sa.Column('zones', postgresql.ARRAY(sa.String()), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('parts', sa.SmallInteger(), nullable=False),
    sa.Column('person_ids', postgresql.ARRAY(sa.String()), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('valid_until', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("order_class IN ('duty', 'information', 'appeal')", name=op.f('text_message_order_class_check')),
    sa.CheckConstraint('(order_id IS NULL) = (key IS NOT NULL) AND (key IS NULL) = (purpose IS NULL) AND (order_id IS NULL) = (unit_id IS NULL) AND (order_id IS NULL) = (order_class IS NULL)', name=op.f('text_message_order_or_one_check')),
    sa.CheckConstraint('octet_length(phone_hash) = 32', name=op.f('text_message_phone_hash_check')),
    sa.CheckConstraint('parts > 0', name=op.f('text_message_parts_check')),
    sa.PrimaryKeyConstraint('text_id', name=op.f('text_message_pkey')),
    sa.UniqueConstraint('key', name=op.f('text_message_key_key')),
    sa.UniqueConstraint('order_id', 'phone', name=op.f('text_message_order_id_phone_key'))
    )
    op.create_index('text_message_phone_idx', 'text_message', ['phone_hash'], unique=False)
    op.create_table('text_delivery',
    sa.Column('text_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('reason', sa.String(length=12), server_default=sa.text("''"), nullable=False),
    sa.Column('reply', sa.String(length=500), server_default=sa.text("''"), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('not_before', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lease', sa.Uuid(), nullable=True),
    sa.Column('held_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.SmallInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('begun_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('cost', sa.Numeric(precision=10, scale=4), nullable=True),
    sa.Column('expected', sa.SmallInteger(), server_default=sa.text('1'), nullable=False),
    sa.Column('unreported', sa.Boolean(), nullable=False),
    sa.CheckConstraint("(state = 'submitting') = (held_until IS NOT NULL)", name=op.f('text_delivery_held_check')),
    sa.CheckConstraint("(state IN ('failed', 'suppressed', 'uncertain')) = (reason <> '')", name=op.f('text_delivery_count_the_not_done_check')),
    sa.CheckConstraint("(state IN ('planned', 'deferred')) = (due_at IS NOT NULL)", name=op.f('text_delivery_due_check')),
    sa.CheckConstraint("reason IN ('', 'wrong_number', 'not_mobile', 'too_long', 'no_gateway', 'suppressed', 'expired', 'over_the_cap', 'refused', 'undelivered', 'uncertain', 'dropped')", name=op.f('text_delivery_reason_check')),
    sa.CheckConstraint("state <> 'submitting' OR lease IS NOT NULL", name=op.f('text_delivery_fenced_check')),
    sa.CheckConstraint("state IN ('planned', 'submitting', 'deferred', 'uncertain', 'accepted', 'delivered', 'failed', 'suppressed')", name=op.f('text_delivery_state_check')),
    sa.CheckConstraint('attempts >= 0 AND expected > 0', name=op.f('text_delivery_counts_check')),
    sa.ForeignKeyConstraint(['text_id'], ['text_message.text_id'], name=op.f('text_delivery_text_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('text_id', name=op.f('text_delivery_pkey'))
    )
    op.create_index('text_delivery_due_idx', 'text_delivery', ['not_before'], unique=False, postgresql_where=sa.text('due_at IS NOT NULL'))
    op.create_index('text_delivery_held_idx', 'text_delivery', ['held_until'], unique=False, postgresql_where=sa.text('held_until IS NOT NULL'))
    op.create_index('text_delivery_uncertain_idx', 'text_delivery', ['text_id'], unique=False, postgresql_where=sa.text("state = 'uncertain'"))
    op.create_index('text_delivery_unreported_idx', 'text_delivery', ['updated_at'], unique=False, postgresql_where=sa.text('unreported'))
    op.create_table('text_report',
    sa.Column('reference', sa.String(length=200), nullable=False),
    sa.Column('text_id', sa.Uuid(), nullable=True),
    sa.Column('said', sa.String(length=9), nullable=True),
    sa.Column('detail', sa.String(length=200), server_default=sa.text("''"), nullable=False),
    sa.Column('noted_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("said IN ('sent', 'failed', 'delivered')", name=op.f('text_report_said_check')),
    sa.CheckConstraint('text_id IS NOT NULL OR said IS NOT NULL', name=op.f('text_report_about_something_check')),
    sa.ForeignKeyConstraint(['text_id'], ['text_message.text_id'], name=op.f('text_report_text_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('reference', name=op.f('text_report_pkey'))
    )
    op.create_index('text_report_text_idx', 'text_report', ['text_id'], unique=False)
    op.create_index('text_report_unknown_idx', 'text_report', ['noted_at'], unique=False, postgresql_where=sa.text('text_id IS NULL'))


def downgrade() -> None:
    op.drop_table('text_report')
    op.drop_table('text_delivery')
    op.drop_table('text_message')
