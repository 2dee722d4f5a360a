"""First tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('idempotent_answers',
    sa.Column('caller', sa.String(length=320), nullable=False),
    sa.Column('key', sa.String(length=255), nullable=False),
    sa.Column('fingerprint', sa.LargeBinary(length=32), nullable=False),
    sa.Column('status', sa.SmallInteger(), nullable=False),
    sa.Column('media_type', sa.String(length=100), nullable=False),
    sa.Column('headers', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('stored_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('caller', 'key', name=op.f('idempotent_answers_pkey'))
    )
    op.create_index('idempotent_answers_stored_idx', 'idempotent_answers', ['stored_at'], unique=False)
    op.create_table('inbox',
    sa.Column('queue', sa.String(length=120), nullable=False),
    sa.Column('message_id', sa.Uuid(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('queue', 'message_id', name=op.f('inbox_pkey'))
    )
    op.create_index('inbox_received_idx', 'inbox', ['received_at'], unique=False)
    op.create_table('intake_outbox',
    sa.Column('id', sa.BigInteger(), autoincrement=True, nullable=False),
    sa.Column('queue', sa.String(length=255), nullable=False),
    sa.Column('payload', sa.LargeBinary(), nullable=False),
    sa.Column('headers', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('attempts_count', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('deliveries_count', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('next_attempt_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('first_attempt_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_attempt_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('acquired_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('acquired_token', sa.Uuid(), nullable=True),
    sa.Column('timer_id', sa.String(length=255), nullable=True),
    sa.CheckConstraint('(acquired_token IS NULL) = (acquired_at IS NULL)', name=op.f('intake_outbox_intake_outbox_lease_ck_check')),
    sa.PrimaryKeyConstraint('id', name=op.f('intake_outbox_pkey'))
    )
    op.create_index('intake_outbox_leased_idx', 'intake_outbox', ['queue', 'next_attempt_at', 'id'], unique=False, postgresql_where=sa.text('acquired_token IS NOT NULL'))
    op.create_index('intake_outbox_pending_idx', 'intake_outbox', ['queue', 'next_attempt_at', 'id'], unique=False, postgresql_where=sa.text('acquired_token IS NULL'))
    op.create_index('intake_outbox_timer_id_uq', 'intake_outbox', ['queue', 'timer_id'], unique=True, postgresql_where=sa.text('timer_id IS NOT NULL'))
    op.create_table('orders',
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('unit_id', sa.String(length=200), nullable=False),
    sa.Column('ordered_by', sa.String(length=320), nullable=False),
    sa.Column('title', sa.String(length=500), nullable=False),
    sa.Column('order_class', sa.String(length=20), nullable=False),
    sa.Column('texts', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('audience', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('faq', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('not_before', sa.Date(), nullable=True),
    sa.Column('sender', sa.String(length=500), nullable=True),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('reasons', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('submissions', sa.Integer(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('completed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answer_due', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('edition_id', sa.Uuid(), nullable=True),
    sa.Column('wednesday', sa.Date(), nullable=True),
    sa.Column('send_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('schedule_note', sa.String(length=500), nullable=False),
    sa.Column('scheduled_as_of', sa.DateTime(timezone=True), nullable=True),
    sa.Column('recipients', sa.Integer(), nullable=True),
    sa.Column('excluded', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('withdrawn_because', sa.String(length=500), nullable=False),
    sa.CheckConstraint("order_class IN ('duty', 'information', 'appeal')", name=op.f('orders_order_class_check')),
    sa.CheckConstraint("state <> 'returned' OR jsonb_array_length(reasons) > 0", name=op.f('orders_returned_says_why_check')),
    sa.CheckConstraint("state <> 'scheduled' OR wednesday IS NOT NULL", name=op.f('orders_scheduled_has_day_check')),
    sa.CheckConstraint("state IN ('draft', 'submitted', 'returned', 'accepted', 'scheduled', 'locked', 'sending', 'sent', 'withdrawn')", name=op.f('orders_state_check')),
    sa.CheckConstraint("state NOT IN ('accepted', 'scheduled', 'locked', 'sending', 'sent') OR accepted_at IS NOT NULL", name=op.f('orders_accepted_check')),
    sa.CheckConstraint('(submissions > 0) = (submitted_at IS NOT NULL)', name=op.f('orders_submitted_check')),
    sa.CheckConstraint('(submitted_at IS NULL) = (answer_due IS NULL)', name=op.f('orders_answer_due_check')),
    sa.CheckConstraint('accepted_at IS NULL OR (completed_at IS NOT NULL AND audience IS NOT NULL AND faq IS NOT NULL)', name=op.f('orders_accepted_is_complete_check')),
    sa.PrimaryKeyConstraint('order_id', name=op.f('orders_pkey'))
    )
    op.create_index('orders_ordered_by_idx', 'orders', ['ordered_by', 'order_id'], unique=False)
    op.create_index('orders_unanswered_idx', 'orders', ['answer_due'], unique=False, postgresql_where=sa.text("answered_at IS NULL AND submitted_at IS NOT NULL AND state <> 'withdrawn'"))
    op.create_index('orders_unit_idx', 'orders', ['unit_id', 'order_id'], unique=False)
    op.create_table('units',
    sa.Column('unit_id', sa.String(length=200), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.String(length=500), nullable=False),
    sa.Column('kind', sa.String(length=500), nullable=False),
    sa.Column('region', sa.String(length=500), nullable=False),
    sa.Column('closed', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('unit_id', name=op.f('units_pkey'))
    )
    op.create_table('answers',
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('concluded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reply', sa.Text(), nullable=False),
    sa.CheckConstraint("(state = 'waiting') = (concluded_at IS NULL)", name=op.f('answers_concluded_check')),
    sa.CheckConstraint("kind IN ('scheduled', 'returned')", name=op.f('answers_kind_check')),
    sa.CheckConstraint("state IN ('waiting', 'accepted', 'failed', 'suppressed', 'uncertain')", name=op.f('answers_state_check')),
    sa.ForeignKeyConstraint(['order_id'], ['orders.order_id'], name=op.f('answers_order_id_fkey')),
    sa.PrimaryKeyConstraint('key', name=op.f('answers_pkey')),
    comment='Mails to orderers (A4) and what became of them.'
    )
    op.create_index('answers_order_idx', 'answers', ['order_id'], unique=False)
    op.create_table('named_people',
    sa.Column('unit_id', sa.String(length=200), nullable=False),
    sa.Column('source', sa.String(length=10), nullable=False),
    sa.Column('position', sa.SmallInteger(), nullable=False),
    sa.Column('address', sa.String(length=320), nullable=False),
    sa.Column('name', sa.String(length=500), nullable=False),
    sa.CheckConstraint("position >= 1 AND (source = 'crm' OR position <= 2)", name=op.f('named_people_position_check')),
    sa.CheckConstraint("source IN ('crm', 'local')", name=op.f('named_people_source_check')),
    sa.ForeignKeyConstraint(['unit_id'], ['units.unit_id'], name=op.f('named_people_unit_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('unit_id', 'source', 'position', name=op.f('named_people_pkey')),
    sa.UniqueConstraint('unit_id', 'source', 'address', name=op.f('named_people_unit_id_source_address_key')),
    comment='Who may order for a unit (A9): from the CRM, and at most two local ones.'
    )
    op.create_table('order_history',
    sa.Column('step', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('input', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('by', sa.String(length=320), nullable=False),
    sa.ForeignKeyConstraint(['order_id'], ['orders.order_id'], name=op.f('order_history_order_id_fkey')),
    sa.PrimaryKeyConstraint('step', name=op.f('order_history_pkey')),
    comment='What happened to an order, when, and by whom (F4). Rows are only added.'
    )
    op.create_index('order_history_order_idx', 'order_history', ['order_id', 'step'], unique=False)


def downgrade() -> None:
    op.drop_index('order_history_order_idx', table_name='order_history')
    op.drop_table('order_history')
    op.drop_table('named_people')
    op.drop_index('answers_order_idx', table_name='answers')
    op.drop_table('answers')
    op.drop_table('units')
    op.drop_index('orders_unit_idx', table_name='orders')
    op.drop_index('orders_unanswered_idx', table_name='orders', postgresql_where=sa.text("answered_at IS NULL AND submitted_at IS NOT NULL AND state <> 'withdrawn'"))
    op.drop_index('orders_ordered_by_idx', table_name='orders')
    op.drop_table('orders')
    op.drop_index('intake_outbox_timer_id_uq', table_name='intake_outbox', postgresql_where=sa.text('timer_id IS NOT NULL'))
    op.drop_index('intake_outbox_pending_idx', table_name='intake_outbox', postgresql_where=sa.text('acquired_token IS NULL'))
    op.drop_index('intake_outbox_leased_idx', table_name='intake_outbox', postgresql_where=sa.text('acquired_token IS NOT NULL'))
    op.drop_table('intake_outbox')
    op.drop_index('inbox_received_idx', table_name='inbox')
    op.drop_table('inbox')
    op.drop_index('idempotent_answers_stored_idx', table_name='idempotent_answers')
    op.drop_table('idempotent_answers')
