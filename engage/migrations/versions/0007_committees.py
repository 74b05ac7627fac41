"""Committees, seats, candidacies, draws and meetings; the written rule of a mechanism."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engage.kernel.db import Moment

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "committee",
        sa.Column("agreement_id", sa.String(length=8), nullable=False),
        sa.Column("mechanism_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("institutions", sa.String(), nullable=False),
        sa.Column("supports", sa.String(length=80), nullable=False),
        sa.Column("quorum", sa.Integer(), nullable=False),
        sa.Column("quorum_reserved", sa.Integer(), nullable=False),
        sa.Column("call_within", sa.Integer(), nullable=False),
        sa.Column("is_welcoming", sa.Boolean(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_committee_agreement_id")),
        sa.ForeignKeyConstraint(["mechanism_id"], ["mechanism.id"], name=op.f("fk_committee_mechanism_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_committee")),
        sa.UniqueConstraint("code", name=op.f("uq_committee_code")),
        sa.UniqueConstraint("mechanism_id", name=op.f("uq_committee_mechanism_id")),
    )
    op.create_index(op.f("ix_committee_agreement_id"), "committee", ["agreement_id"], unique=False)
    op.create_table(
        "draw",
        sa.Column("committee_id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.String(length=8), nullable=False),
        sa.Column("is_reserved", sa.Boolean(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("quotas", sa.String(), nullable=False),
        sa.Column("pool", sa.String(), nullable=False),
        sa.Column("tickets", sa.String(), nullable=False),
        sa.Column("minimum", sa.Double(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("fixed_at", Moment(), nullable=False),
        sa.Column("public_random", sa.String(), nullable=False),
        sa.Column("ticket", sa.Integer(), nullable=True),
        sa.Column("drawn_at", Moment(), nullable=True),
        sa.Column("voided_at", Moment(), nullable=True),
        sa.Column("void_reason", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_draw_agreement_id")),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name=op.f("fk_draw_committee_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw")),
    )
    op.create_index(op.f("ix_draw_committee_id"), "draw", ["committee_id"], unique=False)
    op.create_table(
        "meeting",
        sa.Column("committee_id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.String(length=8), nullable=False),
        sa.Column("starts_at", Moment(), nullable=False),
        sa.Column("ends_at", Moment(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("is_accessible", sa.Boolean(), nullable=False),
        sa.Column("by_bus", sa.Boolean(), nullable=False),
        sa.Column("phone_in", sa.String(), nullable=False),
        sa.Column("prepares_at", Moment(), nullable=True),
        sa.Column("debriefs_at", Moment(), nullable=True),
        sa.Column("door_code", sa.String(length=4), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("invited_on", sa.Date(), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("papers_on", sa.Date(), nullable=True),
        sa.Column("cancelled_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_meeting_agreement_id")),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name=op.f("fk_meeting_committee_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
    )
    op.create_index(op.f("ix_meeting_committee_id"), "meeting", ["committee_id"], unique=False)
    op.create_index(op.f("ix_meeting_starts_at"), "meeting", ["starts_at"], unique=False)
    op.create_table(
        "seat",
        sa.Column("committee_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("is_reserved", sa.Boolean(), nullable=False),
        sa.Column("is_voting", sa.Boolean(), nullable=False),
        sa.Column("institution", sa.String(), nullable=False),
        sa.Column("term_months", sa.Integer(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name=op.f("fk_seat_committee_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat")),
        sa.UniqueConstraint("committee_id", "number", name=op.f("uq_seat_committee_id_number")),
    )
    op.create_index(op.f("ix_seat_committee_id"), "seat", ["committee_id"], unique=False)
    op.create_table(
        "candidacy",
        sa.Column("committee_id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.String(length=8), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("nominated_by", sa.String(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("call_by", sa.Date(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("called_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("needs_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("reach_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("uses_about", sa.Boolean(), nullable=False),
        sa.Column("pseudonym", sa.String(length=8), nullable=False),
        sa.Column("draw_id", sa.Uuid(), nullable=True),
        sa.Column("chance", sa.Integer(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_candidacy_agreement_id")),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name=op.f("fk_candidacy_committee_id")),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_candidacy_draw_id")),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name=op.f("fk_candidacy_participant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidacy")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_candidacy_committee_id"), "candidacy", ["committee_id"], unique=False)
    op.create_index(op.f("ix_candidacy_participant_id"), "candidacy", ["participant_id"], unique=False)
    op.create_index(
        "uq_candidacy_live",
        "candidacy",
        ["committee_id", "participant_id"],
        unique=True,
        sqlite_where=sa.text("stage <> 'withdrawn' AND stage <> 'seated'"),
        postgresql_where=sa.text("stage <> 'withdrawn' AND stage <> 'seated'"),
    )
    op.create_table(
        "membership",
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("committee_id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=True),
        sa.Column("way", sa.String(length=12), nullable=False),
        sa.Column("nominated_by", sa.String(), nullable=False),
        sa.Column("offered_on", sa.Date(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("status_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("fact_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("shown", sa.String(), nullable=False),
        sa.Column("buddy", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name=op.f("fk_membership_committee_id")),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name=op.f("fk_membership_participant_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_membership_seat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_membership_committee_id"), "membership", ["committee_id"], unique=False)
    op.create_index(op.f("ix_membership_participant_id"), "membership", ["participant_id"], unique=False)
    op.create_index(op.f("ix_membership_seat_id"), "membership", ["seat_id"], unique=False)
    op.create_table(
        "attendance",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("grade", sa.String(length=8), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=False),
        sa.Column("fact_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_attendance_meeting_id")),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_attendance_membership_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint("meeting_id", "membership_id", name=op.f("uq_attendance_meeting_id_membership_id")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_attendance_meeting_id"), "attendance", ["meeting_id"], unique=False)
    op.create_table(
        "decision",
        sa.Column("committee_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.String(length=8), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.Column("votes_reserved", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Uuid(), nullable=True),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_decision_agreement_id")),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name=op.f("fk_decision_committee_id")),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_decision_consultation_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_decision_meeting_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["membership.id"], name=op.f("fk_decision_proposed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index(op.f("ix_decision_committee_id"), "decision", ["committee_id"], unique=False)
    op.create_table(
        "reply",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("comes", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("needs_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_reply_meeting_id")),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_reply_membership_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
        sa.UniqueConstraint("meeting_id", "membership_id", name=op.f("uq_reply_meeting_id_membership_id")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_reply_meeting_id"), "reply", ["meeting_id"], unique=False)
    op.create_table(
        "support_line",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("support", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=True),
        sa.Column("in_advance", sa.Boolean(), nullable=False),
        sa.Column("voucher", sa.String(length=12), nullable=False),
        sa.Column("heard_on", sa.Date(), nullable=True),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_support_line_meeting_id")),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_support_line_membership_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_line")),
        sa.UniqueConstraint("meeting_id", "membership_id", "support", name=op.f("uq_support_line_meeting_id_membership_id_support")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_support_line_meeting_id"), "support_line", ["meeting_id"], unique=False)
    op.add_column("mechanism", sa.Column("rule", sa.String(), nullable=False, server_default=""))
