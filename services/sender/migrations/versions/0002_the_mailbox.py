"""What came back to the shared address."""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('mailbox_message',
    sa.Column('folder', sa.String(length=200), nullable=False),
    sa.Column('uid_validity', sa.BigInteger(), nullable=False),
    sa.Column('uid', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('severity', sa.String(length=8), nullable=True),
    sa.Column('code', sa.String(length=12), nullable=True),
    sa.Column('says', sa.String(length=200), nullable=False),
    sa.Column('mail_id', sa.Uuid(), nullable=True),
    sa.Column('proved', sa.String(length=10), nullable=False),
    sa.Column('effect', sa.String(length=6), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(kind = 'bounce') = (severity IS NOT NULL)", name=op.f('mailbox_message_severity_of_bounce_check')),
    sa.CheckConstraint("(proved = 'nothing') = (mail_id IS NULL)", name=op.f('mailbox_message_mail_check')),
    sa.CheckConstraint("effect = 'none' OR (effect IN ('soft', 'failed') AND proved = 'path')", name=op.f('mailbox_message_effect_check')),
    sa.CheckConstraint("kind IN ('bounce', 'complaint', 'unsubscribe', 'auto-reply', 'order', 'question', 'unknown')", name=op.f('mailbox_message_kind_check')),
    sa.CheckConstraint("proved IN ('path', 'claimed', 'nothing')", name=op.f('mailbox_message_proved_check')),
    sa.CheckConstraint("severity IN ('hard', 'soft', 'blocked', 'content')", name=op.f('mailbox_message_severity_check')),
    sa.PrimaryKeyConstraint('folder', 'uid_validity', 'uid', name=op.f('mailbox_message_pkey'))
    )
    op.create_table('soft_bounce',
    sa.Column('mail_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['mail_id'], ['mail.mail_id'], name=op.f('soft_bounce_mail_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('mail_id', name=op.f('soft_bounce_pkey'))
    )


def downgrade() -> None:
    op.drop_table('soft_bounce')
    op.drop_table('mailbox_message')
