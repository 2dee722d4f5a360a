"""In which scopes an address was suppressed when its mail was composed."""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('outcome', sa.Column('scopes', sa.Text(), server_default=sa.text("''"), nullable=False))


def downgrade() -> None:
    op.drop_column('outcome', 'scopes')
