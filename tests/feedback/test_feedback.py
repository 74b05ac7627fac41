"""Moderation, answers, the 90 days, pictures, follow-ups, and people who change what they agree to."""

from __future__ import annotations

import io
from datetime import timedelta
from uuid import UUID

import pytest
from PIL import Image
from sqlalchemy import select

from engage import feedback, ledger, participants, rights
from engage.feedback import (
    Feedback,
    Ground,
    Recording,
    Said,
    Stage,
    Step,
    follow_ups,
    moderation,
    pictures,
    queries,
    recordings,
    responses,
    themes,
)
from engage.kernel.act import Act, Channel
from engage.kernel.refusal import Refusal
from engage.ledger import Kind, ParticipationFact
from engage.participants import ConsentKind, Participant, Status
from engage.projects import Project
from tests.conftest import ON_SQLITE
from tests.feedback.test_phone import PHONE, facts
from tests.world import World, holder

YEAR = timedelta(days=365)


def the_project(act: Act) -> Project:
    return act.session.scalars(select(Project)).first()


def say(
    act: Act, words: str = "Le bus passe trop tôt.", *, may_show: bool = True, who: Participant | None = None, **more: object
) -> Feedback:
    return feedback.give(act, "A01", the_project(act), Said(2, words, may_show), participant=who, **more).feedback


def counts(world: World) -> queries.Answering:
    with world.db.read() as session:
        return queries.answering(session, "A01", world.at.date() - YEAR, world.at.date() + YEAR, world.at.date())


def test_nothing_is_shown_before_someone_read_it_nor_without_being_asked(world: World) -> None:
    world.project()
    with world.act() as act:
        shown, kept = say(act), say(act, "Gardez ça pour vous.", may_show=False)
        assert [each.words for each in queries.to_read(act.session, ["A01"])] != []
        moderation.show(act, shown)
        with pytest.raises(moderation.ShowingNotAsked):
            moderation.show(act, kept)
        moderation.keep(act, kept)
        assert [each.shown for each in queries.on_page(act.session, shown.project_id, "A01")] == ["Le bus passe trop tôt."]
        feedback.let_show(act, shown, given=False)
        assert (shown.shown, shown.stage) == ("", Stage.KEPT)
        feedback.let_show(act, kept, given=True)
        assert kept.stage == Stage.RECEIVED, "read again before it is shown"


@ON_SQLITE
@pytest.mark.parametrize(
    ("told", "holds"),
    [
        ("Julie du CLSC est gentille.", True), ("[…] du CLSC est gentille.", True), ("[...] est gentille.", True), ("Julie est gentille.", False),
        ("[…] du CLSC est méchante.", False), ("[…]", False), ("", True), ("Julie   du CLSC\nest gentille.", True), ("[…] du […].", True),
    ],
)  # fmt: skip
def test_words_are_shown_as_they_came_or_with_names_left_out(world: World, told: str, holds: bool) -> None:
    world.project()
    with world.act() as act:
        given = say(act, "Julie du CLSC est gentille.")
        if holds:
            moderation.show(act, given, told)
            assert given.stage == Stage.SHOWN
        else:
            with pytest.raises(moderation.WordsChanged):
                moderation.show(act, given, told)


def test_a_refusal_is_told_with_its_reason_and_can_be_contested(world: World) -> None:
    world.project()
    with world.act(Channel.SMS) as act:
        given = say(act, "Julie est voleuse", number=PHONE)
        moderation.refuse(act, given, Ground.NAMES)
    world.work()
    assert "nomment quelqu'un" in world.sent[-1].body
    assert "paire d'yeux" in world.text("REVOIR")
    with world.act() as act:
        (again,) = queries.to_read(act.session, ["A01"])
        assert again.contested_on == world.at.date()
        moderation.show(act, again, "[…] est voleuse")
        assert again.contested_on is None
        with pytest.raises(moderation.NotRefused):
            moderation.contest(act, again)


