"""A message that comes again under another number, or another way, and from when on a mailbox is read."""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

PUSHED_OR_READ = "CASE WHEN digest IS NULL THEN folder IS NOT NULL AND uid_validity IS NOT NULL AND uid IS NOT NULL ELSE folder IS NULL AND uid_validity IS NULL AND uid IS NULL AND octet_length(digest) = 32 END"
ALL_OR_NONE = "num_nulls(folder, uid_validity, uid) IN (0, 3) AND num_nulls(folder, digest) < 2 AND octet_length(digest) = 32"


def upgrade() -> None:
    op.drop_constraint('mailbox_message_key_check', 'mailbox_message')
    op.create_check_constraint(op.f('mailbox_message_key_check'), 'mailbox_message', ALL_OR_NONE)
    op.create_table('mailbox_copy',
    sa.Column('folder', sa.String(length=200), nullable=False),
    sa.Column('uid_validity', sa.BigInteger(), nullable=False),
    sa.Column('uid', sa.BigInteger(), nullable=False),
    sa.Column('message_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['mailbox_message.message_id'], name=op.f('mailbox_copy_message_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('folder', 'uid_validity', 'uid', name=op.f('mailbox_copy_pkey'))
    )
    op.create_table('mailbox_folder',
    sa.Column('folder', sa.String(length=200), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.PrimaryKeyConstraint('folder', name=op.f('mailbox_folder_pkey'))
    )
    op.execute("INSERT INTO mailbox_folder SELECT folder, CAST(min(read_at) AS date) - 1 FROM mailbox_message WHERE folder IS NOT NULL GROUP BY folder")


def downgrade() -> None:
    op.drop_table('mailbox_folder')
    op.drop_table('mailbox_copy')
    op.drop_constraint('mailbox_message_key_check', 'mailbox_message')
    op.execute('UPDATE mailbox_message SET digest = NULL WHERE folder IS NOT NULL')
    op.create_check_constraint(op.f('mailbox_message_key_check'), 'mailbox_message', PUSHED_OR_READ)
