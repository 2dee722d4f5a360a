"""Tokens of an hour or a day come back a period after they were taken. Buckets of before count as full."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('bucket', sa.Column('due', postgresql.ARRAY(sa.DateTime(timezone=True)), server_default=sa.text("'{}'"), nullable=False))
    op.add_column('bucket', sa.Column('coming', postgresql.ARRAY(sa.Integer()), server_default=sa.text("'{}'"), nullable=False))
    op.create_check_constraint(op.f('bucket_coming_check'), 'bucket', "cardinality(due) = cardinality(coming) AND 0 < ALL (coming)")
    op.create_check_constraint(op.f('bucket_due_check'), 'bucket', "cardinality(due) <= 64 AND (period IN ('hour', 'day') OR due = '{}')")


def downgrade() -> None:
    op.drop_constraint('bucket_due_check', 'bucket')
    op.drop_constraint('bucket_coming_check', 'bucket')
    op.drop_column('bucket', 'coming')
    op.drop_column('bucket', 'due')
