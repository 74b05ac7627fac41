"""Reconciliation: the last comparison of roll, box and facts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engage.kernel.db import Moment

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "reconciliation",
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("roll", sa.Integer(), nullable=False),
        sa.Column("ballots", sa.Integer(), nullable=False),
        sa.Column("facts", sa.Integer(), nullable=False),
        sa.Column("differences", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_reconciliation_consultation_id")),
        sa.PrimaryKeyConstraint("consultation_id", name=op.f("pk_reconciliation")),
    )
