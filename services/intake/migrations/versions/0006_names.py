"""The names that the register uses."""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('register_names',
    sa.Column('what', sa.String(length=30), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.CheckConstraint("what IN ('assignment_types', 'agreements', 'occupational_groups')", name=op.f('register_names_what_check')),
    sa.PrimaryKeyConstraint('what', 'name', name=op.f('register_names_pkey')),
    comment='The names that people of the register bear, as the scheduler tells them (A7, D5).'
    )


def downgrade() -> None:
    op.drop_table('register_names')
