"""The ledger."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('edition',
    sa.Column('edition_id', sa.Uuid(), nullable=False),
    sa.Column('wednesday', sa.Date(), nullable=True),
    sa.Column('sections', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('mails', sa.Integer(), nullable=True),
    sa.Column('batches', sa.Integer(), nullable=True),
    sa.Column('prepared_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('prepared_at IS NULL OR (wednesday IS NOT NULL AND sections IS NOT NULL AND mails IS NOT NULL AND batches IS NOT NULL)', name=op.f('edition_prepared_check')),
    sa.PrimaryKeyConstraint('edition_id', name=op.f('edition_pkey'))
    )
    op.create_table('inbox',
    sa.Column('queue', sa.String(length=120), nullable=False),
    sa.Column('message_id', sa.Uuid(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('queue', 'message_id', name=op.f('inbox_pkey'))
    )
    op.create_index('inbox_received_idx', 'inbox', ['received_at'], unique=False)
    op.create_table('lease',
    sa.Column('token', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('worker', sa.String(length=200), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('token', name=op.f('lease_pkey')),
    postgresql_with={'fillfactor': '50'}
    )
    op.create_table('outcome',
    sa.Column('number', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('mail_id', sa.Uuid(), nullable=False),
    sa.Column('edition_id', sa.Uuid(), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reply', sa.String(length=500), nullable=False),
    sa.Column('dead', sa.Boolean(), nullable=False),
    sa.Column('noted_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("state IN ('accepted', 'deferred', 'failed', 'suppressed', 'uncertain')", name=op.f('outcome_state_check')),
    sa.PrimaryKeyConstraint('number', name=op.f('outcome_pkey'))
    )
    op.create_table('sender_outbox',
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
    sa.CheckConstraint('(acquired_token IS NULL) = (acquired_at IS NULL)', name=op.f('sender_outbox_sender_outbox_lease_ck_check')),
    sa.PrimaryKeyConstraint('id', name=op.f('sender_outbox_pkey'))
    )
    op.create_index('sender_outbox_leased_idx', 'sender_outbox', ['queue', 'next_attempt_at', 'id'], unique=False, postgresql_where=sa.text('acquired_token IS NOT NULL'))
    op.create_index('sender_outbox_pending_idx', 'sender_outbox', ['queue', 'next_attempt_at', 'id'], unique=False, postgresql_where=sa.text('acquired_token IS NULL'))
    op.create_index('sender_outbox_timer_id_uq', 'sender_outbox', ['queue', 'timer_id'], unique=True, postgresql_where=sa.text('timer_id IS NOT NULL'))
    op.create_table('suppression',
    sa.Column('address_hash', sa.LargeBinary(), nullable=False),
    sa.Column('scope', sa.String(length=210), nullable=False),
    sa.Column('reason', sa.String(length=20), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.CheckConstraint('octet_length(address_hash) = 32', name=op.f('suppression_address_hash_check')),
    sa.PrimaryKeyConstraint('address_hash', 'scope', name=op.f('suppression_pkey'))
    )
    op.create_table('mail',
    sa.Column('mail_id', sa.Uuid(), nullable=False),
    sa.Column('edition_id', sa.Uuid(), nullable=True),
    sa.Column('key', sa.String(length=200), nullable=True),
    sa.Column('purpose', sa.String(length=61), nullable=True),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('address_hash', sa.LargeBinary(), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('readers', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('letter', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('CASE WHEN edition_id IS NULL THEN key IS NOT NULL AND purpose IS NOT NULL AND letter IS NOT NULL AND readers IS NULL ELSE key IS NULL AND purpose IS NULL AND letter IS NULL AND readers IS NOT NULL END', name=op.f('mail_edition_or_letter_check')),
    sa.CheckConstraint("address !~ '[A-Z]'", name=op.f('mail_address_normalized_check')),
    sa.CheckConstraint('octet_length(address_hash) = 32', name=op.f('mail_address_hash_check')),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.edition_id'], name=op.f('mail_edition_id_fkey')),
    sa.PrimaryKeyConstraint('mail_id', name=op.f('mail_pkey')),
    sa.UniqueConstraint('edition_id', 'address', name=op.f('mail_edition_id_address_key')),
    sa.UniqueConstraint('key', name=op.f('mail_key_key'))
    )
    op.create_table('delivery',
    sa.Column('mail_id', sa.Uuid(), nullable=False),
    sa.Column('edition_id', sa.Uuid(), nullable=True),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lease_token', sa.BigInteger(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('attempts', sa.SmallInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('uncertainties', sa.SmallInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('reply', sa.String(length=500), server_default=sa.text("''"), nullable=False),
    sa.CheckConstraint("(state IN ('planned', 'deferred')) = (due_at IS NOT NULL)", name=op.f('delivery_due_check')),
    sa.CheckConstraint("lease_token IS NULL OR state IN ('claimed', 'submitting', 'uncertain')", name=op.f('delivery_not_held_check')),
    sa.CheckConstraint("state IN ('planned', 'claimed', 'submitting', 'accepted', 'deferred', 'failed', 'suppressed', 'uncertain')", name=op.f('delivery_state_check')),
    sa.CheckConstraint("state NOT IN ('claimed', 'submitting') OR lease_token IS NOT NULL", name=op.f('delivery_held_check')),
    sa.CheckConstraint('attempts >= 0 AND uncertainties >= 0', name=op.f('delivery_counts_check')),
    sa.ForeignKeyConstraint(['mail_id'], ['mail.mail_id'], name=op.f('delivery_mail_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('mail_id', name=op.f('delivery_pkey')),
    postgresql_with={'fillfactor': '70'}
    )
    op.create_index('delivery_edition_due_idx', 'delivery', ['due_at'], unique=False, postgresql_where=sa.text('due_at IS NOT NULL AND edition_id IS NOT NULL'))
    op.create_index('delivery_held_idx', 'delivery', ['lease_token'], unique=False, postgresql_where=sa.text("state IN ('claimed', 'submitting')"))
    op.create_index('delivery_letter_due_idx', 'delivery', ['due_at'], unique=False, postgresql_where=sa.text('due_at IS NOT NULL AND edition_id IS NULL'))
    op.create_index('delivery_progress_idx', 'delivery', ['edition_id', 'state', 'mail_id'], unique=False)
    op.create_index('delivery_uncertain_idx', 'delivery', ['mail_id'], unique=False, postgresql_where=sa.text("state = 'uncertain'"))


def downgrade() -> None:
    op.drop_index('delivery_uncertain_idx', table_name='delivery', postgresql_where=sa.text("state = 'uncertain'"))
    op.drop_index('delivery_progress_idx', table_name='delivery')
    op.drop_index('delivery_letter_due_idx', table_name='delivery', postgresql_where=sa.text('due_at IS NOT NULL AND edition_id IS NULL'))
    op.drop_index('delivery_held_idx', table_name='delivery', postgresql_where=sa.text("state IN ('claimed', 'submitting')"))
    op.drop_index('delivery_edition_due_idx', table_name='delivery', postgresql_where=sa.text('due_at IS NOT NULL AND edition_id IS NOT NULL'))
    op.drop_table('delivery')
    op.drop_table('mail')
    op.drop_table('suppression')
    op.drop_index('sender_outbox_timer_id_uq', table_name='sender_outbox', postgresql_where=sa.text('timer_id IS NOT NULL'))
    op.drop_index('sender_outbox_pending_idx', table_name='sender_outbox', postgresql_where=sa.text('acquired_token IS NULL'))
    op.drop_index('sender_outbox_leased_idx', table_name='sender_outbox', postgresql_where=sa.text('acquired_token IS NOT NULL'))
    op.drop_table('sender_outbox')
    op.drop_table('outcome')
    op.drop_table('lease')
    op.drop_index('inbox_received_idx', table_name='inbox')
    op.drop_table('inbox')
    op.drop_table('edition')
