"""A meeting, by phone: OUI, NON or OUI 2, what one needs that day, and I am here."""

from __future__ import annotations

import re
from uuid import UUID

from engage import participants
from engage.committees import Committee, DayNeeds, Meeting, Membership, Support, attendance, meetings
from engage.kernel.act import day_of
from engage.kernel.numbers import may_be_called
from engage.kernel.words import N_, Wordings, day_in_text, hour_in_text, say
from engage.phone import hearing
from engage.phone.dialogue import Again, Caller, Go, Memo, Phrase, Question, Step, Tell, Turn, known
from engage.phone.folding import words_of
from engage.phone.script.seats import LABELS, NO_NEED, WRONG_HERE, behind
from engage.phone.script.voting import WRONG_CODE_ALOUD

WHOSE = N_("Plusieurs personnes peuvent répondre ici. Votre code à 4 chiffres? Une personne: %(number)s.")
WHOSE_ALOUD = N_("Pour répondre à une rencontre, faites votre code à 4 chiffres. Sans code, faites le 0.")
NONE = N_("Aucune rencontre n'attend votre réponse. Une personne: %(number)s.")
NONE_ALOUD = N_("Aucune rencontre n’attend votre réponse.")
ASK = N_("Rencontre, %(committee)s, le %(day)s, %(hour)s. Venez-vous? OUI, NON, ou OUI 2 (garde de 2 enfants).")
ASK_ALOUD = N_(
    "Rencontre: %(name)s, le %(day)s, %(hour)s, %(place)s. Avec vous: %(who)s. Vous venez: faites le 1. Vous ne venez pas: le 2."
)
NEEDS = N_(
    "C'est noté, %(committee)s, le %(day)s. Besoin? 1 trajet 2 garde 3 repas 4 allocation 5 interprète 6 papiers lus 7 quelqu'un avec vous. Rien: 0."
)
NEEDS_ALOUD = N_(
    "C’est noté, pour le %(day)s. Que vous faut-il? Un trajet: le 1. La garde des enfants: le 2. Un repas: le 3. Une allocation: le 4. "
    "Un interprète: le 5. Les papiers lus: le 6. Une personne avec vous: le 7. Tous vos numéros, puis le carré. Rien: le 0, puis le carré."
)
NEEDS_AGAIN = N_("Répondez par des numéros de 1 à 7, ex.: 1 3, ou 0 pour rien. Vous venez: c'est déjà noté.")
RIDE = N_("Où vous prendre? Un coin de rue suffit. C'est oublié 7 jours après. Je ne sais pas: 0.")
MONEY = N_(
    "C'est noté. L'argent peut compter dans vos prestations: un groupe de droits peut répondre. Une aide autre est possible: %(number)s."
)
MONEY_ALOUD = N_(
    "C’est noté. Cet argent peut compter dans vos prestations. Un groupe de défense des droits peut vous répondre. On peut aussi vous aider "
    "autrement, ou vous pouvez dire non."
)
DONE = N_("C'est noté, merci. Une personne s'en occupe. Un changement? Répondez OUI ou NON.")
DONE_ALOUD = N_("C’est noté, merci. Une personne s’en occupe, et vous rappelle pour le trajet.")
NOT_COMING = N_("C'est noté, %(committee)s, le %(day)s: vous ne venez pas. Pas besoin de dire pourquoi. Un changement? Répondez OUI.")
NOT_COMING_ALOUD = N_("C’est noté: vous ne venez pas, le %(day)s.")
HERE = N_("C'est noté: vous voilà. Merci!")
_WORDS_HERE = re.compile(r"(?:ici|present|presente|je suis la|j y suis|here|i am here)\s*(\d{4})")
_WITH_CHILDREN = re.compile(r"(.+?)\s*(?:,|et|avec|pour|and|with|for)?\s*([1-9])\s*(?:enfants?|children|child|kids?)?")
_RIDE, _MONEY = list(Support).index(Support.RIDE) + 1, list(Support).index(Support.ALLOWANCE) + 1


def answer(caller: Caller, heard: str) -> Turn | None:
    """OUI, NON or OUI 2 to the last meeting that the one member behind this number was invited to and that waits; with several
    members, whose code is it. Else None."""
    said, waiting = _heard(heard), _waiting(caller)
    if said is None or not waiting:
        return None
    if len(waiting) > 1:
        return Go("meeting who", {"comes": said[0], "children": said[1]})
    meeting, membership = next(iter(waiting.values()))
    return _note(caller, meeting, membership, *said)