def test_one_answer_serves_many_and_each_hears_where_they_spoke(world: World) -> None:
    world.project()
    with world.act(Channel.SMS) as act:
        by_text = say(act, "Trop tard", number=PHONE).id
    with world.act(Channel.VOICE) as act:
        by_call = say(act, "Trop tôt", number="+14185550102").id
    with world.act(Channel.PAPER) as act:
        on_paper = say(act, "Pas assez").id
        heard = [act.session.get_one(Feedback, each) for each in (by_text, by_call, on_paper)]
        responses.respond(act, "A01", Step.STUDIED, {"fr": "Nous regardons l’horaire."}, heard)
    assert counts(world).waiting == 3, "under study is no answer"
    world.work()
    assert {(parcel.by_voice, "horaire" in parcel.body) for parcel in world.sent} == {(False, True), (True, True)}
    with world.act() as act:
        heard = [act.session.get_one(Feedback, each) for each in (by_text, by_call, on_paper)]
        responses.respond(act, "A01", Step.YES, {"fr": "Le bus passe à 21 h le vendredi.", "en": "The bus runs at 9 on Fridays."}, heard)
    found = counts(world)
    assert (found.came, found.in_time, found.changed, found.waiting) == (3, 3, 3, 0)
    assert [kind for kind, _ in facts(world)].count("answered") == 3
    world.work()
    assert "REVOIR" in [parcel for parcel in world.sent if not parcel.by_voice][-1].body
    assert "regarde encore" in world.text("REVOIR")
    found = counts(world)
    assert (found.in_time, found.waiting) == (2, 1)
    assert [kind for kind, _ in facts(world)].count("answered") == 2
    assert "déjà dit une fois" in again(world)


def again(world: World) -> str:
    with world.act() as act:
        waiting = queries.to_answer(act.session, ["A01"])
        responses.respond(act, "A01", Step.NO, {"fr": "Non, parce que le chauffeur finit à 20 h."}, list(waiting))
    return world.text("REVOIR")


def test_late_is_shown_as_late_with_room_for_a_reason(world: World) -> None:
    world.project()
    with world.act() as act:
        late, never = say(act, "Un").id, say(act, "Deux").id
    world.later(days=91)
    assert counts(world).overdue == 2
    with world.act() as act:
        responses.respond(act, "A01", Step.DONE, {"fr": "Un banc est là."}, [act.session.get_one(Feedback, late)])
        responses.say_why_late(act, "A01", "Nous sommes 2, et l’une est malade.")
        assert act.session.get_one(Feedback, never).is_late(act.day)
    found = counts(world)
    assert (found.in_time, found.late, found.overdue) == (0, 1, 1)
    assert "answered_late" in [kind for kind, _ in facts(world)]


@pytest.mark.parametrize(
    ("texts", "kind"), [({"fr": " "}, responses.ResponseMissing), ({"fr": "La concertation avance."}, responses.ResponseHard)]
)
def test_an_answer_says_something_plain_to_somebody(world: World, texts: dict[str, str], kind: type[Refusal]) -> None:
    world.project()
    with world.act() as act:
        given = say(act)
        with pytest.raises(kind):
            responses.respond(act, "A01", Step.SEEN, texts, [given])
        with pytest.raises(responses.NobodyToAnswer):
            responses.respond(act, "A02", Step.SEEN, {"fr": "Merci."}, [given])


def test_facts_and_words_follow_what_someone_agrees_to(world: World) -> None:
    world.project()
    with world.act() as act:
        someone = holder(act)
        given = say(act, who=someone)
        moderation.show(act, given)
        rights.answer(act, someone, status=Status.TODAY, consents={ConsentKind.COUNT: True})
        who, what = someone.id, given.id
    assert facts(world) == [("contributed", "today")]
    with world.act() as act:
        rights.answer(act, act.session.get_one(Participant, who), status=None, consents={ConsentKind.COUNT: False})
    assert facts(world) == [("contributed", None)]
    world.later(hours=1)
    with world.act() as act:
        rights.answer(act, act.session.get_one(Participant, who), status=None, consents={ConsentKind.WORDS: True})
    world.later(hours=1)
    with world.act() as act:
        rights.answer(act, act.session.get_one(Participant, who), status=None, consents={ConsentKind.WORDS: False})
        assert act.session.get_one(Feedback, what).shown == ""


def test_erased_nothing_is_left_to_answer(world: World) -> None:
    world.project()
    with world.act(Channel.SMS) as act:
        someone, _ = participants.join_by_phone(act, PHONE)
        given = say(act, who=someone, number=PHONE)
        moderation.show(act, given)
        id = given.id
        rights.erase_now(act, someone)
    with world.act() as act:
        kept = act.session.get_one(Feedback, id)
        assert (kept.words, kept.number, kept.shown, kept.participant_id) == (None, None, "", None)
        responses.respond(act, "A01", Step.NO, {"fr": "Non, pas cette année."}, [kept])
    world.work()
    assert world.sent == []
    assert counts(world).in_time == 1
    with world.db.read() as session:
        assert list(ledger.verify(session, world.at, participants.person_keys(session))) == []


