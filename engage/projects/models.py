"""Projects of an agreement: what they are, who carries them, the money asked, granted and paid, and how far they are."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engage.kernel.db import Base, Identified, Public
from engage.kernel.fields import Encrypted, sealed_column


class ProjectState(StrEnum):
    PROPOSED = "proposed"
    STUDIED = "studied"
    FUNDED = "funded"
    UNDER_WAY = "under_way"
    FINISHED = "finished"
    REFUSED = "refused"
    """With the reason, in plain words."""


class ProjectKind(StrEnum):
    """The kinds that the fund (FQIS) pays for."""

    INNOVATIVE = "innovative"
    SOCIAL = "social"
    INSERTION = "insertion"
    EMPLOYMENT = "employment"
    """Of people far from work."""
    RESEARCH = "research"


class Bar(StrEnum):
    """What the fund does not pay for: each is a question of the guided list, and a yes needs its reason."""

    GLOBAL_MISSION = "global_mission"
    CAPITAL = "capital"
    PAST_EXPENSES = "past_expenses"


class Project(Public, Identified, Base):
    """A project as citizens read it. Its words (title, short, summary, and the reason of a refusal) are `Wording`s."""

    __tablename__ = "project"
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), index=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    """The word of its poster and address."""
    organisation: Mapped[str]
    territory_code: Mapped[str | None] = mapped_column(ForeignKey("territory.code"))
    option_id: Mapped[UUID | None] = mapped_column(ForeignKey("option.id"))
    """The priority that it serves, as people voted on it."""
    call_id: Mapped[UUID | None] = mapped_column(ForeignKey("call_for_projects.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12), default="")
    state: Mapped[str] = mapped_column(String(10), default=ProjectState.PROPOSED)
    is_devitalised: Mapped[bool] = mapped_column(default=False)
    """Its territory is among those that the ministry calls devitalised."""
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    asked: Mapped[int] = mapped_column(default=0)
    """Whole dollars, as are the two that follow."""
    granted: Mapped[int] = mapped_column(default=0)
    paid: Mapped[int] = mapped_column(default=0)
    granted_on: Mapped[date | None]
    """Which year's envelope pays."""
    bars: Mapped[str] = mapped_column(String(60), default="")
    """Values of `Bar` that hold, after one another."""
    eligibility: Mapped[str] = mapped_column(default="")
    """Why it may be paid for, or not, as the table wrote it."""
    checked_on: Mapped[date | None]
    """When the guided list was gone through."""
    decision_id: Mapped[UUID | None] = mapped_column(ForeignKey("decision.id"))
    """What the committee decided of it."""
    hears: Mapped[bool] = mapped_column(default=False)
    """Whether people can say now what they think of it."""
    contact_sealed: Mapped[bytes | None] = sealed_column(nullable=True)
    contact = Encrypted()
    """JSON: `name`, `number` (E.164), `how`: whom the answer goes to; deleted a year after it."""
    made_on: Mapped[date]
    told_on: Mapped[date | None]
    """When whoever proposed it was told the answer."""

    def barred(self) -> list[Bar]:
        return [Bar(each) for each in self.bars.split()]

    @property
    def is_public(self) -> bool:
        """What was only proposed is its group's own matter until someone pays for it, or refuses it."""
        return self.state in (ProjectState.FUNDED, ProjectState.UNDER_WAY, ProjectState.FINISHED)


class Milestone(Public, Identified, Base):
    """A step of a project, with its day. Its `name` is a `Wording`."""

    __tablename__ = "milestone"
    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"), index=True)
    due_on: Mapped[date]
    done_on: Mapped[date | None]


class OtherFund(Public, Identified, Base):
    """Money of somebody else for the same project."""

    __tablename__ = "other_fund"
    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"), index=True)
    source: Mapped[str]
    dollars: Mapped[int]


class Envelope(Public, Identified, Base):
    """What an agreement receives in a fiscal year: a first instalment for the work plan, then grants."""

    __tablename__ = "envelope"
    __table_args__ = (UniqueConstraint("agreement_id", "year"),)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"))
    year: Mapped[str] = mapped_column(String(9))
    """Such as 2026-2027."""
    first_instalment: Mapped[int]
    grants: Mapped[int]
    prior: Mapped[int] = mapped_column(default=0)
    """What the published basis says, all optional: the amount before, in dollars,"""
    increase: Mapped[int] = mapped_column(default=0)
    """the agreement's share of the increase, in dollars,"""
    deprivation: Mapped[str] = mapped_column(default="")
    """the deprivation index and the density that it was computed from,"""
    density: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")
    """and where that can be read."""


class CallForProjects(Public, Identified, Base):
    """A table asks who has a project. Its `title` and `text` are `Wording`s."""

    __tablename__ = "call_for_projects"
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), index=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    committee_id: Mapped[UUID | None] = mapped_column(ForeignKey("committee.id"))
    """Who chooses; a body with reserved seats."""
    dollars: Mapped[int]
    most: Mapped[int]
    """What one project may ask for; 0 for no limit."""
    opens_on: Mapped[date]
    closes_on: Mapped[date]

    def is_open(self, day: date) -> bool:
        return self.opens_on <= day <= self.closes_on


class ConflictOfInterest(Identified, Base):
    """A member says that they gain from a project: they leave the room when it is chosen."""

    __tablename__ = "conflict_of_interest"
    __table_args__ = (UniqueConstraint("project_id", "membership_id"),)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"))
    membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"), index=True)
    said_on: Mapped[date]
