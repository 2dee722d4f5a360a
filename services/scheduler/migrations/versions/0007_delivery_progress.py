"""How far the sender is with an edition."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('delivery_progress',
    sa.Column('edition_no', sa.BigInteger(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('figures', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.ForeignKeyConstraint(['edition_no'], ['edition.edition_no'], name=op.f('delivery_progress_edition_no_fkey')),
    sa.PrimaryKeyConstraint('edition_no', name=op.f('delivery_progress_pkey'))
    )


def downgrade() -> None:
    op.drop_table('delivery_progress')
