"""From draft to open vote: what is missing is said, what is announced is fixed, what is grave is seen coming or agreed by two."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from engage import campaigns, governance, ledger, participants, voting
from engage.kernel import words
from engage.kernel.act import Act, Channel, NoSuchHour, local_moment
from engage.kernel.keys import MissingKey
from engage.kernel.refusal import Refusal
from engage.kernel.words import Wording
from engage.ledger import ParticipationFact
from engage.staff import Role, Staff
from engage.voting import BallotKind, Consultation, Door, GraveKind, GraveRule, KeyMode, Proposed, Stage
from engage.voting.ballot_box import SealedBallot
from engage.voting.drafts import BallotTooLong
from engage.voting.fairness import Shown, hints
from tests.conftest import either as config  # noqa: F401 - each test on one engine, half on each
from tests.world import PHONE, World, found


def option(label: str, short: str = "", cost: int | None = None) -> Proposed:
    return Proposed("bulb", "", {"fr": label}, {"fr": short or label}, {"fr": ""}, cost)


def draft(act: Act, code: str = "NEUF", **differs: object) -> Consultation:
    given: dict[str, object] = {
        "question": {"fr": "Quoi d’abord?"}, "why": {"fr": "Pour le plan."}, "door": Door.OPEN, "languages": ("fr",),
        "closes_at": act.at + timedelta(days=10), "options": [option("Un toit"), option("Un repas")],
    }  # fmt: skip
    return voting.draft_consultation(act, "A01", code=code, **given | differs)


def someone(act: Act, name: str) -> UUID:
    person = Staff(email=f"{name}@example.org", name=name)
    act.session.add(person)
    act.session.flush()
    return person.id


def stage(world: World, code: str = "NEUF") -> str:
    with world.act() as act:
        return found(act, code).stage


@pytest.mark.parametrize(
    ("differs", "fault"),
    [
        ({"why": {}}, voting.WhyMissing),
        ({"options": [option("Un toit")]}, voting.TooFewOptions),
        ({"options": []}, voting.TooFewOptions),
        ({"options": [option("Un toit"), option("")]}, voting.AnswerMissing),
        ({"options": [option("École"), option("ecole ")]}, voting.SameLabels),
        ({"options": [option("Un", "Pareil"), option("Deux", "pareil")]}, voting.SameLabels),
        ({"options": [option(f"Le nom {n}", "x") for n in range(9)]}, voting.SameLabels),
        ({"places": 3}, voting.BadPlaces),
        ({"kind": BallotKind.BUDGET, "envelope": None}, voting.BadCosts),
        ({"kind": BallotKind.BUDGET, "envelope": 5, "options": [option("A", cost=6), option("B", cost=1)]}, voting.BadCosts),
        ({"kind": BallotKind.BUDGET, "envelope": 5, "options": [option("A", cost=0), option("B", cost=1)]}, voting.BadCosts),
        ({"question": {"fr": "Quoi " * 90}}, BallotTooLong),
        ({"languages": ("fr", "en")}, voting.NotReviewed),
    ],
)
def test_what_is_missing_keeps_a_draft_from_opening(world: World, differs: dict[str, object], fault: type[Refusal]) -> None:
    with world.act() as act:
        drafted = draft(act, **{"places": 2} | differs)
        assert fault in {type(each) for each in voting.faults(act, drafted)}
        with pytest.raises(Refusal):
            voting.ask(act, drafted, GraveKind.OPEN, someone(act, "Camille"))


def test_a_draft_without_fault_is_announced_and_opens_48_hours_later(world: World) -> None:
    with world.act() as act:
        grave, told = voting.ask(act, draft(act, places=2), GraveKind.OPEN, someone(act, "Camille"))
        assert (grave.due_at, told) == (world.at + timedelta(hours=48), [])
    assert stage(world) == Stage.ANNOUNCED
    world.later(hours=47)
    world.work()
    assert stage(world) == Stage.ANNOUNCED
    world.later(hours=2)
    world.work()
    assert stage(world) == Stage.OPEN


def test_what_was_announced_is_fixed_and_in_the_ledger_at_once(world: World) -> None:
    with world.act() as act:
        vote = draft(act, places=2)
        voting.ask(act, vote, GraveKind.OPEN, someone(act, "Camille"))
        rules = vote.frozen()
        assert {rules[name] for name in ("kind", "key_mode", "grave_rule")} == {"priorities", "server", "notice"}
        assert (rules["v"], rules["places"], rules["minimum_age"], rules["territories"], rules["languages"]) == (2, 2, 14, [], ["fr"])
        fixed = act.session.scalars(select(ParticipationFact).where(ParticipationFact.detail == vote.rules_hash)).one()
        assert fixed.kind == "rules_fixed"
        with pytest.raises(voting.AlreadyOpen):
            draft(act, consultation=vote)
        words.write(act.session, vote.id, "question", {"fr": "Autre chose?"})
        assert voting.wordings(act.session, vote).text(vote.id, "question", "fr") == "Quoi d’abord?"


def test_a_budget_fixes_envelope_and_costs(world: World) -> None:
    with world.act() as act:
        options = [option("Un banc", cost=300), option("Un abri", cost=900)]
        vote = draft(act, kind=BallotKind.BUDGET, envelope=1_000, options=options)
        voting.open_consultation(act, vote)
        rules = vote.frozen()
        assert (rules["envelope"], rules["costs"]) == (1_000, {"1": 300, "2": 900})
        assert "places" not in rules
        assert " 300$ 2 " in voting.ballot_text(act.session, vote, "Table", "fr")


def test_an_announcement_withdrawn_is_a_draft_again(world: World) -> None:
    with world.act() as act:
        vote = draft(act, places=2)
        grave, _ = voting.ask(act, vote, GraveKind.OPEN, someone(act, "Camille"))
        voting.withdraw(act, grave)
        with pytest.raises(voting.NothingPending):
            voting.withdraw(act, grave)
        assert (vote.stage, vote.rules_hash) == (Stage.DRAFT, None)
        draft(act, consultation=vote, places=1)
    world.later(days=3)
    world.work()
    assert stage(world) == Stage.DRAFT
    with world.act() as act:
        voting.ask(act, found(act, "NEUF"), GraveKind.OPEN, act.session.scalars(select(Staff.id)).first())
        kinds = act.session.scalars(select(ParticipationFact.kind).where(ParticipationFact.detail.is_not(None))).all()
        assert kinds.count("rules_fixed") == 3, "one of the world's own vote"


def test_an_announcement_given_up_leaves_no_key_in_the_way_of_trustees(world: World) -> None:
    with world.act() as act:
        made = draft(act, places=1)
        by = someone(act, "camille")
        grave, _ = voting.ask(act, made, GraveKind.OPEN, by)
        voting.withdraw(act, grave)
        made.key_mode = KeyMode.TRUSTEES
        act.session.flush()
        _, words = voting.ask(act, made, GraveKind.OPEN, by)
        assert not world.db.keys.has_box(made.id)
    world.later(hours=49)
    world.work()
    world.people("NEUF", [[1]] * 12)
    world.later(days=10)
    with world.act() as act:
        voting.give_words(act, found(act, "NEUF"), words[:2])
    world.work()
    assert stage(world) == Stage.CLOSED


def test_two_people_open_at_once_and_one_alone_never(world: World) -> None:
    with world.act() as act:
        camille, other = someone(act, "Camille"), someone(act, "Alex")
        grave, _ = voting.ask(act, draft(act, places=2, grave_rule=GraveRule.TWO), GraveKind.OPEN, camille)
        assert grave.due_at is None
    world.later(days=5)
    world.work()
    assert stage(world) == Stage.ANNOUNCED
    with world.act() as act:
        grave = voting.pending(act.session, found(act, "NEUF").id)
        with pytest.raises(voting.SamePerson):
            voting.confirm(act, grave, camille)
        voting.confirm(act, grave, other)
        with pytest.raises(voting.NothingPending):
            voting.confirm(act, grave, other)
    assert stage(world) == Stage.OPEN


def test_a_chosen_opening_hour_is_waited_for(world: World) -> None:
    with world.act() as act:
        opens_at = world.at + timedelta(days=4)
        vote = draft(act, places=2, grave_rule=GraveRule.TWO, opens_at=opens_at)
        grave, _ = voting.ask(act, vote, GraveKind.OPEN, someone(act, "Camille"))
        voting.confirm(act, grave, someone(act, "Alex"))
        assert grave.due_at == opens_at
    assert stage(world) == Stage.ANNOUNCED
    world.later(days=4)
    world.work()
    assert stage(world) == Stage.OPEN


def test_a_vote_that_would_end_before_its_notice_is_not_announced(world: World) -> None:
    with world.act() as act:
        short = draft(act, places=2, closes_at=world.at + timedelta(hours=40))
        with pytest.raises(voting.EndsBeforeNotice):
            voting.ask(act, short, GraveKind.OPEN, someone(act, "Camille"))


def test_an_opening_agreed_too_late_makes_a_draft_again(world: World) -> None:
    with world.act() as act:
        late = draft(act, places=2, closes_at=world.at + timedelta(hours=40), grave_rule=GraveRule.TWO)
        grave, _ = voting.ask(act, late, GraveKind.OPEN, someone(act, "Camille"))
        grave_id = grave.id
    world.later(days=3)
    with world.act() as act:
        voting.confirm(act, act.session.get_one(voting.GraveAct, grave_id), someone(act, "Alex"))
    assert stage(world) == Stage.DRAFT


def test_an_extension_holds_at_once_and_says_why(world: World) -> None:
    with world.act() as act:
        vote, camille = found(act, "BSL"), someone(act, "Camille")
        before = vote.closes_at
        for until in (None, before, before - timedelta(days=1), before + timedelta(days=61)):
            with pytest.raises(voting.BadExtension), act.session.begin_nested():
                voting.ask(act, vote, GraveKind.EXTEND, camille, reason="La poste est en grève.", until=until)
        with pytest.raises(voting.ReasonMissing):
            voting.ask(act, vote, GraveKind.EXTEND, camille, reason=" ", until=before + timedelta(days=3))
        voting.ask(act, vote, GraveKind.EXTEND, camille, reason="La poste est en grève.", until=before + timedelta(days=3))
        assert vote.closes_at == before + timedelta(days=3)
        assert "vote_extended" in act.session.scalars(select(ParticipationFact.kind)).all()
    page = world.browser().get("/v/BSL").text
    assert "dure plus longtemps" in page
    assert "La poste est en grève." in page


def test_an_early_closing_is_announced_and_can_be_given_up(world: World) -> None:
    world.people("BSL", [[1]] * 10)
    with world.act() as act:
        camille = someone(act, "Camille")
        voting.ask(act, found(act, "BSL"), GraveKind.CLOSE, camille, reason="Le comité se réunit plus tôt.")
        with pytest.raises(voting.PendingAlready):
            voting.ask(act, found(act, "BSL"), GraveKind.CANCEL, camille, reason="Autre.")
    assert "veut clore ce vote" in world.browser().get("/v/BSL").text
    with world.act() as act:
        voting.withdraw(act, voting.pending(act.session, found(act, "BSL").id))
    assert "veut clore ce vote" not in world.browser().get("/v/BSL").text
    with world.act() as act:
        voting.ask(act, found(act, "BSL"), GraveKind.CLOSE, camille, reason="Le comité se réunit plus tôt.")
    world.later(hours=49)
    world.work()
    assert stage(world, "BSL") == Stage.CLOSED


def test_a_cancelled_vote_is_read_by_nobody_counts_for_nothing_and_is_told(world: World) -> None:
    world.text("VOTE")
    world.text("1 9")
    world.text("OUI")
    world.text("A R")
    world.people("BSL", [[1]] * 12)
    with world.act() as act:
        vote = found(act, "BSL")
        voting.ask(act, vote, GraveKind.CANCEL, someone(act, "Camille"), reason="La question était fausse.")
        id, mechanism = vote.id, vote.mechanism_id
    world.later(hours=48)
    world.work()
    assert stage(world, "BSL") == Stage.CANCELLED
    with pytest.raises(MissingKey):
        world.db.keys.box(id)
    with world.db.read() as session:
        assert not session.scalars(select(SealedBallot.tag)).all()
        assert not session.scalars(select(voting.RollEntry.id)).all()
        kinds = session.scalars(select(ParticipationFact.kind).where(ParticipationFact.mechanism_id == mechanism)).all()
        assert kinds.count("reversed") == kinds.count("vote_cast")
        assert "vote_cancelled" in kinds
    assert [parcel for parcel in world.sent if parcel.number == PHONE and "annulé" in parcel.body]
    page = world.browser().get("/v/BSL").text
    assert "Ce vote est annulé" in page
    assert "La question était fausse." in page
    assert world.text("VOTE").startswith("Table Bas-Saint-Laurent: aucun vote")
    with world.act() as act:
        ledger.sequence(act.session, world.at)


def test_the_word_of_a_poster_answers_before_and_after_its_vote(world: World) -> None:
    with world.act() as act:
        voting.ask(act, draft(act, places=2), GraveKind.OPEN, someone(act, "Camille"))
    assert "le vote NEUF n'est pas encore ouvert" in world.text("neuf")
    world.people("BSL", [[1]] * 12)
    with world.act() as act:
        voting.close_consultation(act, found(act, "BSL"))
    assert "on compte" in world.text("BSL")
    world.work()
    assert "résultat du vote BSL: Logement" in world.text("BSL")
    with world.act() as act:
        draft(act, "SECRET")
    assert world.text("SECRET").startswith("Table Bas-Saint-Laurent: écrivez VOTE")


def test_a_reminder_reaches_those_who_stopped_in_the_middle(world: World) -> None:
    """Only who said "write to me", and only while their thread stands between question and receipt."""
    for number in ("+14185550120", "+14185550121", "+14185550122"):
        for said in ("VOTE", "1", "OUI", "A R"):
            world.text(said, number)
    world.consultation("AUTRE")
    for number in ("+14185550120", "+14185550121"):
        world.text("AUTRE", number)
    world.text("1 9", "+14185550120")
    world.text("NOUVEAU", "+14185550120")
    with world.act() as act:
        sent = campaigns.write_campaign(act, found(act, "AUTRE"), campaigns.CampaignKind.BEGUN, {"fr": "Votre vote attend."})
        table = governance.table_of(act.session, "A01")
        assert campaigns.preview(act.session, sent, table, world.at).recipients == 1, "one finished, one stopped, one never began"


def test_a_left_out_channel_takes_no_vote(world: World) -> None:
    with world.act() as act:
        voting.open_consultation(act, draft(act, places=2, channels=("paper",)))
    assert world.text("NEUF").startswith("Table Bas-Saint-Laurent: écrivez VOTE")
    with world.act(Channel.SMS) as act, pytest.raises(voting.ChannelClosed):
        voting.cast_vote(act, found(act, "NEUF"), [1], participant=participants.welcome(act))
    with world.act() as act:
        vote = found(act, "NEUF")
        voting.sheets.print_sheets(act, vote, 3, large=False, enveloped=True)
        with pytest.raises(voting.ChannelClosed):
            voting.kiosks.open_kiosk(act, vote, "Bibliothèque")
        voting.cast_vote(act, vote, [1], participant=participants.welcome(act))


def test_only_its_territories_may_vote_without_a_card(world: World) -> None:
    with world.act() as act:
        voting.open_consultation(act, draft(act, places=2, territories=("080",)))
        vote = found(act, "NEUF")
        voting.check_eligible(vote, of_age=True, residence="080")
        voting.check_eligible(vote, of_age=True, residence=voting.NO_FIXED_ADDRESS)
        for elsewhere in ("070", voting.ELSEWHERE):
            with pytest.raises(voting.LivesElsewhere):
                voting.check_eligible(vote, of_age=True, residence=elsewhere)


def test_a_changed_french_text_makes_its_translation_a_draft_again(world: World) -> None:
    both = [
        Proposed("bulb", "", {"fr": each, "en": each}, {"fr": each, "en": each}, {"fr": "", "en": ""}) for each in ("Un toit", "Un repas")
    ]
    with world.act() as act:
        vote = draft(
            act, places=2, options=both, languages=("fr", "en"), question={"fr": "Quoi?", "en": "What?"}, why={"fr": "Pour.", "en": "For."}
        )
        assert voting.faults(act, vote) == []
        draft(act, places=2, options=both, languages=("fr", "en"), question={"fr": "Quoi donc?"}, why={"fr": "Pour."}, consultation=vote)
        assert [type(fault) for fault in voting.faults(act, vote)] == [voting.NotReviewed]
        words.review(act.session, vote.id, "question", "en", reviewed=True)
        assert voting.faults(act, vote) == []


def test_an_option_taken_away_and_a_draft_discarded_leave_nothing(world: World) -> None:
    with world.act() as act:
        vote = draft(act, options=[option("Un"), option("Deux"), option("Trois")])
        draft(act, options=[option("Un"), option("Deux bis")], consultation=vote)
        assert [one.number for one in vote.options] == [1, 2]
        before = {vote.id, *(one.id for one in vote.options)}
        voting.discard(act, vote)
        assert act.session.scalar(select(Consultation.id).where(Consultation.code == "NEUF")) is None
        assert not before & set(act.session.scalars(select(Wording.owner_id)))
        with pytest.raises(voting.AlreadyOpen):
            voting.discard(act, found(act, "BSL"))


def test_hours_follow_the_clocks_of_quebec() -> None:
    assert local_moment(date(2026, 7, 1), time(17)) == datetime(2026, 7, 1, 21, tzinfo=UTC)
    with pytest.raises(NoSuchHour):
        local_moment(date(2027, 3, 14), time(2, 30))
    assert local_moment(date(2026, 11, 1), time(1, 30)) == datetime(2026, 11, 1, 6, 30, tzinfo=UTC), "the later of the two"


@pytest.mark.parametrize(
    ("question", "options", "told"),
    [
        ("Quoi d’abord?", [("Un toit", "Toit", ""), ("Un repas", "Repas", "")], ""),
        ("Ne pensez-vous pas qu’il faut un toit?", [("Un toit", "Toit", "")], "ne pensez-vous pas"),
        ("Quel est le meilleur projet?", [("Un toit", "Toit", "")], "meilleur"),
        ("Quoi?", [("Un toit", "Toit", "Enfin un toit pour tous."), ("Un repas", "Repas", "Manger.")], "enfin"),
        ("Quoi?", [("Un toit", "Toit", "Pour dormir."), ("Un repas", "Repas", "")], "Un repas"),
        ("Quoi?", [("Lits", "2 lits", ""), ("Repas", "Repas", "")], "2 lits"),
        ("Quoi?", [("Parc", "Parc", ""), ("Parcours", "Parcours", "")], "Parcours"),
        ("Quoi?", [("Un", "Un", "Court."), ("Deux", "Deux", "Une très longue explication qui en dit bien plus.")], "Deux"),
    ],
)
def test_a_ballot_that_leans_is_pointed_at(question: str, options: list[tuple[str, str, str]], told: str) -> None:
    found_hints = hints(question, "Pour le plan.", [Shown(*each) for each in options])
    assert bool(found_hints) == bool(told)
    assert told in " ".join(str(value) for hint in found_hints for value in hint.params.values())


def test_a_second_person_confirms_from_another_table_or_a_committee(world: World) -> None:
    asking, neighbour = world.staff(Role.ORGANISER), world.staff(Role.ORGANISER, "A02")
    member, stranger = world.staff(Role.SECOND), world.staff(Role.SECOND, "A02")
    with world.act() as act:
        camille = act.session.scalars(select(Staff.id).where(Staff.email == "organiser-a01@example.org")).one()
        for code in ("UNE", "DEUX"):
            voting.ask(act, draft(act, code, places=2, grave_rule=GraveRule.TWO), GraveKind.OPEN, camille)
        ones, twos = (voting.pending(act.session, found(act, code).id).id for code in ("UNE", "DEUX"))
    for browser, grave, code in ((neighbour, ones, "UNE"), (member, twos, "DEUX")):
        here = f"/staff/consultations/decisions/{grave}"
        assert asking.post(here, data=_token(asking.get(here).text)).status_code == 409, "whoever asked does not confirm"
        assert stranger.get(here).status_code == 404
        page = browser.get(here)
        assert "Un toit" in page.text
        assert browser.post(here, data=_token(page.text)).status_code == 200
        assert stage(world, code) == Stage.OPEN
    assert world.staff(Role.WORKER).get(f"/staff/consultations/decisions/{ones}").status_code == 403


def test_what_would_come_after_the_end_is_not_announced(world: World) -> None:
    with world.act() as act:
        world.at = found(act, "BSL").closes_at - timedelta(hours=24)
    for kind in (GraveKind.CLOSE, GraveKind.CANCEL):
        with pytest.raises(voting.TooLateToAnnounce), world.act() as act:
            voting.ask(act, found(act, "BSL"), kind, someone(act, kind), reason="Le bulletin est faux.")
    with world.act() as act:
        vote = found(act, "BSL")
        voting.ask(act, vote, GraveKind.EXTEND, someone(act, "a"), reason="La poste.", until=vote.closes_at + timedelta(days=9))
        voting.ask(act, vote, GraveKind.CANCEL, someone(act, "b"), reason="Le bulletin est faux.")


def test_the_reason_of_an_extension_stays_when_a_later_decision_is_given_up(world: World) -> None:
    with world.act() as act:
        vote = found(act, "BSL")
        extension, _ = voting.ask(
            act, vote, GraveKind.EXTEND, someone(act, "a"), reason="La poste est en grève.", until=vote.closes_at + timedelta(days=9)
        )
        closing, _ = voting.ask(act, vote, GraveKind.CLOSE, someone(act, "b"), reason="Fini.")
        voting.withdraw(act, closing)
        assert vote.notice_id == extension.id


def test_a_decision_that_nobody_confirmed_ends_with_its_vote(world: World) -> None:
    world.consultation("DEUXMAINS", grave_rule=GraveRule.TWO)
    with world.act() as act:
        voting.ask(act, found(act, "DEUXMAINS"), GraveKind.CANCEL, someone(act, "a"), reason="Le bulletin est faux.")
    with world.act() as act:
        never = draft(act, grave_rule=GraveRule.TWO, places=1)
        voting.ask(act, never, GraveKind.OPEN, someone(act, "b"))
    world.later(days=30)
    world.work()
    assert stage(world) == Stage.DRAFT
    with world.db.read() as session:
        assert voting.awaiting_second(session, ["A01"]) == []


def test_a_vote_is_not_extended_for_ever(world: World) -> None:
    with world.act() as act:
        by = someone(act, "a")
        vote = found(act, "BSL")
        for _ in range(11):
            voting.ask(act, vote, GraveKind.EXTEND, by, reason="Encore.", until=vote.closes_at + timedelta(days=60))
        with pytest.raises(voting.BadExtension):
            voting.ask(act, vote, GraveKind.EXTEND, by, reason="Encore.", until=vote.closes_at + timedelta(days=60))


def test_a_text_of_three_parts_in_english_keeps_a_vote_closed_too(world: World) -> None:
    with world.act() as act:
        long = draft(act, languages=("fr", "en"), question={"fr": "Quoi?", "en": "What should come first? " * 20})
        assert any(isinstance(fault, BallotTooLong) for fault in voting.faults(act, long))


def _token(page: str) -> dict[str, str]:
    return (
        {"csrf_token": page.split('name="csrf_token" type="hidden" value="')[1].split('"', maxsplit=1)[0]} if "csrf_token" in page else {}
    )
