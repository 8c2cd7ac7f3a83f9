"""where to send the confirmation"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
rollback_compatible = True


def upgrade() -> None:
    op.add_column("orders", sa.Column("email", sa.String(200), nullable=True))


def downgrade() -> None:
    op.drop_column("orders", "email")
