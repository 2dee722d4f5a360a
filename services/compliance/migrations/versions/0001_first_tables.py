"""First tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('compliance_outbox',
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
    sa.CheckConstraint('(acquired_token IS NULL) = (acquired_at IS NULL)', name=op.f('compliance_outbox_compliance_outbox_lease_ck_check')),
    sa.PrimaryKeyConstraint('id', name=op.f('compliance_outbox_pkey'))
    )
    op.create_index('compliance_outbox_leased_idx', 'compliance_outbox', ['queue', 'next_attempt_at', 'id'], unique=False, postgresql_where=sa.text('acquired_token IS NOT NULL'))
    op.create_index('compliance_outbox_pending_idx', 'compliance_outbox', ['queue', 'next_attempt_at', 'id'], unique=False, postgresql_where=sa.text('acquired_token IS NULL'))
    op.create_index('compliance_outbox_timer_id_uq', 'compliance_outbox', ['queue', 'timer_id'], unique=True, postgresql_where=sa.text('timer_id IS NOT NULL'))
    op.create_table('disputed_assignments',
    sa.Column('address_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('order_id', sa.String(length=200), nullable=False),
    sa.Column('unit_id', sa.String(length=200), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('octet_length(address_hash) = 32', name=op.f('disputed_assignments_hash_check')),
    sa.PrimaryKeyConstraint('address_hash', 'order_id', 'unit_id', name=op.f('disputed_assignments_pkey')),
    comment='Who said, from which mail, that an assignment is no longer theirs: told to the CRM once.'
    )
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
    op.create_table('suppression_audit',
    sa.Column('entry', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('address_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('scope', sa.String(length=205), nullable=False),
    sa.Column('change', sa.String(length=10), nullable=False),
    sa.Column('reason', sa.String(length=20), nullable=False),
    sa.Column('by', sa.String(length=320), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("change IN ('added', 'lifted')", name=op.f('suppression_audit_change_check')),
    sa.PrimaryKeyConstraint('entry', name=op.f('suppression_audit_pkey')),
    comment='Every change of a suppression (F4). A trigger refuses to change or delete rows.'
    )
    op.create_index('suppression_audit_hash_idx', 'suppression_audit', ['address_hash', 'entry'], unique=False)
    op.create_table('suppressions',
    sa.Column('address_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('scope', sa.String(length=205), nullable=False),
    sa.Column('reason', sa.String(length=20), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lifted_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("reason IN ('opted_out', 'crm', 'complaint', 'dead_address', 'desk')", name=op.f('suppressions_reason_check')),
    sa.CheckConstraint("scope IN ('organisation', 'address') OR (scope LIKE 'unit:_%' AND length(scope) <= 205)", name=op.f('suppressions_scope_check')),
    sa.CheckConstraint('lifted_at IS NULL OR lifted_at >= at', name=op.f('suppressions_lifted_after_check')),
    sa.CheckConstraint('octet_length(address_hash) = 32', name=op.f('suppressions_hash_check')),
    sa.PrimaryKeyConstraint('address_hash', 'scope', name=op.f('suppressions_pkey'))
    )
    op.create_index('suppressions_holding_idx', 'suppressions', ['scope', 'reason'], unique=False, postgresql_where=sa.text('lifted_at IS NULL'))
    op.execute(
        """
        CREATE FUNCTION refuse_to_change_audit() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the audit of suppressions is only added to (F4)'; END $$
        """
    )
    op.execute(
        """
        CREATE TRIGGER suppression_audit_only_grows
        BEFORE UPDATE OR DELETE OR TRUNCATE ON suppression_audit
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_audit()
        """
    )


def downgrade() -> None:
    op.execute('DROP TRIGGER suppression_audit_only_grows ON suppression_audit')
    op.execute('DROP FUNCTION refuse_to_change_audit()')
    op.drop_index('suppressions_holding_idx', table_name='suppressions', postgresql_where=sa.text('lifted_at IS NULL'))
    op.drop_table('suppressions')
    op.drop_index('suppression_audit_hash_idx', table_name='suppression_audit')
    op.drop_table('suppression_audit')
    op.drop_index('inbox_received_idx', table_name='inbox')
    op.drop_table('inbox')
    op.drop_index('idempotent_answers_stored_idx', table_name='idempotent_answers')
    op.drop_table('idempotent_answers')
    op.drop_table('disputed_assignments')
    op.drop_index('compliance_outbox_timer_id_uq', table_name='compliance_outbox', postgresql_where=sa.text('timer_id IS NOT NULL'))
    op.drop_index('compliance_outbox_pending_idx', table_name='compliance_outbox', postgresql_where=sa.text('acquired_token IS NULL'))
    op.drop_index('compliance_outbox_leased_idx', table_name='compliance_outbox', postgresql_where=sa.text('acquired_token IS NOT NULL'))
    op.drop_table('compliance_outbox')
