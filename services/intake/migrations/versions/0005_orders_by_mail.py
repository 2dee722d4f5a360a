"""Orders that came by mail."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint('answers_kind_check', 'answers')
    op.create_check_constraint(op.f('answers_kind_check'), 'answers', "kind IN ('scheduled', 'returned', 'stopped', 'drafted')")
    op.create_table('order_mails',
    sa.Column('message_id', sa.Uuid(), nullable=False),
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('writer', sa.String(length=320), nullable=False),
    sa.Column('name', sa.String(length=500), nullable=False),
    sa.Column('subject', sa.String(length=500), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('attachments', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['order_id'], ['orders.order_id'], name=op.f('order_mails_order_id_fkey')),
    sa.PrimaryKeyConstraint('message_id', name=op.f('order_mails_pkey')),
    sa.UniqueConstraint('order_id', name=op.f('order_mails_order_id_key')),
    comment='Orders that came by mail (A5), as they were written; the message itself stays in the mailbox.'
    )
    op.create_index('order_mails_writer_idx', 'order_mails', ['writer', 'received_at'], unique=False)


def downgrade() -> None:
    op.drop_table('order_mails')
    op.execute("DELETE FROM answers WHERE kind = 'drafted'")
    op.drop_constraint('answers_kind_check', 'answers')
    op.create_check_constraint(op.f('answers_kind_check'), 'answers', "kind IN ('scheduled', 'returned', 'stopped')")
