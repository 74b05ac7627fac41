"""Committees, their seats, who asked for one, who holds one, and the draws between."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engage.kernel.db import SHUFFLED, Base, Identified, Public
from engage.kernel.fields import Encrypted, sealed_column


class Support(StrEnum):
    """What a table offers so that someone can come; what a person may ask for. Its number by phone is its place here."""

    RIDE = "ride"
    CARE = "care"
    MEAL = "meal"
    ALLOWANCE = "allowance"
    INTERPRETER = "interpreter"
    READ_ALOUD = "read_aloud"
    ALLY = "ally"


class Committee(Public, Identified, Base):
    """A body of an agreement in which people sit. Its words (name, mandate, rhythm, place, short) are `Wording`s."""

    __tablename__ = "committee"
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), index=True)
    mechanism_id: Mapped[UUID] = mapped_column(ForeignKey("mechanism.id"), unique=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    """The word of its poster and address."""
    institutions: Mapped[str]
    """Who else sits in the room, one a line: said to whoever thinks of coming."""
    supports: Mapped[str] = mapped_column(String(80))
    """What is offered, values of `Support` after one another."""
    quorum: Mapped[int]
    quorum_reserved: Mapped[int]
    """Members present for a decision to hold, and among them in reserved seats."""
    call_within: Mapped[int]
    """Days within which a person of the table promises to call."""
    is_welcoming: Mapped[bool]
    """Whether people can ask for a seat now."""
    ended_on: Mapped[date | None]

    def offers(self) -> list[Support]:
        return [Support(each) for each in self.supports.split()]

    def in_the_room(self) -> list[str]:
        return [line.strip() for line in self.institutions.splitlines() if line.strip()]


class Seat(Identified, Base):
    __tablename__ = "seat"
    __table_args__ = (UniqueConstraint("committee_id", "number"),)
    committee_id: Mapped[UUID] = mapped_column(ForeignKey("committee.id"), index=True)
    number: Mapped[int]
    is_reserved: Mapped[bool]
    """For someone who has lived it. Why someone sits in it is never public."""
    is_voting: Mapped[bool]
    institution: Mapped[str]
    """Whose seat it is, where it is an organisation's; empty for a seat that anyone may ask for."""
    term_months: Mapped[int]
    ended_on: Mapped[date | None]


class Way(StrEnum):
    """How someone came to a seat, recorded as what it was."""

    DRAWN = "drawn"
    ALTERNATE = "alternate"
    """Drawn as an alternate, called when a seat fell free."""
    NOMINATED = "nominated"
    """By a community group."""
    WELCOMED = "welcomed"
    """There was a seat for everyone who asked."""
    RENEWED = "renewed"
    INSTITUTION = "institution"


class Leaving(StrEnum):
    """Why someone left, if they care to say (P10)."""

    NO_TIME = "no_time"
    HEALTH = "health"
    MOVED = "moved"
    NOT_HEARD = "not_heard"
    NOT_HELPED = "not_helped"
    """The ride, the care or the money did not come."""
    OTHER = "other"
    TERM_OVER = "term_over"


class Membership(Identified, Base):
    """Someone in a seat, from an offer to its end. Erasing the person leaves the seat's history, without them."""

    __tablename__ = "membership"
    __table_args__ = (SHUFFLED,)
    seat_id: Mapped[UUID] = mapped_column(ForeignKey("seat.id"), index=True)
    committee_id: Mapped[UUID] = mapped_column(ForeignKey("committee.id"), index=True)
    participant_id: Mapped[UUID | None] = mapped_column(ForeignKey("participant.id"), index=True)
    way: Mapped[str] = mapped_column(String(12))
    nominated_by: Mapped[str]
    offered_on: Mapped[date]
    answer_by: Mapped[date | None]
    starts_on: Mapped[date | None]
    """When the offer was accepted; an offer that was not has neither start nor end."""
    ends_on: Mapped[date | None]
    left_on: Mapped[date | None]
    """When they left, or turned the offer down."""
    reason: Mapped[str] = mapped_column(String(12), default="")
    status_sealed: Mapped[bytes | None] = sealed_column(nullable=True)
    status = Encrypted()
    """Lived experience when the seat was taken: it holds for the term, and nobody is asked again."""
    name_sealed: Mapped[bytes | None] = sealed_column(nullable=True)
    name = Encrypted()
    """How the table calls them."""
    fact_sealed: Mapped[bytes | None] = sealed_column(nullable=True)
    fact = Encrypted()
    """Id of the fact that they took the seat, so that it can follow what they agree to..."""
    fact_left_sealed: Mapped[bytes | None] = sealed_column(nullable=True)
    fact_left = Encrypted()
    """...and of the one that they left it."""
    shown: Mapped[str] = mapped_column(default="")
    """What the member chose to show to everyone; empty, as for all at first, shows nothing."""
    buddy: Mapped[str] = mapped_column(default="")
    """Who walks with them at first."""

    def holds(self, day: date) -> bool:
        return self.starts_on is not None and self.starts_on <= day and self.left_on is None

    @property
    def is_offer(self) -> bool:
        return self.starts_on is None and self.left_on is None


