"""Limits, providers in trouble, and editions that share what is taken."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('bucket',
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('period', sa.String(length=6), nullable=False),
    sa.Column('tokens', sa.Double(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("period IN ('second', 'hour', 'day', 'pace')", name=op.f('bucket_period_check')),
    sa.CheckConstraint('tokens >= 0', name=op.f('bucket_tokens_check')),
    sa.PrimaryKeyConstraint('name', 'period', name=op.f('bucket_pkey'))
    )
    op.create_table('provider',
    sa.Column('name', sa.String(length=253), nullable=False),
    sa.Column('flow', sa.String(length=7), nullable=False),
    sa.Column('rate', sa.Double(), nullable=True),
    sa.Column('ceiling', sa.Double(), nullable=True),
    sa.Column('answers', sa.BigInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('blames', postgresql.ARRAY(sa.BigInteger()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('reply', sa.String(length=500), server_default=sa.text("''"), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('troubled_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('resumed_by', sa.String(length=320), nullable=True),
    sa.Column('resumed_why', sa.String(length=500), nullable=True),
    sa.CheckConstraint("(flow = 'slowed') = (rate IS NOT NULL)", name=op.f('provider_rate_check')),
    sa.CheckConstraint("flow IN ('flowing', 'slowed', 'paused')", name=op.f('provider_flow_check')),
    sa.CheckConstraint('(rate IS NULL) = (ceiling IS NULL)', name=op.f('provider_ceiling_check')),
    sa.CheckConstraint('(resumed_by IS NULL) = (resumed_why IS NULL)', name=op.f('provider_resumed_check')),
    sa.CheckConstraint('rate > 0 AND ceiling >= rate', name=op.f('provider_pace_check')),
    sa.PrimaryKeyConstraint('name', name=op.f('provider_pkey'))
    )
    op.add_column('delivery', sa.Column('deferred_since', sa.DateTime(timezone=True), nullable=True))
    op.drop_index('delivery_edition_due_idx', table_name='delivery')
    op.create_index('delivery_edition_due_idx', 'delivery', ['edition_id', 'due_at'], unique=False, postgresql_where=sa.text('due_at IS NOT NULL AND edition_id IS NOT NULL'))


def downgrade() -> None:
    op.drop_index('delivery_edition_due_idx', table_name='delivery')
    op.create_index('delivery_edition_due_idx', 'delivery', ['due_at'], unique=False, postgresql_where=sa.text('due_at IS NOT NULL AND edition_id IS NOT NULL'))
    op.drop_column('delivery', 'deferred_since')
    op.drop_table('provider')
    op.drop_table('bucket')
