"""Previews, the audience of each order when it came, and what merging spared."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('preview',
    sa.Column('preview_no', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('edition_no', sa.BigInteger(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(), nullable=False),
    sa.Column('figures', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='no names, no addresses'),
    sa.ForeignKeyConstraint(['edition_no'], ['edition.edition_no'], name=op.f('preview_edition_no_fkey')),
    sa.PrimaryKeyConstraint('preview_no', name=op.f('preview_pkey'))
    )
    op.create_index('preview_edition_idx', 'preview', ['edition_no', 'preview_no'])
    op.create_table('preview_people',
    sa.Column('edition_no', sa.BigInteger(), nullable=False),
    sa.Column('order_no', sa.BigInteger(), nullable=False),
    sa.Column('people', sa.LargeBinary(), nullable=False, comment='of the newest preview: a bit for each person'),
    sa.ForeignKeyConstraint(['edition_no'], ['edition.edition_no'], name=op.f('preview_people_edition_no_fkey')),
    sa.ForeignKeyConstraint(['order_no'], ['orders.order_no'], name=op.f('preview_people_order_no_fkey')),
    sa.PrimaryKeyConstraint('edition_no', 'order_no', name=op.f('preview_people_pkey'))
    )
    op.create_table('order_estimate',
    sa.Column('order_no', sa.BigInteger(), nullable=False),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=False, comment='when it was first estimated'),
    sa.Column('accepted', sa.BigInteger(), nullable=False, comment='recipients then'),
    sa.Column('people', sa.LargeBinary(), nullable=True, comment='who they were, a bit for each; NULL when no longer needed'),
    sa.Column('looked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recipients', sa.BigInteger(), nullable=False, comment='at the latest look'),
    sa.Column('joined', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('gone', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('warned_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('looked_at >= accepted_at', name=op.f('order_estimate_looks_check')),
    sa.CheckConstraint('recipients = accepted + joined - gone', name=op.f('order_estimate_movement_check')),
    sa.ForeignKeyConstraint(['order_no'], ['orders.order_no'], name=op.f('order_estimate_order_no_fkey')),
    sa.PrimaryKeyConstraint('order_no', name=op.f('order_estimate_pkey'))
    )
    op.create_table('order_saving',
    sa.Column('edition_no', sa.BigInteger(), nullable=False),
    sa.Column('order_no', sa.BigInteger(), nullable=False),
    sa.Column('together', sa.BigInteger(), nullable=False, comment='people who got another section as well'),
    sa.Column('saved', sa.Numeric(precision=14, scale=4), nullable=False, comment='its share of the mails spared (A6)'),
    sa.CheckConstraint('saved BETWEEN 0 AND together', name=op.f('order_saving_share_check')),
    sa.ForeignKeyConstraint(['edition_no'], ['edition.edition_no'], name=op.f('order_saving_edition_no_fkey')),
    sa.ForeignKeyConstraint(['order_no'], ['orders.order_no'], name=op.f('order_saving_order_no_fkey')),
    sa.PrimaryKeyConstraint('edition_no', 'order_no', name=op.f('order_saving_pkey'))
    )


def downgrade() -> None:
    op.drop_table('order_saving')
    op.drop_table('order_estimate')
    op.drop_table('preview_people')
    op.drop_table('preview')