def test_two_that_are_one_keep_what_both_said(world: World) -> None:
    world.project()
    with world.act() as act:
        one, other = holder(act), holder(act)
        say(act, "Un", who=one)
        say(act, "Deux", who=other)
        rights.join_people(act, one, other)
        assert len(feedback.said_by(act, one)) == 2


def test_where_to_answer_is_forgotten_a_month_after_the_answer(world: World) -> None:
    world.project()
    with world.act(Channel.SMS) as act:
        given = say(act, number=PHONE)
        responses.respond(act, "A01", Step.NO, {"fr": "Non, pas cette année."}, [given])
        id = given.id
    world.later(days=31)
    world.work()
    with world.act() as act:
        assert act.session.get_one(Feedback, id).number is None


class BadLine:
    """A provider that is away for one voice, and has lost another."""

    def __init__(self) -> None:
        self.away, self.wiped = True, []

    def recording(self, provider_id: str) -> bytes | None:
        if provider_id.endswith("1") and self.away:
            raise ConnectionError
        return None if provider_id.endswith("2") else b"RIFF"

    def wipe_recording(self, provider_id: str) -> None:
        self.wiped.append(provider_id)


def test_a_bad_line_loses_no_voice_and_keeps_none_waiting(world: World) -> None:
    world.project()
    with world.act(Channel.VOICE) as act:
        for number in "123":
            recordings.receive(act, "A01", None, None, "RE" + number * 32, 9, number="", language="fr")
    line = BadLine()
    for _ in range(recordings.TRIES + 5):
        with pytest.raises(ConnectionError):
            recordings.carry_recordings(world.db, world.at, line)
    assert line.wiped == ["RE" + "3" * 32]
    line.away = False
    assert recordings.carry_recordings(world.db, world.at, line) == 1
    assert line.wiped == ["RE" + "3" * 32, "RE" + "1" * 32]


def test_a_voice_that_is_here_is_only_wiped(world: World) -> None:
    world.project()
    with world.act(Channel.VOICE) as act:
        recordings.receive(act, "A01", None, None, "RE" + "4" * 32, 9, number="", language="fr")
    with world.act() as act:
        act.session.scalars(select(Recording)).one().audio = "UklGRg=="
    line = BadLine()
    assert recordings.carry_recordings(world.db, world.at, line) == 0
    assert line.wiped == ["RE" + "4" * 32]


def a_photo(size: tuple[int, int] = (1500, 1000), kind: str = "JPEG") -> bytes:
    made = io.BytesIO()
    picture = Image.effect_noise(size, 90).convert("RGB")
    exif = Image.Exif()
    exif.get_ifd(0x8825)[2] = (48.0, 26.0, 0.0)
    exif[0x010F] = "SecretMaker"
    exif[0x0112] = 6
    picture.save(made, kind, exif=exif)
    return made.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_small_upright_and_says_nothing_of_where(kind: str) -> None:
    light = pictures.light(a_photo(kind=kind))
    assert len(light) <= pictures.LIGHT
    with Image.open(io.BytesIO(light)) as opened:
        assert opened.height > opened.width
        assert not opened.getexif()
        assert max(opened.size) <= pictures.LONGEST_SIDE
    assert b"SecretMaker" not in light


@pytest.mark.parametrize("content", [b"", b"<svg onload=alert(1)>", b"\xff\xd8\xff", b"GIF89a" + b"\0" * 40, a_photo()[:2000], b"%PDF-1.7"])
def test_what_is_no_photo_is_told(content: bytes) -> None:
    with pytest.raises(pictures.NotAPhoto):
        pictures.light(content)


def test_a_photo_too_heavy_or_too_large_is_told() -> None:
    with pytest.raises(pictures.PhotoTooLarge):
        pictures.light(b"\xff\xd8" + b"\0" * pictures.MOST_BYTES)
    bomb = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(bomb, "PNG")
    with pytest.raises((pictures.PhotoTooLarge, pictures.NotAPhoto)):
        pictures.light(bomb.getvalue())