class Stage(StrEnum):
    ASKED = "asked"
    """Waits for the promised call."""
    READY = "ready"
    """Was called, knows who sits in the room, and wants the seat."""
    OFFERED = "offered"
    ALTERNATE = "alternate"
    SEATED = "seated"
    WITHDRAWN = "withdrawn"


_LIVE = "stage <> 'withdrawn' AND stage <> 'seated'"


class Candidacy(Identified, Base):
    """Someone asked for a seat, or a group asked for them: what they need, how to reach them, and how far it is."""

    __tablename__ = "candidacy"
    __table_args__ = (
        Index("uq_candidacy_live", "committee_id", "participant_id", unique=True, sqlite_where=text(_LIVE), postgresql_where=text(_LIVE)),
        SHUFFLED,
    )
    committee_id: Mapped[UUID] = mapped_column(ForeignKey("committee.id"), index=True)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"))
    participant_id: Mapped[UUID] = mapped_column(ForeignKey("participant.id"), index=True)
    stage: Mapped[str] = mapped_column(String(10))
    channel: Mapped[str] = mapped_column(String(10))
    nominated_by: Mapped[str]
    """The group that proposed them; empty for whoever came of themselves."""
    asked_on: Mapped[date]
    call_by: Mapped[date]
    tries: Mapped[int] = mapped_column(default=0)
    called_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    needs_sealed: Mapped[bytes | None] = sealed_column(nullable=True)
    needs = Encrypted()
    """JSON: `supports` (values of Support), `children` (a number), `more` (in their words)."""
    reach_sealed: Mapped[bytes | None] = sealed_column(nullable=True)
    reach = Encrypted()
    """JSON: `name`, `number` (E.164), `how` (in their words), `part` (morning, afternoon, evening)."""
    uses_about: Mapped[bool]
    """Whether a draw may look at what they said of themselves; otherwise they are drawn as someone who said nothing."""
    pseudonym: Mapped[str] = mapped_column(String(8), default="")
    """Who they are in the draw under way."""
    draw_id: Mapped[UUID | None] = mapped_column(ForeignKey("draw.id"))
    chance: Mapped[int | None]
    """Of being drawn, in thousandths; told to the person alone."""
    rank: Mapped[int | None]
    """Place among the alternates, from 1."""


