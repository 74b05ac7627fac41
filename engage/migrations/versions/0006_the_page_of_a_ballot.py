"""A page sent again leaves its ballot, and the receipt of it, as they were."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("sealed_ballot", sa.Column("page", sa.LargeBinary(length=32), nullable=True))