def is_answer(caller: Caller, heard: str) -> bool:
    """Whether that is an answer, and a meeting still waits for its first one."""
    if _heard(heard) is None:
        return False
    for meeting, membership in _waiting(caller).values():
        reply = meetings.replies(caller.act.session, meeting).get(membership.id)
        if reply is None or reply.version != meeting.version:
            return True
    return False


def _waiting(caller: Caller) -> dict[UUID, tuple[Meeting, Membership]]:
    """What each member behind this number would answer."""
    people = participants.behind(caller.act.session, caller.number)
    return {person: found[0] for person in people if (found := meetings.upcoming(caller.act.session, person, caller.act.at))}


def _heard(heard: str) -> tuple[bool, int] | None:
    """Whether they come, and for how many children care is asked: `oui 2`, `oui avec 2 enfants`."""
    whole = " ".join(words_of(heard))
    found = _WITH_CHILDREN.fullmatch(whole)
    for text, children in ((found[1], int(found[2])) if found else ("", 0), (whole, 0)):
        reading = hearing.yes_no(text) if text else hearing.NOT_HEARD
        if reading.is_heard and reading.value in ("yes", "no") and not text.isdigit():
            return reading.value == "yes", children if reading.value == "yes" else 0
    return None


def _note(caller: Caller, meeting: Meeting, membership: Membership, comes: bool, children: int) -> Turn:
    before = meetings.replies(caller.act.session, meeting).get(membership.id)
    needs = meetings.needs_of(before) if before else meetings.first_needs(caller.act.session, membership)
    if children:
        needs = DayNeeds((*needs.supports, Support.CARE), children, needs.more, needs.pick_up)
    meetings.answer(caller.act, meeting, membership, comes=comes, needs=needs)
    if not comes:
        return Tell(Phrase(NOT_COMING, _of(caller, meeting), aloud=NOT_COMING_ALOUD))
    return Go(
        "meeting needs",
        {"meeting": str(meeting.id), "member": str(membership.id), "participant": str(membership.participant_id), "turn": 0},
    )


def _ask_who(caller: Caller, memo: Memo) -> Question:
    return Question(Phrase(WHOSE, known(caller), aloud=WHOSE_ALOUD), keys=4)


def _hear_who(caller: Caller, heard: str, memo: Memo) -> Turn:
    found = behind(caller, heard)
    if found is None:
        return Again(Phrase(WRONG_HERE, known(caller), aloud=WRONG_CODE_ALOUD))
    if "door" in memo:
        return _come(caller, UUID(found["participant"]), memo["door"])
    waiting = meetings.upcoming(caller.act.session, UUID(found["participant"]), caller.act.at)
    if not waiting:
        return Tell(Phrase(NONE, known(caller), aloud=NONE_ALOUD))
    if "comes" in memo:
        return _note(caller, *waiting[0], memo["comes"], memo["children"])
    return Go("meeting answer", found | {"meeting": str(waiting[0][0].id)})


def _asked(caller: Caller, memo: Memo) -> tuple[Meeting, Membership] | None:
    """The meeting that was read, while it waits for an answer of theirs."""
    waiting = meetings.upcoming(caller.act.session, UUID(memo["participant"]), caller.act.at)
    return next((found for found in waiting if str(found[0].id) == memo["meeting"]), None)


def _of(caller: Caller, meeting: Meeting) -> dict[str, str]:
    """What a sentence names of a meeting."""
    committee = caller.act.session.get_one(Committee, meeting.committee_id)
    texts = Wordings(caller.act.session, [committee.id])
    return {
        "committee": texts.text(committee.id, "short", caller.language),
        "name": texts.text(committee.id, "name", caller.language),
        "day": day_in_text(caller.language, day_of(meeting.starts_at)),
        "hour": hour_in_text(caller.language, meeting.starts_at),
        "place": meeting.place,
        "who": meetings.who(committee),
    }


def _ask_answer(caller: Caller, memo: Memo) -> Question:
    found = _asked(caller, memo)
    if found is None:
        return Question(Phrase(NONE, known(caller), aloud=NONE_ALOUD))
    return Question(Phrase(ASK, _of(caller, found[0]), aloud=ASK_ALOUD))