class Draw(Identified, Base):
    """A draw: what was fixed before, what fell, who was drawn. Only pseudonyms are here."""

    __tablename__ = "draw"
    committee_id: Mapped[UUID] = mapped_column(ForeignKey("committee.id"), index=True)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"))
    is_reserved: Mapped[bool]
    """For the reserved seats, or for the others that anyone may ask for."""
    seats: Mapped[int]
    quotas: Mapped[str]
    """JSON: what had to be kept, lists of feature, answer, least and most; none for a plain draw."""
    pool: Mapped[str]
    """JSON: pseudonyms."""
    tickets: Mapped[str]
    """JSON: a thousand lists of pseudonyms, each one text; empty for a plain draw."""
    minimum: Mapped[float]
    source: Mapped[str] = mapped_column(default="")
    """The public event that will say who is drawn, announced with the fingerprint; empty for dice in the room."""
    numbers: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many that event publishes."""
    called: Mapped[str] = mapped_column(default="", server_default="")
    """What stands first in the fingerprint, the committee's word and the draw's id; empty in a draw fixed before it was."""
    commitment: Mapped[str] = mapped_column(String(64))
    fixed_at: Mapped[datetime]
    public_random: Mapped[str] = mapped_column(default="")
    ticket: Mapped[int | None]
    drawn_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str] = mapped_column(default="")

    @property
    def is_fixed(self) -> bool:
        return self.drawn_at is None and self.voided_at is None


class Meeting(Public, Identified, Base):
    """A committee meets. Its `agenda` and its `papers`, in plain words, are `Wording`s."""

    __tablename__ = "meeting"
    committee_id: Mapped[UUID] = mapped_column(ForeignKey("committee.id"), index=True)
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"))
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    place: Mapped[str]
    is_accessible: Mapped[bool]
    by_bus: Mapped[bool]
    phone_in: Mapped[str]
    """Where to call to take part from home; empty where one cannot."""
    prepares_at: Mapped[datetime | None]
    debriefs_at: Mapped[datetime | None]
    """When someone of the table is there to talk, before and after."""
    door_code: Mapped[str] = mapped_column(String(4))
    """Shown at the door, so that each says for themselves that they came."""
    version: Mapped[int] = mapped_column(default=1)
    """How often it was set: an answer to an earlier one waits to be given again."""
    invited_on: Mapped[date | None]
    reminded_on: Mapped[date | None]
    papers_on: Mapped[date | None]
    """When the papers in plain words reached the members: seven days before is what was promised."""
    cancelled_on: Mapped[date | None]

    def is_over(self, at: datetime) -> bool:
        return self.ends_at <= at

    def awaits(self, at: datetime) -> bool:
        """Whether an answer still counts."""
        return self.cancelled_on is None and at < self.starts_at


class Reply(Identified, Base):
    """Whether a member comes to a meeting, and what they need that day. Where they are picked up is deleted after seven days."""

    __tablename__ = "reply"
    __table_args__ = (UniqueConstraint("meeting_id", "membership_id"), SHUFFLED)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))
    comes: Mapped[bool]
    version: Mapped[int]
    channel: Mapped[str] = mapped_column(String(10))
    needs_sealed: Mapped[bytes | None] = sealed_column(nullable=True)
    needs = Encrypted()
    """JSON: `supports`, `children`, `more`, `pick_up` (where a ride is to meet them, in their words)."""


class SupportState(StrEnum):
    ASKED = "asked"
    GIVEN = "given"
    """In kind, or with a voucher."""
    PAID = "paid"
    REFUSED = "refused"
    """By the person, whose right it is."""


class SupportLine(Identified, Base):
    """One support for one member at one meeting: asked, given, paid or refused. No receipt is needed."""

    __tablename__ = "support_line"
    __table_args__ = (UniqueConstraint("meeting_id", "membership_id", "support"), SHUFFLED)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))
    support: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(8))
    cents: Mapped[int | None]
    """What was paid, or what a voucher is worth."""
    in_advance: Mapped[bool] = mapped_column(default=False)
    voucher: Mapped[str] = mapped_column(String(12), default="")
    """What stands on a voucher instead of a name."""
    heard_on: Mapped[date | None]
    """When the person was told that money may count in their benefits, before anything was accepted."""
    on: Mapped[date | None]


class Attendance(Identified, Base):
    """A member was there: by their own word at the door (A), or as staff noted (B), which they may confirm or contest."""

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("meeting_id", "membership_id"), SHUFFLED)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))
    grade: Mapped[str] = mapped_column(String(8))
    answer: Mapped[str] = mapped_column(String(10), default="")
    """theirs or contested, in the person's own word."""
    fact_sealed: Mapped[bytes | None] = sealed_column(nullable=True)
    fact = Encrypted()


class Decision(Public, Identified, Base):
    """What a meeting decided: `text` in one plain sentence and `next` (what happens now) are `Wording`s."""

    __tablename__ = "decision"
    committee_id: Mapped[UUID] = mapped_column(ForeignKey("committee.id"), index=True)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"))
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"))
    made_on: Mapped[date]
    due_on: Mapped[date | None]
    """When what happens next is promised for."""
    votes: Mapped[int]
    votes_reserved: Mapped[int]
    """How many voted, and among them in reserved seats: that they did, never which way (P4)."""
    consultation_id: Mapped[UUID | None] = mapped_column(ForeignKey("consultation.id"))
    proposed_by: Mapped[UUID | None] = mapped_column(ForeignKey("membership.id"))
    """The member whose proposal it was, where they want it known to the table."""
    told_on: Mapped[date | None]
    done_on: Mapped[date | None]
