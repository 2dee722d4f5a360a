"""What was said of the progress of editions."""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('told_progress',
    sa.Column('edition_id', sa.Uuid(), nullable=False),
    sa.Column('look_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('told', sa.String(length=200), server_default=sa.text("''"), nullable=False),
    sa.Column('ended', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.CheckConstraint("NOT ended OR told <> ''", name=op.f('told_progress_ended_check')),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.edition_id'], name=op.f('told_progress_edition_id_fkey'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('edition_id', name=op.f('told_progress_pkey'))
    )


def downgrade() -> None:
    op.drop_table('told_progress')
