"""Orders by text message (D7)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('phone',
    sa.Column('person_key', sa.BigInteger(), nullable=False),
    sa.Column('written', sa.String(length=60), nullable=False, comment='as the CRM has it; erased with the person'),
    sa.CheckConstraint("written <> ''", name=op.f('phone_written_check')),
    sa.ForeignKeyConstraint(['person_key'], ['person.person_key'], name=op.f('phone_person_key_fkey')),
    sa.PrimaryKeyConstraint('person_key', name=op.f('phone_pkey'))
    )
    op.create_table('text_order',
    sa.Column('order_no', sa.BigInteger(), nullable=False),
    sa.Column('planned_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recipients', sa.Integer(), nullable=False),
    sa.Column('texts', sa.Integer(), nullable=False),
    sa.Column('completed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('recipients >= texts AND texts >= 0', name=op.f('text_order_people_share_numbers_check')),
    sa.ForeignKeyConstraint(['order_no'], ['orders.order_no'], name=op.f('text_order_order_no_fkey')),
    sa.PrimaryKeyConstraint('order_no', name=op.f('text_order_pkey'))
    )
    op.create_table('planned_text',
    sa.Column('text_id', sa.Uuid(), nullable=False),
    sa.Column('order_no', sa.BigInteger(), nullable=False),
    sa.Column('phone_hash', sa.LargeBinary(), nullable=False),
    sa.Column('persons', postgresql.ARRAY(sa.BigInteger()), nullable=False),
    sa.Column('state', sa.String(length=10), server_default='planned', nullable=False),
    sa.Column('reason', sa.String(length=20), server_default='', nullable=False),
    sa.Column('parts', sa.SmallInteger(), nullable=True),
    sa.Column('reported_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(state = 'planned') = (reported_at IS NULL)", name=op.f('planned_text_reported_check')),
    sa.CheckConstraint("state IN ('planned', 'accepted', 'delivered', 'failed', 'suppressed', 'uncertain')", name=op.f('planned_text_state_check')),
    sa.CheckConstraint('octet_length(phone_hash) = 32', name=op.f('planned_text_phone_hash_check')),
    sa.ForeignKeyConstraint(['order_no'], ['text_order.order_no'], name=op.f('planned_text_order_no_fkey')),
    sa.PrimaryKeyConstraint('text_id', name=op.f('planned_text_pkey')),
    sa.UniqueConstraint('order_no', 'phone_hash', name=op.f('planned_text_order_no_phone_hash_key'))
    )
    op.create_table('text_exclusion',
    sa.Column('order_no', sa.BigInteger(), nullable=False),
    sa.Column('person_key', sa.BigInteger(), nullable=False),
    sa.Column('reason', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['order_no'], ['text_order.order_no'], name=op.f('text_exclusion_order_no_fkey')),
    sa.ForeignKeyConstraint(['person_key'], ['person.person_key'], name=op.f('text_exclusion_person_key_fkey')),
    sa.PrimaryKeyConstraint('order_no', 'person_key', name=op.f('text_exclusion_pkey'))
    )


def downgrade() -> None:
    op.drop_table('text_exclusion')
    op.drop_table('planned_text')
    op.drop_table('text_order')
    op.drop_table('phone')