def test_those_that_read_alike_are_suggested_and_nothing_more(world: World) -> None:
    world.project()
    with world.act() as act:
        late = say(act, "L’autobus est toujours en retard le vendredi soir")
        like = say(act, "Le vendredi, autobus souvent en retard!")
        other = say(act, "Il manque des légumes frais au marché")
        assert themes.alike(late, [late, like, other]) == [like]
        assert themes.alike(say(act, "Oui"), [late, like, other]) == []


def test_themes_are_the_tables_own(world: World) -> None:
    world.project()
    with world.act() as act:
        given = say(act)
        theme = themes.make_theme(act, "A01", {"fr": "Horaires"})
        elsewhere = themes.make_theme(act, "A02", {"fr": "Horaires"})
        with pytest.raises(themes.ThemeKnown):
            themes.make_theme(act, "A01", {"fr": "horaires "})
        themes.tag(act, given, [theme.id, elsewhere.id])
        assert themes.counts(act.session, "A01") == {theme.id: 1}
    assert "Horaires: <b>moins de 5</b>" in world.browser().get("/changed/A01").text
    with world.act() as act:
        theme = themes.named(act.session, ["A01"], "fr")[0][0]
        themes.drop_theme(act, theme)
        assert themes.counts(act.session, "A01") == {}


def ready(world: World, number: int) -> list[str]:
    """People who spoke of the project by text and agreed to be written to."""
    numbers = [f"+1418555{line:04d}" for line in range(200, 200 + number)]
    for each in numbers:
        with world.act(Channel.SMS) as act:
            someone, _ = participants.join_by_phone(act, each)
            participants.consent(act, someone, ConsentKind.CONTACT, given=True)
            rights.answer(act, someone, status=Status.TODAY, consents={ConsentKind.COUNT: True})
            say(act, f"Mon mot {each}", who=someone, number=each)
    return numbers


def test_a_follow_up_keeps_sums_and_shows_ten_answers_once_it_is_over(world: World) -> None:
    world.project()
    numbers = ready(world, 12)
    with world.act() as act:
        follow_ups.ask(act, the_project(act), {"fr": "Le transport est-il mieux qu’avant?"})
        with pytest.raises(follow_ups.AskedLately):
            follow_ups.ask(act, the_project(act), {"fr": "Et maintenant?"})
    world.work()
    assert sum("mieux qu'avant" in parcel.body for parcel in world.sent) == 12
    for place, number in enumerate(numbers[:11]):
        assert "C'est noté" in world.text(("1", "mieux", "Pareil", "3")[place % 4], number)
    assert "VOTE pour voter" in world.text("1", numbers[0]), "one answer each"
    with world.act() as act:
        (asked,) = follow_ups.of_project(act.session, the_project(act))
        assert (asked.better, asked.same, asked.worse) == (6, 3, 2)
        assert follow_ups.shown(act.session, the_project(act), "fr", act.day) == []
    assert facts(world).count((Kind.FOLLOWED_UP, "today")) == 11
    world.later(days=22)
    with world.act() as act:
        ((question, shown),) = follow_ups.shown(act.session, the_project(act), "fr", act.day)
        assert (question, shown.answers) == ("Le transport est-il mieux qu’avant?", 11)


@ON_SQLITE
@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("", follow_ups.QuestionMissing), ("x" * 120, follow_ups.QuestionTooLong), ("Le refuge va mieux?", follow_ups.QuestionGivesAway),
        ("Ça va mieux?", follow_ups.NobodyToAsk),
    ],
)  # fmt: skip
def test_a_follow_up_is_short_discreet_and_has_someone_to_ask(world: World, question: str, kind: type[Refusal]) -> None:
    world.project()
    with world.act() as act, pytest.raises(kind):
        follow_ups.ask(act, the_project(act), {"fr": question})


def test_a_reference_finds_one_contribution_and_guesses_slow_down(world: World) -> None:
    world.project()
    with world.act() as act:
        given = feedback.give(act, "A01", None, Said(None, "Un mot"))
        spaced = f"{given.reference[:4]}-{given.reference[4:]}"
        assert feedback.by_reference(act, spaced, asked_from="x").id == given.feedback.id
        assert UUID(str(given.feedback.id))
    page = world.browser()
    for _ in range(21):
        last = page.post("/answer", data={"reference": "00000000"})
    assert "Trop d’essais" in last.text
    with world.db.read() as session:
        assert session.scalars(select(ParticipationFact).where(ParticipationFact.mechanism_type == "M5")).one().person_id is None
