"""What a draw's fingerprint binds, and the fact that a member left."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("draw", sa.Column("numbers", sa.Integer(), server_default="0", nullable=False))
    op.add_column("draw", sa.Column("called", sa.String(), server_default="", nullable=False))
    op.add_column("membership", sa.Column("fact_left_sealed", sa.LargeBinary(), nullable=True))