def _hear_answer(caller: Caller, heard: str, memo: Memo) -> Turn:
    found, answered = _asked(caller, memo), hearing.yes_no(heard)
    if found is None:
        return Tell(Phrase(NONE, known(caller), aloud=NONE_ALOUD))
    if not answered.is_heard or answered.value not in ("yes", "no"):
        return Again(_ask_answer(caller, memo).phrase)
    return _note(caller, *found, answered.value == "yes", 0)


def _ask_needs(caller: Caller, memo: Memo) -> Question:
    meeting = caller.act.session.get_one(Meeting, UUID(memo["meeting"]))
    return Question(Phrase(NEEDS, _of(caller, meeting), aloud=NEEDS_ALOUD), keys=len(LABELS))


def _hear_needs(caller: Caller, heard: str, memo: Memo) -> Turn:
    labels = {number: say(caller.language, word) for number, word in LABELS.items()}
    nothing = hearing.fold(heard) in NO_NEED or heard.strip() in NO_NEED
    picked = [] if nothing else hearing.choices(heard, labels).value
    if picked is None:
        return Again(Phrase(NEEDS_AGAIN, _ask_needs(caller, memo).phrase.params, aloud=NEEDS_ALOUD))
    kept = _keep(caller, memo, tuple(list(Support)[number - 1] for number in picked))
    if _RIDE in picked and not caller.aloud:
        return Go("meeting ride", memo | {"money": _MONEY in picked})
    return _done(caller, has_money=Support.ALLOWANCE in kept.supports and _MONEY in picked)


def _keep(caller: Caller, memo: Memo, more: tuple[str, ...] = (), pick_up: str = "") -> DayNeeds:
    """Needs of that day, added to those that were said before."""
    meeting = caller.act.session.get_one(Meeting, UUID(memo["meeting"]))
    membership = caller.act.session.get_one(Membership, UUID(memo["member"]))
    before = meetings.needs_of(meetings.replies(caller.act.session, meeting)[membership.id])
    needs = DayNeeds((*before.supports, *more), before.children, before.more, pick_up or before.pick_up)
    meetings.answer(caller.act, meeting, membership, comes=True, needs=needs)
    return needs


def _done(caller: Caller, *, has_money: bool) -> Turn:
    if has_money:
        return Tell(Phrase(MONEY, known(caller), aloud=MONEY_ALOUD))
    return Tell(Phrase(DONE, aloud=DONE_ALOUD))


def _ask_ride(caller: Caller, memo: Memo) -> Question:
    return Question(Phrase(RIDE))


def _hear_ride(caller: Caller, heard: str, memo: Memo) -> Turn:
    if hearing.fold(heard) not in NO_NEED:
        _keep(caller, memo, pick_up=heard)
    return _done(caller, has_money=memo["money"])


def come(caller: Caller, heard: str) -> Turn | None:
    """ICI and the code of the door; with several members behind this number, whose code is it. None for anything else."""
    found = _WORDS_HERE.fullmatch(hearing.fold(heard))
    if found is None or not may_be_called(caller.number):
        return None
    people = [person for person in participants.behind(caller.act.session, caller.number) if _today(caller, person)]
    if len(people) == 1:
        return _come(caller, people[0], found[1])
    return Go("meeting who", {"door": found[1]}) if people else Tell(Phrase(NONE, known(caller)))


def _today(caller: Caller, person: UUID) -> list[tuple[Meeting, Membership]]:
    """Someone's meetings of now."""
    at = caller.act.at
    return [
        (meeting, membership)
        for membership, _committee, meeting in meetings.of_person(caller.act.session, person)
        if meeting.starts_at - attendance.EARLY <= at <= meeting.ends_at + attendance.LATE and not meeting.cancelled_on
    ]


def _come(caller: Caller, person: UUID, code: str) -> Turn:
    """The door's code says which of today's meetings it is."""
    found = _today(caller, person)
    if not found:
        return Tell(Phrase(NONE, known(caller)))
    there = next((each for each in found if each[0].door_code == code), found[0])
    attendance.check_in(caller.act, *there, code, asked_from=caller.number)
    return Tell(Phrase(HERE))


STEPS = {
    "meeting who": Step(_ask_who, _hear_who, takes="123456789", is_private=True),
    "meeting answer": Step(_ask_answer, _hear_answer, is_private=True),
    "meeting needs": Step(_ask_needs, _hear_needs, takes="0", is_private=True),
    "meeting ride": Step(_ask_ride, _hear_ride, is_private=True),
}
