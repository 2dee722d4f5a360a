"""Orders whose Wednesday was stopped, and orders that correct an earlier one."""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

STATES = ('draft', 'submitted', 'returned', 'accepted', 'scheduled', 'locked', 'sending', 'sent', 'withdrawn')
ACCEPTED = ('accepted', 'scheduled', 'locked', 'sending', 'sent')
KINDS = ('scheduled', 'returned')


def upgrade() -> None:
    op.add_column('orders', sa.Column('stopped_because', sa.String(length=500), server_default=sa.text("''"), nullable=False))
    op.add_column('orders', sa.Column('corrects', sa.Uuid()))
    op.create_foreign_key(op.f('orders_corrects_fkey'), 'orders', 'orders', ['corrects'], ['order_id'])
    _allow((*STATES, 'stopped'), (*ACCEPTED, 'stopped'), (*KINDS, 'stopped'))


def downgrade() -> None:
    _allow(STATES, ACCEPTED, KINDS)
    op.drop_column('orders', 'corrects')
    op.drop_column('orders', 'stopped_because')


def _allow(states: tuple[str, ...], accepted: tuple[str, ...], kinds: tuple[str, ...]) -> None:
    for table, name, condition in (
        ('orders', 'state', f'state IN ({_listed(states)})'),
        ('orders', 'accepted', f'state NOT IN ({_listed(accepted)}) OR accepted_at IS NOT NULL'),
        ('answers', 'kind', f'kind IN ({_listed(kinds)})'),
    ):
        op.drop_constraint(op.f(f'{table}_{name}_check'), table, type_='check')
        op.create_check_constraint(op.f(f'{table}_{name}_check'), table, condition)


def _listed(values: tuple[str, ...]) -> str:
    return ', '.join(f"'{value}'" for value in values)
