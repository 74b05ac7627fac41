"""The life of agreements, and the Indigenous organisations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "agreement_step",
        sa.Column("agreement_id", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("signatories", sa.String(length=60), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("written_on", sa.Date(), nullable=False),
        sa.Column("taken_back_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_agreement_step_agreement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_step")),
    )
    op.create_index(op.f("ix_agreement_step_agreement_id"), "agreement_step", ["agreement_id"], unique=False)
    op.create_table(
        "indigenous_organisation",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("name_fr", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("agreement_id", sa.String(length=8), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("certainty", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_indigenous_organisation_agreement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indigenous_organisation")),
    )
