"""Extra editions, editions that move, and addresses of the calendar."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table('extra_edition',
    sa.Column('extra_no', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('extra_id', sa.Uuid(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('release_at', MOMENT, nullable=False),
    sa.Column('order_ids', postgresql.ARRAY(sa.Uuid()), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('proposed_by', sa.String(), nullable=False),
    sa.Column('proposed_at', MOMENT, nullable=False),
    sa.Column('confirmed_by', sa.String(), nullable=True),
    sa.Column('confirmed_at', MOMENT, nullable=True),
    sa.CheckConstraint('extract(isodow FROM day) <> 3', name=op.f('extra_edition_day_check')),
    sa.CheckConstraint('cardinality(order_ids) > 0', name=op.f('extra_edition_orders_check')),
    sa.CheckConstraint("reason <> ''", name=op.f('extra_edition_reason_check')),
    sa.CheckConstraint('(confirmed_by IS NULL) = (confirmed_at IS NULL)', name=op.f('extra_edition_confirmed_check')),
    sa.CheckConstraint('lower(confirmed_by) <> lower(proposed_by)', name=op.f('extra_edition_two_people_check')),
    sa.PrimaryKeyConstraint('extra_no', name=op.f('extra_edition_pkey')),
    sa.UniqueConstraint('extra_id', name=op.f('extra_edition_extra_id_key')),
    comment='Proposed by one person and confirmed by another: the exception to A2.'
    )
    op.create_table('calendar_feed',
    sa.Column('feed_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('secret_hash', sa.LargeBinary(), nullable=False),
    sa.Column('made_by', sa.String(), nullable=False),
    sa.Column('made_at', MOMENT, nullable=False),
    sa.Column('revoked_by', sa.String(), nullable=True),
    sa.Column('revoked_at', MOMENT, nullable=True),
    sa.CheckConstraint('octet_length(secret_hash) = 32', name=op.f('calendar_feed_hash_check')),
    sa.CheckConstraint('(revoked_by IS NULL) = (revoked_at IS NULL)', name=op.f('calendar_feed_revoked_check')),
    sa.PrimaryKeyConstraint('feed_id', name=op.f('calendar_feed_pkey')),
    sa.UniqueConstraint('secret_hash', name=op.f('calendar_feed_secret_hash_key')),
    comment='Secret addresses of the calendar, of which only the hash is kept.'
    )
    op.add_column('edition', sa.Column('extra_no', sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f('edition_extra_no_fkey'), 'edition', 'extra_edition', ['extra_no'], ['extra_no'])
    op.create_unique_constraint(op.f('edition_extra_no_key'), 'edition', ['extra_no'])
    op.add_column('edition', sa.Column('moved_from', sa.Date(), nullable=True, comment='the closed Wednesday that it was first meant for'))
    op.add_column('edition', sa.Column('sequence', sa.Integer(), server_default='0', nullable=False, comment='of its moments (RFC 5545)'))
    op.add_column('edition', sa.Column('changed_at', MOMENT, nullable=True))
    op.drop_constraint(op.f('edition_wednesday_check'), 'edition', type_='check')
    op.create_check_constraint(op.f('edition_wednesday_check'), 'edition', '(extract(isodow FROM wednesday) = 3) = (extra_no IS NULL)')
    op.drop_constraint(op.f('edition_wednesday_key'), 'edition', type_='unique')
    op.create_index('edition_day_idx', 'edition', ['wednesday'], unique=True, postgresql_where=sa.text("state <> 'dissolved'"))
    op.add_column('edition_order', sa.Column('note', sa.String(), server_default='', nullable=False, comment='why on this edition, if not plain'))
    op.add_column('edition_order', sa.Column('joined_at', MOMENT, nullable=True))


def downgrade() -> None:
    """Only while no edition is extra or shares its day with a dissolved one: the older rules refuse them."""
    op.drop_index('edition_day_idx', table_name='edition', postgresql_where=sa.text("state <> 'dissolved'"))
    op.create_unique_constraint(op.f('edition_wednesday_key'), 'edition', ['wednesday'])
    op.drop_column('edition_order', 'joined_at')
    op.drop_column('edition_order', 'note')
    op.drop_constraint(op.f('edition_wednesday_check'), 'edition', type_='check')
    op.create_check_constraint(op.f('edition_wednesday_check'), 'edition', 'extract(isodow FROM wednesday) = 3')
    for column in ('changed_at', 'sequence', 'moved_from', 'extra_no'):
        op.drop_column('edition', column)
    op.drop_table('calendar_feed')
    op.drop_table('extra_edition')
