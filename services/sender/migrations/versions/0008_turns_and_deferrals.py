"""A token is kept for a one-to-one mail that waits; how often a mail was answered 4xx."""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('bucket', sa.Column('kept_until', sa.DateTime(timezone=True), nullable=True))
    op.add_column('delivery', sa.Column('deferrals', sa.SmallInteger(), server_default=sa.text('0'), nullable=False))


def downgrade() -> None:
    op.drop_column('delivery', 'deferrals')
    op.drop_column('bucket', 'kept_until')
