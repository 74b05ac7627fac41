"""Documents that tables file, partners, declarations, closed years."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engage.kernel.db import Moment

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "year_closing",
        sa.Column("year", sa.String(length=9), nullable=False),
        sa.Column("closed_at", Moment(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("closed_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_year_closing")),
    )
    op.create_table(
        "declaration",
        sa.Column("agreement_id", sa.String(length=8), nullable=False),
        sa.Column("year", sa.String(length=9), nullable=False),
        sa.Column("mechanism_type", sa.String(length=2), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("own_rules", sa.Boolean(), nullable=False),
        sa.Column("declared_by", sa.String(), nullable=False),
        sa.Column("declared_on", sa.Date(), nullable=False),
        sa.Column("fact_id", sa.Uuid(), nullable=False),
        sa.Column("taken_back_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_declaration_agreement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declaration")),
    )
    op.create_index(op.f("ix_declaration_agreement_id"), "declaration", ["agreement_id"], unique=False)
    op.create_table(
        "filing_draft",
        sa.Column("agreement_id", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("year", sa.String(length=9), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_filing_draft_agreement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing_draft")),
        sa.UniqueConstraint("agreement_id", "kind", "year", name=op.f("uq_filing_draft_agreement_id_kind_year")),
    )
    op.create_table(
        "partner",
        sa.Column("agreement_id", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("collaboration", sa.String(length=14), nullable=False),
        sa.Column("commitment", sa.String(), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_partner_agreement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner")),
    )
    op.create_index(op.f("ix_partner_agreement_id"), "partner", ["agreement_id"], unique=False)
    op.create_table(
        "practice",
        sa.Column("agreement_id", sa.String(length=8), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("for_whom", sa.String(), nullable=False),
        sa.Column("worked", sa.String(), nullable=False),
        sa.Column("failed", sa.String(), nullable=False),
        sa.Column("shared_on", sa.Date(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_practice_agreement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice")),
    )
    op.create_index(op.f("ix_practice_agreement_id"), "practice", ["agreement_id"], unique=False)
    op.create_table(
        "filing",
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("year", sa.String(length=9), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("signed_by", sa.String(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_filing_agreement_id")),
        sa.ForeignKeyConstraint(["draft_id"], ["filing_draft.id"], name=op.f("fk_filing_draft_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing")),
        sa.UniqueConstraint("draft_id", "version", name=op.f("uq_filing_draft_id_version")),
    )
    op.create_index(op.f("ix_filing_agreement_id"), "filing", ["agreement_id"], unique=False)
    op.create_table(
        "filing_comment",
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["filing_draft.id"], name=op.f("fk_filing_comment_draft_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing_comment")),
    )
    op.create_index(op.f("ix_filing_comment_draft_id"), "filing_comment", ["draft_id"], unique=False)
    op.add_column("envelope", sa.Column("prior", sa.Integer(), server_default="0", nullable=False))
    op.add_column("envelope", sa.Column("increase", sa.Integer(), server_default="0", nullable=False))
    op.add_column("envelope", sa.Column("deprivation", sa.String(), server_default="", nullable=False))
    op.add_column("envelope", sa.Column("density", sa.String(), server_default="", nullable=False))
    op.add_column("envelope", sa.Column("source", sa.String(), server_default="", nullable=False))
