"""My data: everything kept of one person, for that person, with since when and why."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from engage import assistance, committees, feedback, governance, ledger, messaging, participants, voting
from engage.kernel.act import Act
from engage.kernel.words import N_
from engage.participants import Card, Consent, ConsentKind, Participant, PhoneCredential
from engage.participants.models import LivedExperience
from engage.rights.acts import erasure_day

WHY = {
    "cards": N_("Pour vous reconnaître quand vous revenez. Nous gardons une empreinte du code, pas le code."),
    "numbers": N_("Pour vous reconnaître et vous écrire. Le numéro est gardé chiffré."),
    "contact": N_("Pour vous écrire là où vous le voulez, comme vous le voulez."),
    "votes": N_("Pour que chacun vote une fois. Votre choix n’est pas ici: il est sous clé, sans votre nom."),
    "seats": N_("Pour vous garder une place, vous appeler et préparer ce qu’il vous faut pour venir."),
    "meetings": N_(
        "Pour préparer ce qu’il vous faut, et prouver que des gens qui le vivent étaient là. Le lieu où l’on vous prend est oublié après 7 jours."
    ),
    "feedback": N_("Pour vous répondre, et montrer ce que les avis ont changé. Vos mots ne sont montrés que si vous le voulez."),
    "status": N_("Pour savoir si les gens qui le vivent sont entendus. Nous vous croyons: aucune preuve n’est demandée."),
    "about": N_("Pour savoir qui manque à la table. Jamais montré pour une seule personne."),
    "consents": N_("Pour faire seulement ce que vous acceptez."),
    "helped": N_("Pour que vous puissiez dire si un geste fait en votre nom n’était pas le vôtre."),
}


def my_data(act: Act, participant: Participant) -> dict[str, Any]:
    """What is kept of a person as one JSON-ready document; each part says why in `WHY`, and since when where a day is kept."""
    session, id = act.session, participant.id
    cards = session.scalars(select(Card).where(Card.participant_id == id, Card.replaced_on.is_(None))).all()
    phones = session.scalars(select(PhoneCredential).where(PhoneCredential.participant_id == id)).all()
    lived = session.scalar(select(LivedExperience).where(LivedExperience.participant_id == id))
    consents = session.scalars(select(Consent).where(Consent.participant_id == id).order_by(Consent.at)).all()
    contact, confirmed = participants.contact_of(session, id)
    number = participants.number_of(session, id)
    wish = messaging.wish_of(session, id)
    erased_on = erasure_day(act, participant)
    return {
        "since": participant.since_on.isoformat(),
        "cards": len(cards),
        "numbers": [str(phone.number) for phone in phones],
        "contact": {"number": contact, "confirmed": confirmed} if contact else None,
        "safe_contact": wish
        and {
            "from_hour": wish.from_hour,
            "to_hour": wish.to_hour,
            "weekdays_only": wish.weekdays_only,
            "voicemail": wish.voicemail,
            "caller_name": wish.caller_name,
        },
        "wants": messaging.keeps(session, number).value if number else None,
        "votes": [
            {
                "keyword": consultation.code,
                "question": voting.wordings(session, consultation).text(consultation.id, "question", "fr"),
                "channel": entry.channel,
                "final": entry.final,
                "open": consultation.is_open(act.at),
            }
            for consultation, entry in voting.votes_of(act, participant)
        ],
        "seats": _seats(act, participant),
        "meetings": _meetings(act, participant),
        "feedback": _feedback(act, participant),
        "status": lived and {"answer": lived.answer, "on": lived.on.isoformat(), "wording": lived.wording},
        "about": participants.about(session, id),
        "consents": {kind.value: participants.agrees(session, id, kind) for kind in ConsentKind},
        "consents_history": [
            {"kind": each.kind, "given": each.given, "at": each.at.isoformat(), "wording": each.wording, "channel": each.channel}
            for each in consents
        ],
        "helped": [
            {
                "id": str(done.id),
                "what": done.what,
                "on": done.on.isoformat(),
                "by": organisation,
                "answer": done.answer,
                "asked": done.sampled,
            }
            for done, organisation in assistance.helped_acts(session, id)
        ],
        "erased_on": erased_on and erased_on.isoformat(),
    }


def my_evidence(act: Act, participant: Participant) -> list[dict[str, Any]]:
    """The facts that bear someone's marks, each with its proof where a signed checkpoint covers it: for their own eyes.

    JSON-ready: `kind`, `on`, `agreement`, `reversed`, `proof` (see `ledger.open_fact`; None while it waits). A fact that they did not
    agree to be counted in bears no mark, and is not here.
    """
    agreement_ids = [agreement.id for agreement in governance.agreements(act.session)]
    facts = ledger.facts_of(act.session, participants.persons_of(act.session, participant.id, agreement_ids))
    taken_back = {fact.reverses_id for fact in facts if fact.reverses_id}
    return [
        {
            "kind": fact.kind,
            "on": fact.on.isoformat(),
            "agreement": fact.agreement_id,
            "reversed": fact.id in taken_back,
            "proof": ledger.open_fact(act.session, fact),
        }
        for fact in facts
    ]


def _seats(act: Act, participant: Participant) -> list[dict[str, Any]]:
    """What someone asked for, is offered or holds, with all that was kept for it."""
    asked = [
        {
            "id": str(candidacy.id),
            "committee": committee.code,
            "stage": candidacy.stage,
            "on": candidacy.asked_on.isoformat(),
            "call_by": candidacy.call_by.isoformat(),
            "chance": candidacy.chance,
            "rank": candidacy.rank,
            "needs": asdict(committees.needs_of(candidacy)),
            "reach": asdict(committees.reach_of(candidacy)),
            "pseudonym": candidacy.pseudonym,
            "draw": str(candidacy.draw_id) if candidacy.draw_id else None,
            "uses_about": candidacy.uses_about,
            "nominated_by": candidacy.nominated_by,
        }
        for candidacy, committee in committees.candidacies_of(act.session, participant.id)
    ]
    held = [
        {
            "id": str(membership.id),
            "committee": committee.code,
            "stage": "offered" if membership.is_offer else "seated",
            "on": (membership.starts_on or membership.offered_on).isoformat(),
            "until": (membership.ends_on or membership.answer_by or membership.offered_on).isoformat(),
            "status": membership.status,
            "name": membership.name,
            "shown": membership.shown,
            "buddy": membership.buddy,
        }
        | _drawn(act, membership)
        for membership, committee in committees.memberships_of(act.session, participant.id)
    ]
    return asked + held


def _drawn(act: Act, membership: committees.Membership) -> dict[str, Any]:
    """Who someone was in the draw that gave them their seat, so that they find themselves in it."""
    candidacy = committees.candidacy_of(act.session, membership)
    if candidacy is None or candidacy.draw_id is None:
        return {}
    return {"chance": candidacy.chance, "pseudonym": candidacy.pseudonym, "draw": str(candidacy.draw_id)}


def _feedback(act: Act, participant: Participant) -> list[dict[str, Any]]:
    """What someone said and let us know as theirs, with its answers."""
    said = feedback.said_by(act, participant)
    answers = feedback.queries.responses_to(act.session, [each.id for each in said])
    texts = feedback.queries.said_of(act.session, [one for many in answers.values() for one in many], "fr")
    return [
        {
            "id": str(each.id),
            "on": each.on.isoformat(),
            "channel": each.channel,
            "about": feedback.telling.about(act, each, "fr"),
            "face": each.face,
            "words": each.words,
            "may_show": each.may_show,
            "stage": each.stage,
            "due_on": each.due_on.isoformat(),
            "answered": each.answered_on is not None,
            "reopened": each.reopened_on is not None,
            "answers": [{"step": one.step, "on": one.made_on.isoformat(), "text": texts[one.id]} for one in answers.get(each.id, [])],
        }
        for each in said
    ]


def _meetings(act: Act, participant: Participant) -> list[dict[str, Any]]:
    """Every meeting of someone's committees while they sat: what they answered, what they needed and got, whether they were there."""
    found = []
    for membership, committee, meeting in committees.meetings.of_person(act.session, participant.id):
        reply = committees.meetings.replies(act.session, meeting).get(membership.id)
        presence = committees.attendance.of_member(act.session, meeting, membership.id)
        lines = [line for line in committees.supports.lines(act.session, meeting) if line.membership_id == membership.id]
        found.append(
            {
                "id": str(meeting.id),
                "committee": committee.code,
                "starts_at": meeting.starts_at.isoformat(),
                "place": meeting.place,
                "cancelled": meeting.cancelled_on is not None,
                "awaits": meeting.awaits(act.at),
                "reply": reply and {"comes": reply.comes, "is_current": reply.version == meeting.version, "channel": reply.channel},
                "needs": asdict(committees.meetings.needs_of(reply)) if reply else None,
                "supports": [{"support": line.support, "state": line.state, "cents": line.cents} for line in lines],
                "presence": presence and {"id": str(presence.id), "grade": presence.grade, "answer": presence.answer},
            }
        )
    return found
