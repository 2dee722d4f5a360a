"""Orders by text message (D7)."""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('orders', sa.Column('channel', sa.String(length=4), server_default='mail', nullable=False))
    op.create_check_constraint(op.f('orders_channel_check'), 'orders', "channel IN ('mail', 'sms')")
    op.create_check_constraint(op.f('orders_texts_are_urgent_check'), 'orders', "channel = 'mail' OR accepted_at IS NULL OR urgency = 'urgent'")


def downgrade() -> None:
    op.drop_constraint(op.f('orders_texts_are_urgent_check'), 'orders')
    op.drop_constraint(op.f('orders_channel_check'), 'orders')
    op.drop_column('orders', 'channel')
