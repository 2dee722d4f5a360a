"""The names of the register that others have been told of."""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('told_name',
    sa.Column('what', sa.String(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.CheckConstraint("what IN ('assignment_types', 'agreements', 'occupational_groups')", name=op.f('told_name_what_check')),
    sa.PrimaryKeyConstraint('what', 'name', name=op.f('told_name_pkey')),
    comment='names of the register that the other services have been told of'
    )


def downgrade() -> None:
    op.drop_table('told_name')
