"""The phone: what each number wants, campaigns, allowances, calls, and wiping at the provider."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engage.kernel.db import Moment

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "allowance",
        sa.Column("agreement_id", sa.String(8), nullable=False),
        sa.Column("parts_a_month", sa.Integer(), nullable=False),
        sa.Column("time_zone", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("agreement_id", name=op.f("pk_allowance")),
    )
    op.create_table(
        "dead_number",
        sa.Column("number_lookup", sa.LargeBinary(32), nullable=False),
        sa.Column("agreement_id", sa.String(8), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("number_lookup", name=op.f("pk_dead_number")),
    )
    op.create_table(
        "pace",
        sa.Column("sender", sa.String(40), nullable=False),
        sa.Column("parts", sa.Double(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("sender", name=op.f("pk_pace")),
    )
    op.create_table(
        "redaction",
        sa.Column("provider_id_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("not_before", Moment(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redaction")),
    )
    op.create_table(
        "spending",
        sa.Column("agreement_id", sa.String(8), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("agreement_id", "on", name=op.f("pk_spending")),
    )
    op.create_table(
        "voice_prompt",
        sa.Column("agreement_id", sa.String(8), nullable=False),
        sa.Column("sentence", sa.String(64), nullable=False),
        sa.Column("media_type", sa.String(40), nullable=False),
        sa.Column("audio", sa.LargeBinary(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("agreement_id", "sentence", name=op.f("pk_voice_prompt")),
    )
    op.create_table(
        "campaign",
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.String(8), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("stage", sa.String(10), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("started_at", Moment(), nullable=True),
        sa.Column("queued_to", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_campaign_agreement_id")),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_campaign_consultation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
    )
    op.create_index(op.f("ix_campaign_agreement_id"), "campaign", ["agreement_id"])
    op.create_index(op.f("ix_campaign_stage"), "campaign", ["stage"])

    op.add_column("conversation", sa.Column("by_voice", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("conversation", sa.Column("burst", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("conversation", sa.Column("burst_since", Moment(), nullable=False, server_default="2000-01-01 00:00:00"))

    op.add_column("opt_out", sa.Column("keeps", sa.String(10), nullable=False, server_default="all"))
    op.execute("UPDATE opt_out SET keeps = 'nothing' WHERE stopped")
    op.drop_column("opt_out", "stopped")

    for column in (
        sa.Column("by_voice", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("purpose", sa.String(10), nullable=False, server_default="votes"),
        sa.Column("agreement_id", sa.String(8), nullable=False, server_default=""),
        sa.Column("campaign_id", sa.Uuid(), nullable=True),
        sa.Column("parts", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("language", sa.String(8), nullable=False, server_default="fr"),
        sa.Column("expires_at", Moment(), nullable=True),
        sa.Column("started_at", Moment(), nullable=True),
    ):
        op.add_column("outbound_message", column)
    op.execute(
        "UPDATE outbound_message SET agreement_id = coalesce("
        "(SELECT t.agreement_id FROM regional_table t WHERE t.text_number = outbound_message.sender), '')"
    )
    op.execute("UPDATE outbound_message SET started_at = not_before WHERE state <> 'waiting'")
    with op.batch_alter_table("outbound_message") as table:
        for name in ("number_lookup", "number_sealed", "body_sealed"):
            table.alter_column(name, existing_type=sa.LargeBinary(), nullable=True)
        table.drop_index("ix_outbound_message_due")
        waiting = sa.text("state = 'waiting'")
        table.create_index("ix_outbound_message_due", ["purpose", "not_before"], sqlite_where=waiting, postgresql_where=waiting)
        table.create_index("ix_outbound_message_campaign", ["campaign_id", "state"])
        table.create_index(op.f("ix_outbound_message_number_lookup"), ["number_lookup"])
        table.create_unique_constraint(op.f("uq_outbound_message_campaign_id_number_lookup"), ["campaign_id", "number_lookup"])
