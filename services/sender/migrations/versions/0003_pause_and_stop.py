"""Pausing and stopping an edition."""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('edition', sa.Column('flow', sa.String(length=7), server_default=sa.text("'running'"), nullable=False))
    op.add_column('edition', sa.Column('flow_sequence', sa.BigInteger(), server_default=sa.text('0'), nullable=False))
    op.add_column('edition', sa.Column('flow_reason', sa.String(length=500), server_default=sa.text("''"), nullable=False))
    op.create_check_constraint(op.f('edition_flow_check'), 'edition', "flow IN ('running', 'paused', 'stopped')")
    op.create_check_constraint(op.f('edition_flow_reason_check'), 'edition', "(flow = 'running') <= (flow_reason = '')")
    op.create_index('edition_flow_idx', 'edition', ['edition_id'], unique=False, postgresql_where=sa.text("flow <> 'running'"))


def downgrade() -> None:
    op.drop_index('edition_flow_idx', table_name='edition', postgresql_where=sa.text("flow <> 'running'"))
    op.drop_column('edition', 'flow_reason')
    op.drop_column('edition', 'flow_sequence')
    op.drop_column('edition', 'flow')
