"""Pausing and stopping editions, and an undo window that cannot be skipped."""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

STATES = ('open', 'frozen', 'releasing', 'released', 'completed', 'parked')
MORE = ('held', 'paused', 'stopped', 'dissolved')


def upgrade() -> None:
    op.add_column('edition', sa.Column('paused_at', sa.DateTime(timezone=True)))
    op.add_column('edition', sa.Column('stopped_at', sa.DateTime(timezone=True)))
    _allow(STATES + MORE)
    op.create_check_constraint(op.f('edition_paused_check'), 'edition', "(state IN ('held', 'paused')) = (paused_at IS NOT NULL)")
    op.create_check_constraint(op.f('edition_stopped_check'), 'edition', "(state = 'stopped') = (stopped_at IS NOT NULL)")
    # An edition that was frozen late in the past was not given its window: say when it really opened.
    op.execute('UPDATE edition SET undo_at = frozen_at, release_at = greatest(release_at, frozen_at) WHERE frozen_at > undo_at')
    op.create_check_constraint(op.f('edition_undo_check'), 'edition', 'frozen_at <= undo_at')
    op.create_check_constraint(op.f('edition_early_check'), 'edition', 'releasing_at >= release_at')


def downgrade() -> None:
    for name in ('early', 'undo', 'stopped', 'paused'):
        op.drop_constraint(op.f(f'edition_{name}_check'), 'edition', type_='check')
    _allow(STATES)
    op.drop_column('edition', 'stopped_at')
    op.drop_column('edition', 'paused_at')


def _allow(states: tuple[str, ...]) -> None:
    listed = ', '.join(f"'{state}'" for state in states)
    op.drop_constraint(op.f('edition_state_check'), 'edition', type_='check')
    op.create_check_constraint(op.f('edition_state_check'), 'edition', f'state IN ({listed})')
