"""The studio: budgets, trustees, grave acts, promises, and how far people come in a vote."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engage.kernel.db import Moment

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "closing_step",
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("found", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_closing_step_consultation_id")),
        sa.PrimaryKeyConstraint("consultation_id", "stage", name=op.f("pk_closing_step")),
    )
    op.create_table(
        "commitment",
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("kept_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_commitment_consultation_id")),
        sa.PrimaryKeyConstraint("consultation_id", name=op.f("pk_commitment")),
    )
    op.create_table(
        "grave_act",
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("until", Moment(), nullable=True),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("due_at", Moment(), nullable=True),
        sa.Column("done_at", Moment(), nullable=True),
        sa.Column("withdrawn_at", Moment(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_grave_act_agreement_id")),
        sa.ForeignKeyConstraint(["asked_by"], ["staff.id"], name=op.f("fk_grave_act_asked_by")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["staff.id"], name=op.f("fk_grave_act_confirmed_by")),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_grave_act_consultation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grave_act")),
    )
    op.create_index(op.f("ix_grave_act_agreement_id"), "grave_act", ["agreement_id"], unique=False)
    op.create_index(op.f("ix_grave_act_consultation_id"), "grave_act", ["consultation_id"], unique=False)
    op.create_index(op.f("ix_grave_act_due_at"), "grave_act", ["due_at"], unique=False)
    op.create_table(
        "journey_count",
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("step", sa.String(length=10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_journey_count_consultation_id")),
        sa.PrimaryKeyConstraint("consultation_id", "channel", "step", name=op.f("pk_journey_count")),
    )
    op.add_column("consultation", sa.Column("kind", sa.String(length=10), nullable=False, server_default="priorities"))
    op.add_column("consultation", sa.Column("envelope", sa.Integer(), nullable=True))
    op.add_column("consultation", sa.Column("channels", sa.String(length=60), nullable=False, server_default="sms voice paper kiosk"))
    op.add_column("consultation", sa.Column("languages", sa.String(length=60), nullable=False, server_default="fr en"))
    op.add_column("consultation", sa.Column("territories", sa.String(), nullable=False, server_default=""))
    op.add_column("consultation", sa.Column("key_mode", sa.String(length=10), nullable=False, server_default="server"))
    op.add_column("consultation", sa.Column("grave_rule", sa.String(length=10), nullable=False, server_default="notice"))
    op.add_column("consultation", sa.Column("opens_at", Moment(), nullable=True))
    op.add_column("consultation", sa.Column("notice_id", sa.Uuid(), nullable=True))
    op.add_column("option", sa.Column("cost", sa.Integer(), nullable=True))
