"""What people need of the mailbox; mails that came back."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

STATES = "'planned', 'claimed', 'submitting', 'accepted', 'deferred', 'failed', 'suppressed', 'uncertain'"
EFFECTS = "'failed', 'soft', 'came-back', 'complained', 'opted-out', 'drafted', 'passed-on', 'none'"


def upgrade() -> None:
    op.drop_constraint('delivery_state_check', 'delivery')
    op.create_check_constraint(op.f('delivery_state_check'), 'delivery', f"state IN ({STATES}, 'bounced')")
    op.drop_constraint('mailbox_message_pkey', 'mailbox_message')
    op.add_column('mailbox_message', sa.Column('message_id', sa.Uuid()))
    op.execute('UPDATE mailbox_message SET message_id = gen_random_uuid()')
    op.alter_column('mailbox_message', 'message_id', nullable=False)
    op.create_primary_key(op.f('mailbox_message_pkey'), 'mailbox_message', ['message_id'])
    for column in ('folder', 'uid_validity', 'uid'):
        op.alter_column('mailbox_message', column, nullable=True)
    op.create_unique_constraint(op.f('mailbox_message_folder_uid_validity_uid_key'), 'mailbox_message', ['folder', 'uid_validity', 'uid'])
    op.add_column('mailbox_message', sa.Column('digest', sa.LargeBinary()))
    op.create_unique_constraint(op.f('mailbox_message_digest_key'), 'mailbox_message', ['digest'])
    op.add_column('mailbox_message', sa.Column('handled_at', sa.DateTime(timezone=True)))
    op.add_column('mailbox_message', sa.Column('handled_by', sa.String(length=320)))
    op.alter_column('mailbox_message', 'effect', type_=sa.String(length=12))
    op.drop_constraint('mailbox_message_effect_check', 'mailbox_message')
    op.drop_constraint('mailbox_message_proved_check', 'mailbox_message')
    for name, condition in (
        ('key', "CASE WHEN digest IS NULL THEN folder IS NOT NULL AND uid_validity IS NOT NULL AND uid IS NOT NULL ELSE folder IS NULL AND uid_validity IS NULL AND uid IS NULL AND octet_length(digest) = 32 END"),
        ('proved', "proved IN ('path', 'tag', 'reply', 'claimed', 'nothing')"),
        ('effect', f"effect IN ({EFFECTS})"),
        ('about_mail', "effect NOT IN ('failed', 'soft', 'came-back', 'complained') OR proved = 'path'"),
        ('opted_out', "effect <> 'opted-out' OR proved IN ('path', 'reply', 'tag') OR handled_by IS NOT NULL"),
        ('handled', "(handled_at IS NULL) = (handled_by IS NULL)"),
    ):
        op.create_check_constraint(op.f(f'mailbox_message_{name}_check'), 'mailbox_message', condition)
    op.create_index('mailbox_message_open_idx', 'mailbox_message', ['kind', 'message_id'], unique=False, postgresql_where=sa.text('handled_at IS NULL'))
    op.create_index('mailbox_message_mail_idx', 'mailbox_message', ['mail_id'], unique=False, postgresql_where=sa.text('mail_id IS NOT NULL'))
    op.create_table('mailbox_words',
    sa.Column('message_id', sa.Uuid(), nullable=False),
    sa.Column('writer', sa.String(length=320), nullable=False),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('subject', sa.String(length=300), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('attachments', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('evidence', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['message_id'], ['mailbox_message.message_id'], name=op.f('mailbox_words_message_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('message_id', name=op.f('mailbox_words_pkey'))
    )


def downgrade() -> None:
    op.drop_table('mailbox_words')
    op.execute('DELETE FROM mailbox_message WHERE digest IS NOT NULL')
    op.execute("UPDATE mailbox_message SET effect = 'none' WHERE effect NOT IN ('soft', 'failed', 'none')")
    op.execute("UPDATE mailbox_message SET proved = 'claimed' WHERE proved IN ('tag', 'reply')")
    op.drop_index('mailbox_message_open_idx', table_name='mailbox_message')
    op.drop_index('mailbox_message_mail_idx', table_name='mailbox_message')
    for name in ('key', 'proved', 'effect', 'about_mail', 'opted_out', 'handled'):
        op.drop_constraint(f'mailbox_message_{name}_check', 'mailbox_message')
    op.drop_constraint('mailbox_message_pkey', 'mailbox_message')
    op.drop_constraint('mailbox_message_folder_uid_validity_uid_key', 'mailbox_message')
    for column in ('message_id', 'digest', 'handled_at', 'handled_by'):
        op.drop_column('mailbox_message', column)
    for column in ('folder', 'uid_validity', 'uid'):
        op.alter_column('mailbox_message', column, nullable=False)
    op.create_primary_key(op.f('mailbox_message_pkey'), 'mailbox_message', ['folder', 'uid_validity', 'uid'])
    op.alter_column('mailbox_message', 'effect', type_=sa.String(length=6))
    op.create_check_constraint(op.f('mailbox_message_effect_check'), 'mailbox_message', "effect = 'none' OR (effect IN ('soft', 'failed') AND proved = 'path')")
    op.create_check_constraint(op.f('mailbox_message_proved_check'), 'mailbox_message', "proved IN ('path', 'claimed', 'nothing')")
    op.execute("UPDATE delivery SET state = 'accepted' WHERE state = 'bounced'")
    op.drop_constraint('delivery_state_check', 'delivery')
    op.create_check_constraint(op.f('delivery_state_check'), 'delivery', f"state IN ({STATES})")
