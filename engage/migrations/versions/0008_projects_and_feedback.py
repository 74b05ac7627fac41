"""Projects, what people say of them, and what is answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engage.kernel.db import Moment

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "danger_alert",
        sa.Column("agreement_id", sa.String(length=8), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("number_lookup", sa.LargeBinary(length=32), nullable=True),
        sa.Column("number_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("part_of_day", sa.String(length=10), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_danger_alert_agreement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_danger_alert")),
    )
    op.create_index(op.f("ix_danger_alert_agreement_id"), "danger_alert", ["agreement_id"], unique=False)
    op.create_index(op.f("ix_danger_alert_number_lookup"), "danger_alert", ["number_lookup"], unique=False)
    op.create_table(
        "envelope",
        sa.Column("agreement_id", sa.String(length=8), nullable=False),
        sa.Column("year", sa.String(length=9), nullable=False),
        sa.Column("first_instalment", sa.Integer(), nullable=False),
        sa.Column("grants", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_envelope_agreement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_envelope")),
        sa.UniqueConstraint("agreement_id", "year", name=op.f("uq_envelope_agreement_id_year")),
    )
    op.create_table(
        "late_reason",
        sa.Column("agreement_id", sa.String(length=8), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_late_reason_agreement_id")),
        sa.PrimaryKeyConstraint("agreement_id", name=op.f("pk_late_reason")),
    )
    op.create_table(
        "theme",
        sa.Column("agreement_id", sa.String(length=8), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_theme_agreement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme")),
    )
    op.create_index(op.f("ix_theme_agreement_id"), "theme", ["agreement_id"], unique=False)
    op.create_table(
        "alert_opening",
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["danger_alert.id"], name=op.f("fk_alert_opening_alert_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_alert_opening_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_opening")),
    )
    op.create_index(op.f("ix_alert_opening_alert_id"), "alert_opening", ["alert_id"], unique=False)
    op.create_table(
        "feedback_desk",
        sa.Column("agreement_id", sa.String(length=8), nullable=False),
        sa.Column("mechanism_id", sa.Uuid(), nullable=False),
        sa.Column("adopted_on", sa.Date(), nullable=False),
        sa.Column("adopted_by", sa.Uuid(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["adopted_by"], ["staff.id"], name=op.f("fk_feedback_desk_adopted_by")),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_feedback_desk_agreement_id")),
        sa.ForeignKeyConstraint(["mechanism_id"], ["mechanism.id"], name=op.f("fk_feedback_desk_mechanism_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_desk")),
        sa.UniqueConstraint("agreement_id", name=op.f("uq_feedback_desk_agreement_id")),
    )
    op.create_table(
        "call_for_projects",
        sa.Column("agreement_id", sa.String(length=8), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("committee_id", sa.Uuid(), nullable=True),
        sa.Column("dollars", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_call_for_projects_agreement_id")),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name=op.f("fk_call_for_projects_committee_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_for_projects")),
        sa.UniqueConstraint("code", name=op.f("uq_call_for_projects_code")),
    )
    op.create_index(op.f("ix_call_for_projects_agreement_id"), "call_for_projects", ["agreement_id"], unique=False)
    op.create_table(
        "official_response",
        sa.Column("agreement_id", sa.String(length=8), nullable=False),
        sa.Column("step", sa.String(length=8), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_official_response_agreement_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_official_response_decision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_official_response")),
    )
    op.create_index(op.f("ix_official_response_agreement_id"), "official_response", ["agreement_id"], unique=False)
    op.create_table(
        "project",
        sa.Column("agreement_id", sa.String(length=8), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("territory_code", sa.String(length=3), nullable=True),
        sa.Column("option_id", sa.Uuid(), nullable=True),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("is_devitalised", sa.Boolean(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("granted", sa.Integer(), nullable=False),
        sa.Column("paid", sa.Integer(), nullable=False),
        sa.Column("granted_on", sa.Date(), nullable=True),
        sa.Column("bars", sa.String(length=60), nullable=False),
        sa.Column("eligibility", sa.String(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("decision_id", sa.Uuid(), nullable=True),
        sa.Column("hears", sa.Boolean(), nullable=False),
        sa.Column("contact_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_project_agreement_id")),
        sa.ForeignKeyConstraint(["call_id"], ["call_for_projects.id"], name=op.f("fk_project_call_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_project_decision_id")),
        sa.ForeignKeyConstraint(["option_id"], ["option.id"], name=op.f("fk_project_option_id")),
        sa.ForeignKeyConstraint(["territory_code"], ["territory.code"], name=op.f("fk_project_territory_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("code", name=op.f("uq_project_code")),
    )
    op.create_index(op.f("ix_project_agreement_id"), "project", ["agreement_id"], unique=False)
    op.create_index(op.f("ix_project_call_id"), "project", ["call_id"], unique=False)
    op.create_table(
        "conflict_of_interest",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_conflict_of_interest_membership_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_conflict_of_interest_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict_of_interest")),
        sa.UniqueConstraint("project_id", "membership_id", name=op.f("uq_conflict_of_interest_project_id_membership_id")),
    )
    op.create_index(op.f("ix_conflict_of_interest_membership_id"), "conflict_of_interest", ["membership_id"], unique=False)
    op.create_table(
        "feedback",
        sa.Column("agreement_id", sa.String(length=8), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=True),
        sa.Column("participant_id", sa.Uuid(), nullable=True),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("face", sa.Integer(), nullable=True),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("may_show", sa.Boolean(), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("shown", sa.String(), nullable=False),
        sa.Column("ground", sa.String(length=10), nullable=False),
        sa.Column("contested_on", sa.Date(), nullable=True),
        sa.Column("reference_lookup", sa.LargeBinary(length=32), nullable=False),
        sa.Column("stub", sa.String(length=4), nullable=False),
        sa.Column("number_lookup", sa.LargeBinary(length=32), nullable=True),
        sa.Column("number_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("likeness", sa.LargeBinary(length=32), nullable=True),
        sa.Column("fact_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answer_fact_id", sa.Uuid(), nullable=True),
        sa.Column("reopened_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_feedback_agreement_id")),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name=op.f("fk_feedback_participant_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_feedback_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint("reference_lookup", name=op.f("uq_feedback_reference_lookup")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_feedback_agreement_id"), "feedback", ["agreement_id"], unique=False)
    op.create_index(op.f("ix_feedback_likeness"), "feedback", ["likeness"], unique=False)
    op.create_index(op.f("ix_feedback_number_lookup"), "feedback", ["number_lookup"], unique=False)
    op.create_index(op.f("ix_feedback_participant_id"), "feedback", ["participant_id"], unique=False)
    op.create_index(op.f("ix_feedback_project_id"), "feedback", ["project_id"], unique=False)
    op.create_table(
        "follow_up",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.String(length=8), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("better", sa.Integer(), nullable=False),
        sa.Column("same", sa.Integer(), nullable=False),
        sa.Column("worse", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_follow_up_agreement_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_follow_up_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
    )
    op.create_index(op.f("ix_follow_up_project_id"), "follow_up", ["project_id"], unique=False)
    op.create_table(
        "milestone",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_milestone_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone")),
    )
    op.create_index(op.f("ix_milestone_project_id"), "milestone", ["project_id"], unique=False)
    op.create_table(
        "other_fund",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("dollars", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_other_fund_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_other_fund")),
    )
    op.create_index(op.f("ix_other_fund_project_id"), "other_fund", ["project_id"], unique=False)
    op.create_table(
        "answered_by",
        sa.Column("feedback_id", sa.Uuid(), nullable=False),
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["feedback_id"], ["feedback.id"], name=op.f("fk_answered_by_feedback_id")),
        sa.ForeignKeyConstraint(["response_id"], ["official_response.id"], name=op.f("fk_answered_by_response_id")),
        sa.PrimaryKeyConstraint("feedback_id", "response_id", name=op.f("pk_answered_by")),
    )
    op.create_index(op.f("ix_answered_by_response_id"), "answered_by", ["response_id"], unique=False)
    op.create_table(
        "feedback_theme",
        sa.Column("feedback_id", sa.Uuid(), nullable=False),
        sa.Column("theme_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["feedback_id"], ["feedback.id"], name=op.f("fk_feedback_theme_feedback_id")),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name=op.f("fk_feedback_theme_theme_id")),
        sa.PrimaryKeyConstraint("feedback_id", "theme_id", name=op.f("pk_feedback_theme")),
    )
    op.create_index(op.f("ix_feedback_theme_theme_id"), "feedback_theme", ["theme_id"], unique=False)
    op.create_table(
        "follow_up_asked",
        sa.Column("follow_up_id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("number_lookup", sa.LargeBinary(length=32), nullable=False),
        sa.Column("has_answered", sa.Boolean(), nullable=False),
        sa.Column("fact_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["follow_up_id"], ["follow_up.id"], name=op.f("fk_follow_up_asked_follow_up_id")),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name=op.f("fk_follow_up_asked_participant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up_asked")),
        sa.UniqueConstraint("follow_up_id", "participant_id", name=op.f("uq_follow_up_asked_follow_up_id_participant_id")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_follow_up_asked_follow_up_id"), "follow_up_asked", ["follow_up_id"], unique=False)
    op.create_index(op.f("ix_follow_up_asked_number_lookup"), "follow_up_asked", ["number_lookup"], unique=False)
    op.create_index(op.f("ix_follow_up_asked_participant_id"), "follow_up_asked", ["participant_id"], unique=False)
    op.create_table(
        "photo",
        sa.Column("feedback_id", sa.Uuid(), nullable=False),
        sa.Column("jpeg_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["feedback_id"], ["feedback.id"], name=op.f("fk_photo_feedback_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
        sa.UniqueConstraint("feedback_id", name=op.f("uq_photo_feedback_id")),
    )
    op.create_table(
        "recording",
        sa.Column("feedback_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("audio_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("typed_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["feedback_id"], ["feedback.id"], name=op.f("fk_recording_feedback_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording")),
        sa.UniqueConstraint("feedback_id", name=op.f("uq_recording_feedback_id")),
    )
