"""A draw in three acts: look before, fix and write into the ledger, let chance fall. Never again once it fell."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from hashlib import sha256
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from engage import ledger, participants
from engage.committees import chance, selection, telling
from engage.committees.acts import where
from engage.committees.memberships import DrawUnderWay, current, has_lived_it, is_free, offer, places, under_way
from engage.committees.models import Candidacy, Committee, Draw, Seat, Stage, Way
from engage.committees.selection import Quota, Selection
from engage.kernel.act import Act
from engage.kernel.refusal import Refusal
from engage.kernel.words import N_
from engage.ledger import Kind
from engage.participants import Participant

FEATURES = ("gender", "age", "disability", "indigenous", "newcomer")
"""What people may say of themselves, and a draw may look at: three at most, never a condition."""
UNSAID = ""
SHORTEST = 8
"""Signs of an announced source."""
FEWEST_NUMBERS, MOST_NUMBERS = 5, 20
"""That it publishes."""


class DrawOver(Refusal):
    sentence = N_("Ce tirage a déjà eu lieu, ou il est annulé. Il ne se refait pas.")


class DiceWrong(Refusal):
    sentence = N_("Écrivez les chiffres des dés lancés devant tout le monde: %(dice)s chiffres, comme %(such)s.")


class PublicTextWrong(Refusal):
    sentence = N_("Recopiez les nombres que la source annoncée a publiés: il en faut %(numbers)s, séparés par un espace.")


class SourceMissing(Refusal):
    sentence = N_(
        "Dites quelle source publique tombera, et quel jour: par exemple le tirage d’une loterie connue, le 3 juin. "
        "Dites aussi combien de nombres elle publie, de 5 à 20."
    )


class VoidReasonMissing(Refusal):
    sentence = N_("Écrivez pourquoi le tirage est annulé. Tout le monde le lira.")


@dataclass(frozen=True)
class Look:
    """What a draw would be, before anything is fixed."""

    people: int
    seats: int
    said: dict[str, Counter[str]]
    """How many say what, by feature; silence is counted too."""
    selection: Selection | None
    """None where everyone gets a seat, or nobody asked."""
    hopeless: int
    """People whom no ticket would hold."""

    @property
    def least(self) -> int:
        return min((round(each * chance.TICKETS) for each in self.selection.chances.values()), default=0) if self.selection else 0

    @property
    def most(self) -> int:
        return max((round(each * chance.TICKETS) for each in self.selection.chances.values()), default=0) if self.selection else 0


def vacant(act: Act, committee: Committee, *, is_reserved: bool) -> list[Seat]:
    """Seats of one kind that a person may have now."""
    return [
        place.seat
        for place in places(act, committee)
        if place.is_vacant and place.seat.is_reserved == is_reserved and not place.seat.institution
    ]


def pool(act: Act, committee: Committee, *, is_reserved: bool) -> Sequence[Candidacy]:
    """Whoever is ready for seats of one kind; nominated people are not drawn."""
    ready = (Candidacy.committee_id == committee.id, Candidacy.stage.in_((Stage.READY, Stage.ALTERNATE)), Candidacy.nominated_by == "")
    found = act.session.scalars(select(Candidacy).where(*ready).order_by(Candidacy.id)).all()
    return [each for each in found if is_reserved == has_lived_it(act, act.session.get_one(Participant, each.participant_id))]


def look(act: Act, committee: Committee, quotas: Sequence[Quota], *, is_reserved: bool) -> Look:
    """Raises what `selection.select` raises, but for too few people."""
    people = [_said(act, each) for each in pool(act, committee, is_reserved=is_reserved)]
    seats = len(vacant(act, committee, is_reserved=is_reserved))
    said = {feature: Counter(each.get(feature, UNSAID) for each in people) for feature in FEATURES}
    ready = selection.select({f"{place}": each for place, each in enumerate(people)}, quotas, seats) if 0 < seats < len(people) else None
    return Look(len(people), seats, said, ready, len(ready.without_chance) if ready else 0)


def _said(act: Act, candidacy: Candidacy) -> dict[str, str]:
    return participants.about(act.session, candidacy.participant_id) if candidacy.uses_about else {}


@dataclass(frozen=True)
class Source:
    """A public event to come, and how many numbers it publishes."""

    event: str
    numbers: int


def fix(act: Act, committee: Committee, quotas: Sequence[Quota], *, is_reserved: bool, source: Source | None = None) -> Draw:
    """Write down who may be drawn and how, put its fingerprint in the ledger, and tell each person their chance.

    Chance will be dice in the room, or an announced public `source`, which nobody can choose after the list is known.
    Raises DrawUnderWay, SourceMissing, and what `selection.select` raises.
    """
    event = " ".join(source.event.split()) if source else ""
    act.session.refresh(committee, with_for_update=True)
    if under_way(act, committee):
        raise DrawUnderWay
    if source and (len(event) < SHORTEST or source.numbers not in range(FEWEST_NUMBERS, MOST_NUMBERS + 1)):
        raise SourceMissing
    candidates = pool(act, committee, is_reserved=is_reserved)
    seats = len(vacant(act, committee, is_reserved=is_reserved))
    width = max(2, len(str(len(candidates))))
    named = {f"c{place:0{width}d}": each for place, each in enumerate(candidates, start=1)}
    ready = selection.select({name: _said(act, each) for name, each in named.items()}, quotas, seats)
    names = sorted(named)
    id = uuid4()
    called, numbers = f"{committee.code} {id}", source.numbers if source else 0
    head = chance.head(called, seats, [quota.told() for quota in quotas], event, numbers)
    draw = Draw(
        id=id,
        committee_id=committee.id,
        agreement_id=committee.agreement_id,
        is_reserved=is_reserved,
        seats=seats,
        quotas=json.dumps([astuple(quota) for quota in quotas]),
        pool=json.dumps(names),
        tickets=json.dumps([" ".join(each) for each in ready.tickets]) if ready.tickets else "",
        minimum=ready.minimum,
        source=event,
        numbers=numbers,
        called=called,
        commitment=chance.commitment(chance.written(names, ready.tickets, head)),
        fixed_at=act.at,
    )
    act.session.add(draw)
    act.session.flush()
    ledger.record(act, where(act, committee), Kind.DRAW_FIXED, detail=draw.commitment)
    for name, candidacy in named.items():
        candidacy.pseudonym, candidacy.draw_id = name, draw.id
        candidacy.chance = round(ready.chances[name] * chance.TICKETS)
        person, share = candidacy.participant_id, candidacy.chance
        telling.tell(act, committee, person, telling.CHANCE, people=len(names), seats=seats, chance=share, name=name)
    act.session.flush()
    return draw


def fall(act: Act, draw: Draw, public_random: str) -> None:
    """What fell: dice, three of them as `316` for tickets and five for a plain draw, or the numbers that the announced source published.

    Seats are offered at once, everyone else is in line. Whoever withdrew since is passed over, and the next in line stands in for
    them. Raises DrawOver, DiceWrong, PublicTextWrong, SeatTaken.
    """
    act.session.refresh(draw, with_for_update=True)
    if not draw.is_fixed:
        raise DrawOver
    fell = public_random.strip()
    dice = 3 if draw.tickets else 5
    published = chance.numbers_in(fell)
    if draw.source and len(published) != draw.numbers:
        raise PublicTextWrong(numbers=draw.numbers)
    if not draw.source and not (len(fell) == dice and fell.isascii() and fell.isdigit()):
        raise DiceWrong(dice=dice, such="31625"[:dice])
    draw.public_random = " ".join(map(str, published)) if draw.source else f"dés:{fell}"
    drawn = fallen(draw, int(fell) if draw.tickets and not draw.source else None)
    draw.ticket, draw.drawn_at = drawn.ticket, act.at
    act.session.flush()
    committee = act.session.get_one(Committee, draw.committee_id)
    ledger.record(
        act, where(act, committee), Kind.DRAW_DONE, detail=sha256(json.dumps(document(draw), sort_keys=True).encode()).hexdigest()
    )
    _seat(act, committee, draw, drawn)


def _seat(act: Act, committee: Committee, draw: Draw, drawn: chance.Drawn) -> None:
    """Offer the seats to whoever was drawn and still wants one, then to the next in line; rank the others."""
    waiting = (Stage.READY, Stage.ALTERNATE)
    rows = act.session.scalars(select(Candidacy).where(Candidacy.draw_id == draw.id, Candidacy.stage.in_(waiting))).all()
    by_name: Mapping[str, Candidacy] = {row.pseudonym: row for row in rows}
    still = [by_name[name] for name in (*drawn.panel, *drawn.alternates) if name in by_name]
    line = [each for each in still if _fits(act, draw, each)]
    free = [seat for seat in vacant(act, committee, is_reserved=draw.is_reserved) if is_free(act, seat)][: draw.seats]
    for seat, candidacy in zip(free, line, strict=False):
        offer(act, seat, candidacy, Way.DRAWN if candidacy.pseudonym in drawn.panel else Way.ALTERNATE)
    for rank, candidacy in enumerate(line[len(free) :], start=1):
        candidacy.stage, candidacy.rank = Stage.ALTERNATE, rank
        telling.tell(act, committee, candidacy.participant_id, telling.ALTERNATE, rank=rank)
    act.session.flush()


def _fits(act: Act, draw: Draw, candidacy: Candidacy) -> bool:
    """Whether someone may still have such a seat; whoever no longer does is passed over, and the draw holds for the others."""
    someone = act.session.get_one(Participant, candidacy.participant_id)
    return current(act.session, draw.committee_id, someone.id) is None and (not draw.is_reserved or has_lived_it(act, someone))


def fallen(draw: Draw, ticket: int | None = None) -> chance.Drawn:
    """Who was drawn, from what was fixed and what fell."""
    tickets = [each.split() for each in json.loads(draw.tickets or "[]")]
    return chance.fall(json.loads(draw.pool), tickets, draw.seats, draw.commitment, draw.public_random, ticket)


def void(act: Act, draw: Draw, reason: str) -> None:
    """A draw that will not fall, with the reason that everyone reads: it is written down, never drawn again in silence.

    Raises DrawOver, VoidReasonMissing.
    """
    act.session.refresh(draw, with_for_update=True)
    if not draw.is_fixed:
        raise DrawOver
    if not reason.strip():
        raise VoidReasonMissing
    draw.voided_at, draw.void_reason = act.at, reason.strip()
    committee = act.session.get_one(Committee, draw.committee_id)
    ledger.record(act, where(act, committee), Kind.DRAW_VOIDED, detail=sha256(draw.void_reason.encode()).hexdigest())
    for candidacy in act.session.scalars(select(Candidacy).where(Candidacy.draw_id == draw.id)):
        candidacy.draw_id, candidacy.chance, candidacy.pseudonym = None, None, ""
        if candidacy.stage not in (Stage.WITHDRAWN, Stage.SEATED):
            telling.tell(act, committee, candidacy.participant_id, telling.VOIDED)
    act.session.flush()


def call_alternate(act: Act, seat: Seat) -> Candidacy | None:
    """Offer a seat that fell free to the next in line; None when nobody waits. Raises SeatTaken, DrawUnderWay."""
    committee = act.session.get_one(Committee, seat.committee_id)
    waiting = (Candidacy.committee_id == committee.id, Candidacy.stage == Stage.ALTERNATE)
    line = act.session.scalars(select(Candidacy).where(*waiting).order_by(Candidacy.rank)).all()
    fit = [each for each in line if seat.is_reserved == has_lived_it(act, act.session.get_one(Participant, each.participant_id))]
    if not fit:
        return None
    offer(act, seat, fit[0], Way.ALTERNATE)
    return fit[0]


def document(draw: Draw) -> dict[str, Any]:
    """What is published of a draw, in the shape that `docs/verify_draw.py` replays; before it fell, what was fixed alone."""
    told: dict[str, Any] = {
        "k": draw.seats,
        "quotas": [quota.told() for quota in quotas_of(draw)],
        "minimum_chance": round(draw.minimum, 9),
        "pool": json.loads(draw.pool),
        "tickets": json.loads(draw.tickets or "[]"),
        "commitment": draw.commitment,
        "source": draw.source,
        "numbers": draw.numbers,
    } | ({"draw": draw.called} if draw.called else {})
    if draw.drawn_at is None:
        return told
    drawn = fallen(draw, None if draw.source else draw.ticket)
    fell = {"public_random": draw.public_random, "ticket": draw.ticket, "seed": drawn.seed}
    return told | fell | {"panel": drawn.panel, "alternates": drawn.alternates}


def quotas_of(draw: Draw) -> list[Quota]:
    return [Quota(*each) for each in json.loads(draw.quotas)]


def read_quotas(given: Mapping[tuple[str, str], tuple[str, str]], seats: int) -> list[Quota]:
    """Quotas as typed, by feature and answer; what is left empty asks nothing. Raises NumberWrong."""
    quotas = []
    for (feature, value), (least, most) in given.items():
        if not (least.strip() or most.strip()):
            continue
        low, high = _number(least, 0), _number(most, seats)
        if not 0 <= low <= high <= seats:
            raise NumberWrong(seats=seats)
        quotas.append(Quota(feature, value, low, high))
    return quotas


class NumberWrong(Refusal):
    sentence = N_("Écrivez pour chaque réponse un nombre de 0 à %(seats)s, le plus petit d’abord, ou laissez vide.")


def _number(text: str, empty: int) -> int:
    text = text.strip()
    return empty if not text else int(text) if text.isascii() and text.isdigit() and len(text) < 4 else -1
