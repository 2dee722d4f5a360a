"""Which attempt a report is about; who asked for a text, and what was answered to them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('text_report', sa.Column('attempt', sa.SmallInteger(), nullable=True))
    op.execute("UPDATE text_report r SET attempt = d.attempts FROM text_delivery d WHERE d.text_id = r.text_id AND d.attempts > 0")
    op.add_column('text_message', sa.Column('asked_by', sa.String(length=320), nullable=True))
    op.create_table('idempotent_answers',
    sa.Column('caller', sa.String(length=320), nullable=False),
    sa.Column('key', sa.String(length=255), nullable=False),
    sa.Column('fingerprint', sa.LargeBinary(length=32), nullable=False),
    sa.Column('status', sa.SmallInteger(), nullable=False),
    sa.Column('media_type', sa.String(length=100), nullable=False),
    sa.Column('headers', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('stored_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('caller', 'key', name=op.f('idempotent_answers_pkey'))
    )
    op.create_index('idempotent_answers_stored_idx', 'idempotent_answers', ['stored_at'], unique=False)


def downgrade() -> None:
    op.drop_table('idempotent_answers')
    op.drop_column('text_message', 'asked_by')
    op.drop_column('text_report', 'attempt')
