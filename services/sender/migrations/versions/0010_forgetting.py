"""What was sent is forgotten; orders by text are taken back."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

REASONS = "'', 'wrong_number', 'not_mobile', 'too_long', 'no_gateway', 'suppressed', 'expired', 'over_the_cap', 'refused', 'undelivered', 'uncertain', 'dropped'"


def upgrade() -> None:
    op.add_column('edition', sa.Column('forgotten_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('mail', sa.Column('person_ids', postgresql.ARRAY(sa.String()), nullable=True))
    op.create_index('mail_letters_idx', 'mail', ['recorded_at'], unique=False, postgresql_where=sa.text("key IS NOT NULL AND address NOT LIKE '%@erased.invalid'"))
    op.create_index('mail_persons_idx', 'mail', ['person_ids'], unique=False, postgresql_using='gin', postgresql_where=sa.text('person_ids IS NOT NULL'))
    op.create_index('text_message_kept_idx', 'text_message', ['recorded_at'], unique=False, postgresql_where=sa.text("phone NOT LIKE 'erased:%'"))
    op.create_index('text_message_persons_idx', 'text_message', ['person_ids'], unique=False, postgresql_using='gin')
    op.drop_constraint(op.f('text_delivery_reason_check'), 'text_delivery', type_='check')
    op.create_check_constraint(op.f('text_delivery_reason_check'), 'text_delivery', f"reason IN ({REASONS}, 'withdrawn', 'erased')")
    op.create_table('withdrawn_order',
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('order_id', name=op.f('withdrawn_order_pkey'))
    )


def downgrade() -> None:
    op.drop_table('withdrawn_order')
    op.drop_constraint(op.f('text_delivery_reason_check'), 'text_delivery', type_='check')
    op.create_check_constraint(op.f('text_delivery_reason_check'), 'text_delivery', f"reason IN ({REASONS})")
    op.drop_index('text_message_persons_idx', table_name='text_message')
    op.drop_index('text_message_kept_idx', table_name='text_message')
    op.drop_index('mail_persons_idx', table_name='mail')
    op.drop_index('mail_letters_idx', table_name='mail')
    op.drop_column('mail', 'person_ids')
    op.drop_column('edition', 'forgotten_at')
