"""Whom the mail concerned that a message is about: what they wrote goes when they are erased."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

KNOWN = """
UPDATE mailbox_words w SET person_ids = coalesce(mail.person_ids, ARRAY(
    SELECT CAST(reader ->> 0 AS varchar) FROM jsonb_array_elements(mail.readers) reader), '{}')
FROM mailbox_message m JOIN mail USING (mail_id) WHERE m.message_id = w.message_id
"""


def upgrade() -> None:
    op.add_column('mailbox_words', sa.Column('person_ids', postgresql.ARRAY(sa.String()), server_default=sa.text("'{}'"), nullable=False))
    op.execute(KNOWN)
    op.create_index('mailbox_words_persons_idx', 'mailbox_words', ['person_ids'], unique=False, postgresql_using='gin')
    op.create_index('mailbox_words_writer_idx', 'mailbox_words', ['writer'], unique=False)


def downgrade() -> None:
    op.drop_index('mailbox_words_writer_idx', table_name='mailbox_words')
    op.drop_index('mailbox_words_persons_idx', table_name='mailbox_words', postgresql_using='gin')
    op.drop_column('mailbox_words', 'person_ids')
