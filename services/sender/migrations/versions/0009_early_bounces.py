"""Notices that come before the relay's answer."""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('early_bounce',
    sa.Column('mail_id', sa.Uuid(), nullable=False),
    sa.Column('reply', sa.String(length=500), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['mail_id'], ['mail.mail_id'], name=op.f('early_bounce_mail_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('mail_id', name=op.f('early_bounce_pkey'))
    )


def downgrade() -> None:
    op.drop_table('early_bounce')
