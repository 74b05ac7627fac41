"""Seats: asked for, called about, drawn, offered, taken, left; and what nobody else is told."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from engage import committees, ledger, participants, reports, rights
from engage.committees import Candidacy, Draw, Membership, Needs, Reach, Stage, Support, Way, Wish, draws
from engage.committees.selection import Quota
from engage.kernel.act import Act, Channel
from engage.kernel.refusal import Refusal
from engage.ledger import Kind, ParticipationFact
from engage.participants import ConsentKind, Participant, Status
from tests.conftest import ON_SQLITE
from tests.messaging.test_segments import measure
from tests.world import TEXTS, World, holder, set_up, the_committee

SCRIPT = Path(__file__).parents[2] / "docs/verify_draw.py"
HERE = Reach(number="+14185550160", part="morning")
LIVED = Wish(Needs((Support.RIDE,)), HERE, Status.TODAY, counted=True, uses_about=True)


def candidates(act: Act, number: int, wish: Wish = LIVED) -> list[Candidacy]:
    """People who asked, were called and want the seat."""
    found = [committees.ask(act, the_committee(act), holder(act), wish) for _ in range(number)]
    for each in found:
        committees.called(act, each)
    return found


def seated(act: Act, wish: Wish = LIVED) -> Membership:
    """One more member, welcomed without a draw."""
    (candidacy,) = candidates(act, 1, wish)
    seat = draws.vacant(act, the_committee(act), is_reserved=True)[0]
    membership = committees.offer(act, seat, candidacy, Way.WELCOMED)
    committees.accept(act, membership)
    return membership


def facts(act: Act, *kinds: Kind) -> list[ParticipationFact]:
    return list(act.session.scalars(select(ParticipationFact).where(ParticipationFact.kind.in_(kinds))))


def test_from_asking_to_a_seat(world: World) -> None:
    with world.act(Channel.SMS) as act:
        committee = set_up(act)
        person, _code = participants.join_by_phone(act, "+14185550160")
        candidacy = committees.ask(act, committee, person, LIVED)
        assert (candidacy.stage, candidacy.call_by) == (Stage.ASKED, world.at.date() + timedelta(days=5))
        assert committees.needs_of(candidacy) == Needs(("ride",))
        assert committees.reach_of(candidacy) == HERE
        assert [each.id for each in committees.calls(act.session, ["A01"])] == [candidacy.id]
    world.later(days=6)
    with world.act() as act:
        (candidacy,) = committees.calls(act.session, ["A01"])
        assert committees.is_late(candidacy, act.day)
        committees.no_answer(act, candidacy)
        assert candidacy.tries == 1
        committees.called(act, candidacy)
        seat = draws.vacant(act, the_committee(act), is_reserved=True)[0]
        membership = committees.offer(act, seat, candidacy, Way.WELCOMED)
        assert [offer.id for offer in committees.offers_behind(act.session, "+14185550160", act.day)] == [membership.id]
        assert not facts(act, Kind.SEAT_TAKEN)
        committees.accept(act, membership)
        assert (membership.status, membership.starts_on, membership.ends_on) == ("today", act.day, date(2028, 5, 9))
        (fact,) = facts(act, Kind.SEAT_TAKEN)
        assert (fact.status, fact.level, fact.mechanism_type, fact.grade) == ("today", 3, "M2", "A")
        assert committees.is_alone(act.session, membership.committee_id, act.day)
        committees.leave(act, membership, committees.Leaving.NO_TIME)
        committees.leave(act, membership)
        assert (membership.left_on, membership.reason) == (act.day, "no_time")
        assert not committees.is_alone(act.session, membership.committee_id, act.day)
        assert len(facts(act, Kind.SEAT_LEFT)) == 1
    world.work()
    world.later(days=1)
    world.work()
    told = [parcel.body for parcel in world.sent]
    assert len(told) == 4
    assert all(measure(each).segments == 1 for each in told), told
    assert ["demande est prise" in told[0], "place est pour vous" in told[1], "Bienvenue" in told[2], "laissez" in told[3]] == [True] * 4
    with world.db.read() as session:
        assert list(ledger.verify(session, world.at, participants.person_keys(session))) == []


def test_two_people_who_live_it_are_not_alone_and_one_who_did_before_is_not_counted(world: World) -> None:
    with world.act() as act:
        committee = set_up(act, reserved=3)
        seated(act)
        seated(act, Wish(reach=HERE, status=Status.BEFORE))
        assert committees.is_alone(act.session, committee.id, act.day)
        seated(act)
        assert not committees.is_alone(act.session, committee.id, act.day)


def test_a_reserved_seat_is_for_whoever_says_they_lived_it(world: World) -> None:
    with world.act() as act:
        set_up(act)
        seat = draws.vacant(act, the_committee(act), is_reserved=True)[0]
        for status in (None, Status.NO, Status.SILENT):
            (candidacy,) = candidates(act, 1, Wish(reach=HERE, status=status))
            with pytest.raises(committees.NotReserved):
                committees.offer(act, seat, candidacy, Way.WELCOMED)
        of_clsc = next(place.seat for place in committees.places(act, the_committee(act)) if place.seat.institution)
        with pytest.raises(committees.SeatOfAnother):
            committees.offer(act, of_clsc, candidates(act, 1)[0], Way.WELCOMED)


def test_without_count_me_a_seat_names_nobody_and_follows_a_change_of_mind(world: World) -> None:
    with world.act() as act:
        set_up(act)
        membership = seated(act, Wish(reach=HERE, status=Status.TODAY))
        person = act.session.get_one(Participant, membership.participant_id)
        (fact,) = facts(act, Kind.SEAT_TAKEN)
        assert (fact.person_id, fact.status) == (None, None)
        rights.answer(act, person, status=None, consents={ConsentKind.COUNT: True})
        assert sorted(str(each.status) for each in facts(act, Kind.SEAT_TAKEN)) == ["None", "today"]
        rights.answer(act, person, status=None, consents={ConsentKind.COUNT: False})
        standing = {each.id for each in facts(act, Kind.SEAT_TAKEN)} - {each.reverses_id for each in facts(act, Kind.REVERSED)}
        assert [each.status for each in facts(act, Kind.SEAT_TAKEN) if each.id in standing] == [None]


def test_leaving_poverty_never_costs_the_seat_nor_changes_its_facts(world: World) -> None:
    with world.act() as act:
        set_up(act)
        membership = seated(act)
        person = act.session.get_one(Participant, membership.participant_id)
        rights.answer(act, person, status=Status.NO, consents={})
        assert membership.status == Status.TODAY
        assert membership.holds(act.day)
        assert [each.status for each in facts(act, Kind.SEAT_TAKEN)] == [Status.TODAY]


@pytest.fixture
def drawn(world: World) -> UUID:
    """Six for two seats, drawn with one number to keep."""
    with world.act() as act:
        set_up(act)
        for place, each in enumerate(candidates(act, 6)):
            person = act.session.get_one(Participant, each.participant_id)
            participants.tell_about(act, person, {"gender": "woman" if place < 2 else "man"})
        draw = draws.fix(act, the_committee(act), [Quota("gender", "woman", 1, 1)], is_reserved=True)
        draws.fall(act, draw, "316")
        return draw.id


def test_a_draw_is_fixed_told_fallen_and_replayed(world: World, drawn: UUID, tmp_path: Path) -> None:
    with world.act() as act:
        draw = act.session.get_one(Draw, drawn)
        document = draws.document(draw)
        rows = act.session.scalars(select(Candidacy).where(Candidacy.draw_id == draw.id)).all()
        assert sorted(row.chance for row in rows) == [250] * 4 + [500] * 2
        offered = {row.pseudonym for row in rows if row.stage == Stage.OFFERED}
        assert offered == set(document["panel"])
        ranks = {row.pseudonym: row.rank for row in rows if row.stage == Stage.ALTERNATE}
        assert [name for name, _ in sorted(ranks.items(), key=lambda item: item[1])] == document["alternates"]
        assert [fact.detail for fact in facts(act, Kind.DRAW_FIXED)] == [document["commitment"]]
        assert len(facts(act, Kind.DRAW_DONE)) == 1
        assert "woman" not in json.dumps({name: told for name, told in document.items() if name != "quotas"})
        for again in (lambda: draws.fall(act, draw, "317"), lambda: draws.void(act, draw, "Raté")):
            with pytest.raises(draws.DrawOver):
                again()
    path = tmp_path / "draw.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    replay = subprocess.run([sys.executable, "-I", SCRIPT, path, "--commitment", document["commitment"]], capture_output=True, check=False)
    assert replay.returncode == 0, replay.stdout


def test_a_seat_that_falls_free_goes_to_the_next_in_line(world: World, drawn: UUID) -> None:
    with world.act() as act:
        memberships = act.session.scalars(select(Membership)).all()
        committees.decline(act, memberships[0])
        seat = act.session.get_one(committees.Seat, memberships[0].seat_id)
        called = draws.call_alternate(act, seat)
        assert called is not None
        assert called.pseudonym == draws.document(act.session.get_one(Draw, drawn))["alternates"][0]
        assert called.stage == Stage.OFFERED
        with pytest.raises(committees.SeatTaken):
            draws.call_alternate(act, seat)


def test_whoever_withdrew_or_was_erased_before_the_fall_is_passed_over(world: World) -> None:
    with world.act() as act:
        set_up(act)
        everyone = candidates(act, 5)
        fixed = draws.fix(act, the_committee(act), [], is_reserved=True).id
        for gone in everyone[:2]:
            committees.withdraw(act, gone)
        erased = everyone[2].participant_id
    with world.act() as act:
        rights.erase_now(act, act.session.get_one(Participant, erased))
    with world.act() as act:
        draw = act.session.get_one(Draw, fixed)
        draws.fall(act, draw, "31625")
        panel = draws.document(draw)["panel"]
        assert len(panel) == 2
        stages = sorted(act.session.scalars(select(Candidacy.stage)))
        assert stages == ["offered", "offered", "withdrawn", "withdrawn"]


def test_a_void_draw_is_an_entry_and_people_stay_on_the_list(world: World) -> None:
    with world.act() as act:
        set_up(act)
        candidates(act, 3)
        draw = draws.fix(act, the_committee(act), [], is_reserved=True)
        with pytest.raises(draws.DrawUnderWay):
            draws.fix(act, the_committee(act), [], is_reserved=True)
        with pytest.raises(draws.VoidReasonMissing):
            draws.void(act, draw, " ")
        draws.void(act, draw, "Une personne manquait sur la liste.")
        assert len(facts(act, Kind.DRAW_VOIDED)) == 1
        assert len(draws.pool(act, the_committee(act), is_reserved=True)) == 3
        assert draws.fix(act, the_committee(act), [], is_reserved=True).id != draw.id


@ON_SQLITE
@pytest.mark.parametrize("fell", ["", "31", "31a", "abc", "1234567", "٣١٦", "un texte choisi après"])
def test_what_is_no_dice_and_no_public_text_draws_nothing(world: World, fell: str) -> None:
    with world.act() as act:
        set_up(act)
        for each in candidates(act, 4):
            participants.tell_about(act, act.session.get_one(Participant, each.participant_id), {"gender": "woman"})
        draw = draws.fix(act, the_committee(act), [Quota("gender", "woman", 0, 2)], is_reserved=True)
        with pytest.raises(draws.DiceWrong):
            draws.fall(act, draw, fell)


def test_no_text_chosen_afterwards_draws_anyone(world: World) -> None:
    """Whoever knows the list could look for a text that draws whom they like: without dice, the source is announced with the fingerprint."""
    with world.act() as act:
        committee = set_up(act)
        candidates(act, 4)
        draw = draws.fix(act, committee, [], is_reserved=True)
        for fell in ("tirage du 3 juin", "316", "3162a"):
            with pytest.raises(draws.DiceWrong):
                draws.fall(act, draw, fell)
        draws.void(act, draw, "Pas de dés dans la salle.")
        with pytest.raises(draws.SourceMissing):
            draws.fix(act, committee, [], is_reserved=True, source=draws.Source("loto", 6))
        with pytest.raises(draws.SourceMissing):
            draws.fix(act, committee, [], is_reserved=True, source=draws.Source("La loterie du 3 juin", 1))
        other = draws.fix(act, committee, [], is_reserved=True, source=draws.Source("La loterie  du 3 juin", 6))
        assert (other.source, other.commitment != draw.commitment) == ("La loterie du 3 juin", True)
        for fell in ("31625", "041123313844", "04 11 23 31 38", "4 11 23 31 38 44 7", "quatre onze"):
            with pytest.raises(draws.PublicTextWrong):
                draws.fall(act, other, fell)
        draws.fall(act, other, "\u200b44-11 23,  38 31 ０4\n")
        assert draws.document(other)["source"] == "La loterie du 3 juin"
        assert other.public_random == "4 11 23 31 38 44", "however it is copied, it draws the same people"


def test_look_says_what_a_draw_would_be(world: World) -> None:
    with world.act() as act:
        committee = set_up(act)
        assert draws.look(act, committee, [], is_reserved=True).selection is None
        for place, each in enumerate(candidates(act, 4)):
            about = {"gender": "woman"} if place == 0 else {}
            participants.tell_about(act, act.session.get_one(Participant, each.participant_id), about)
        look = draws.look(act, committee, [Quota("gender", "woman", 0, 0)], is_reserved=True)
        assert (look.people, look.seats, look.hopeless, look.least) == (4, 2, 1, 0)
        assert look.said["gender"] == {"woman": 1, "": 3}


def test_a_group_proposes_someone_and_it_is_recorded_as_that(world: World) -> None:
    with world.act() as act:
        committee = set_up(act)
        with pytest.raises(committees.GroupMissing):
            committees.nominate(act, committee, holder(act), LIVED, " ")
        candidacy = committees.nominate(act, committee, holder(act), LIVED, "Maison du coin")
        committees.called(act, candidacy)
        assert candidacy not in draws.pool(act, committee, is_reserved=True)
        membership = committees.offer(act, draws.vacant(act, committee, is_reserved=True)[0], candidacy, Way.WELCOMED)
        assert (membership.way, membership.nominated_by) == (Way.NOMINATED, "Maison du coin")


def test_terms_do_not_overlap_and_a_renewal_follows_with_the_same_status(world: World) -> None:
    with world.act() as act:
        committee = set_up(act)
        membership = seated(act)
        seat = act.session.get_one(committees.Seat, membership.seat_id)
        with pytest.raises(committees.SeatTaken):
            committees.offer(act, seat, candidates(act, 1)[0], Way.WELCOMED)
        with pytest.raises(committees.SeatInUse):
            committees.remove_seat(act, seat)
        second = committees.renew(act, membership)
        assert (second.starts_on, second.status, second.way) == (membership.ends_on + timedelta(days=1), Status.TODAY, Way.RENEWED)
        with pytest.raises(committees.SeatTaken):
            committees.renew(act, membership)
        of_clsc = next(place.seat for place in committees.places(act, committee) if place.seat.institution)
        committees.seat_institution(act, of_clsc, date(2026, 1, 1), date(2027, 1, 1))
        with pytest.raises(committees.SeatTaken):
            committees.seat_institution(act, of_clsc, date(2026, 6, 1), date(2028, 1, 1))
        with pytest.raises(committees.TermTooShort):
            committees.seat_institution(act, of_clsc, date(2028, 6, 1), date(2028, 1, 1))
        ending = [each.id for each, _ in committees.ending_soon(act.session, ["A01"], date(2028, 4, 1))]
        assert membership.id not in ending, "its renewal follows"
        first_id, second_id = membership.id, second.id
    world.later(days=731)
    world.work()
    with world.act() as act:
        first = act.session.get_one(Membership, first_id)
        assert first.left_on == first.ends_on
        assert [each.id for each in committees.members(act.session, first.committee_id, act.day)] == [second_id]


def test_a_member_who_is_erased_leaves_a_seat_and_no_trace(world: World) -> None:
    with world.act() as act:
        set_up(act)
        committees.add_seats(act, the_committee(act), 2, is_reserved=False)
        membership = seated(act)
        committees.show(act, membership, "Camille")
        committees.welcome_member(act, membership, name="Camille", buddy="Jo")
        person, id = membership.participant_id, membership.id
    with world.act() as act:
        rights.erase_now(act, act.session.get_one(Participant, person))
    world.work()
    with world.act() as act:
        kept = act.session.get_one(Membership, id)
        assert (kept.participant_id, kept.status, kept.name, kept.shown, kept.buddy, kept.fact) == (None, None, None, "", "", None)
        assert kept.left_on == act.day
        assert len(draws.vacant(act, the_committee(act), is_reserved=True)) == 2
        assert list(ledger.verify(act.session, world.at, participants.person_keys(act.session))) == []


def test_two_who_are_one_keep_one_wish(world: World) -> None:
    with world.act() as act:
        set_up(act)
        kept, gone = candidates(act, 2)
        people = [act.session.get_one(Participant, each.participant_id) for each in (kept, gone)]
        rights.join_people(act, *people)
        kept_id = people[0].id
    with world.act() as act:
        assert [each.participant_id for each in committees.candidacies(act.session, the_committee(act).id)] == [kept_id]


def test_what_was_asked_is_forgotten_with_the_wish(world: World) -> None:
    with world.act() as act:
        set_up(act)
        (candidacy,) = candidates(act, 1)
        id, person = candidacy.id, act.session.get_one(Participant, candidacy.participant_id)
        (told,) = rights.my_data(act, person)["seats"]
        assert (told["needs"]["supports"], told["reach"]["number"]) == (("ride",), HERE.number)
        committees.withdraw(act, candidacy)
        assert (candidacy.needs, candidacy.reach) == (None, None)
    world.later(days=400)
    world.work()
    with world.act() as act:
        assert act.session.get(Candidacy, id) is None


def test_a_seat_is_asked_for_once_and_again_with_other_needs(world: World) -> None:
    with world.act() as act:
        committee = set_up(act)
        person = holder(act)
        first = committees.ask(act, committee, person, LIVED)
        second = committees.ask(act, committee, person, Wish(Needs(children=12, more=" un lit "), Reach(how="Par Jo")))
        assert first.id == second.id
        assert committees.needs_of(second) == Needs(("care",), 9, "un lit")
        with pytest.raises(committees.ReachMissing):
            committees.ask(act, committee, holder(act), Wish())
        committee.is_welcoming = False
        with pytest.raises(committees.NotWelcoming):
            committees.ask(act, committee, holder(act), LIVED)


WRONG = [
    ({"code": "LOGIS"}, committees.KeywordTaken),
    ({"code": "BSL"}, committees.KeywordTaken),
    ({"code": "À B"}, committees.KeywordTaken),
    ({"level": 7}, committees.LevelUnknown),
    ({"type": "M4"}, committees.LevelUnknown),
    ({"call_within": 0}, committees.CallDelay),
    ({"texts": TEXTS | {"mandate": {"fr": " "}}}, committees.WordsMissing),
    ({"texts": TEXTS | {"short": {"fr": "comité rôle"}}}, committees.ShortNameCosts),
    ({"texts": TEXTS | {"short": {"fr": "aide sociale"}}}, committees.ShortNameGivesAway),
]


@ON_SQLITE
@pytest.mark.parametrize(("differs", "refusal"), WRONG, ids=lambda value: str(value)[:30])
def test_what_a_committee_cannot_be(world: World, differs: dict[str, object], refusal: type[Refusal]) -> None:
    with world.act() as act:
        set_up(act)
        with pytest.raises(refusal):
            set_up(act, **({"code": "AUTRE"} | differs))


def test_a_quorum_fits_its_seats(world: World) -> None:
    with world.act() as act:
        committee = set_up(act)
        given = {"code": "LOGIS", "type": "M2", "level": 3, "rule": "", "texts": TEXTS, "committee": committee}
        committees.write_committee(act, "A01", **given, quorum=3, quorum_reserved=2)
        for quorum, reserved in ((4, 1), (3, 3), (1, 2)):
            with pytest.raises(committees.QuorumTooHigh):
                committees.write_committee(act, "A01", **given, quorum=quorum, quorum_reserved=reserved)
        for number in (0, 38):
            with pytest.raises(committees.TooManySeats):
                committees.add_seats(act, committee, number, is_reserved=True)


def test_nothing_of_a_candidate_is_readable_in_the_database(world: World) -> None:
    with world.act() as act:
        set_up(act)
        candidates(act, 1, Wish(Needs(more="Un fauteuil roulant"), Reach(name="Dominique", number="+14185550177"), Status.TODAY))
    with world.db.read() as session:
        (row,) = session.execute(select(Candidacy.__table__)).all()
        shown = " ".join(str(value) for value in row)
        assert not any(word in shown for word in ("fauteuil", "Dominique", "5550177"))
        assert isinstance(row.id, UUID)


def test_an_offer_that_is_over_takes_no_yes(world: World) -> None:
    with world.act() as act:
        set_up(act)
        (candidacy,) = candidates(act, 1)
        seat = draws.vacant(act, the_committee(act), is_reserved=True)[0]
        id = committees.offer(act, seat, candidacy, Way.WELCOMED).id
    world.later(days=11)
    with world.act() as act, pytest.raises(committees.OfferOver):
        committees.accept(act, act.session.get_one(Membership, id))


def test_a_page_left_open_offers_nothing_to_who_withdrew_and_no_second_seat(world: World) -> None:
    with world.act() as act:
        set_up(act)
        gone, twice = candidates(act, 2)
        first, second = draws.vacant(act, the_committee(act), is_reserved=True)
        committees.withdraw(act, gone)
        with pytest.raises(committees.NoLongerAsks):
            committees.offer(act, first, gone, Way.WELCOMED)
        committees.offer(act, first, twice, Way.WELCOMED)
        with pytest.raises(committees.NoLongerAsks):
            committees.offer(act, second, twice, Way.WELCOMED)
        with pytest.raises(committees.SeatOfAnyone):
            committees.seat_institution(act, second, act.day, act.day + timedelta(days=9))


def test_leaving_ends_the_term_to_come_and_what_was_shown(world: World) -> None:
    with world.act() as act:
        set_up(act)
        committees.add_seats(act, the_committee(act), 2, is_reserved=False)
        membership = seated(act)
        committees.show(act, membership, "Marie")
        later = committees.renew(act, membership)
        committees.leave(act, membership)
        act.session.refresh(later)
        assert (later.left_on, later.shown) == (act.day, "")


def test_one_person_cannot_stop_a_draw_that_fell(world: World) -> None:
    with world.act() as act:
        set_up(act)
        people = candidates(act, 5)
        draw = draws.fix(act, the_committee(act), [], is_reserved=True)
        for each in people:
            participants.declare(act, act.session.get_one(Participant, each.participant_id), Status.SILENT)
        still = act.session.get_one(Participant, people[0].participant_id)
        participants.declare(act, still, Status.TODAY)
        draws.fall(act, draw, "31415")
        assert draw.drawn_at is not None
        offered = act.session.scalars(select(Membership).where(Membership.starts_on.is_(None))).all()
        assert [each.participant_id for each in offered] == [still.id]


@ON_SQLITE
@pytest.mark.parametrize("year", ["9999-10000", "0000-0001", "²²²²-1", "2026-2028", "x"])
def test_a_year_that_is_none_is_not_found(world: World, year: str) -> None:
    assert world.browser().get(f"/reports/target/{year}").status_code == 404


def test_a_name_that_would_say_why_someone_sits_is_not_shown(world: World) -> None:
    with world.act() as act:
        committee = set_up(act)
        membership = seated(act)
        with pytest.raises(committees.NamesNotShown):
            committees.show(act, membership, "Camille")
        committees.add_seats(act, committee, 1, is_reserved=False)
        with pytest.raises(committees.NamesNotShown):
            committees.show(act, membership, "Camille")
        committees.add_seats(act, committee, 1, is_reserved=False)
        committees.show(act, membership, "Camille")
        assert membership.shown == "Camille"


def test_while_a_draw_is_fixed_no_such_seat_is_offered(world: World) -> None:
    with world.act() as act:
        committee = set_up(act, reserved=1)
        everyone = candidates(act, 3)
        everyone[0].stage, everyone[0].rank = Stage.ALTERNATE, 1
        draw = draws.fix(act, committee, [], is_reserved=True)
        seat = draws.vacant(act, committee, is_reserved=True)[0]
        for offered in (lambda: draws.call_alternate(act, seat), lambda: committees.offer(act, seat, everyone[1], Way.WELCOMED)):
            with pytest.raises(committees.DrawUnderWay):
                offered()
        draws.void(act, draw, "Pas de dés.")
        assert everyone[0].rank == 1, "a void draw takes nobody's place in the line"
        assert draws.call_alternate(act, seat) is everyone[0]


def test_a_committee_that_ends_leaves_nothing_open(world: World) -> None:
    with world.act() as act:
        committee = set_up(act, reserved=4)
        member = seated(act)
        waiting, offered, _ = candidates(act, 3)
        offer = committees.offer(act, draws.vacant(act, committee, is_reserved=True)[0], offered, Way.WELCOMED)
        starts_at = act.at + timedelta(days=9)
        agenda = {"agenda": {"fr": "De quoi parler."}}
        meeting = committees.meetings.call_meeting(
            act, committee, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), place="Salle 1", texts=agenda
        )
        for _ in range(2):
            committees.end_committee(act, committee)
        assert (member.left_on, offer.left_on, meeting.cancelled_on, committee.ended_on) == (act.day,) * 4
        assert {waiting.stage, offered.stage} == {Stage.WITHDRAWN}
        with pytest.raises(committees.MeetingOver):
            committees.meetings.call_meeting(
                act, committee, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), place="Salle 2", texts=agenda, meeting=meeting
            )


def test_asking_again_after_the_call_keeps_ones_name_and_comes_of_oneself(world: World) -> None:
    with world.act() as act:
        committee = set_up(act)
        person = holder(act)
        first = committees.nominate(act, committee, person, Wish(reach=Reach("Camille", "+14185550160")), "Maison du coin")
        committees.called(act, first)
        again = committees.ask(act, committee, person, Wish(Needs((Support.MEAL,)), Reach(number="+14185550161")))
        assert (again.id, again.stage, again.nominated_by) == (first.id, Stage.READY, "")
        assert committees.reach_of(again) == Reach("Camille", "+14185550161")
        assert committees.needs_of(again).supports == ("meal",)


def test_having_left_follows_what_one_agrees_to(world: World) -> None:
    with world.act() as act:
        set_up(act)
        membership = seated(act)
        person = act.session.get_one(Participant, membership.participant_id)
        committees.leave(act, membership)
        rights.answer(act, person, status=None, consents={ConsentKind.COUNT: False})
        reversed_ones = {each.reverses_id for each in facts(act, Kind.REVERSED)}
        assert [each.person_id for each in facts(act, Kind.SEAT_LEFT) if each.id not in reversed_ones] == [None]


def test_figures_of_committees_count_only_whoever_agrees(world: World) -> None:
    year = date(2026, 4, 1), date(2027, 3, 31)
    with world.act() as act:
        set_up(act)
        membership = seated(act)
        assert reports.indicators(act.session, "A01", *year).filled == 1
        person = act.session.get_one(Participant, membership.participant_id)
        rights.answer(act, person, status=None, consents={ConsentKind.COUNT: False})
        assert reports.indicators(act.session, "A01", *year).filled == 0


def test_twelve_months_in_two_terms_are_twelve_months(world: World) -> None:
    with world.act() as act:
        set_up(act)
        membership = seated(act)
        act.session.get_one(committees.Seat, membership.seat_id).term_months = 6
        membership.ends_on = committees.months_later(act.day, 6)
        committees.renew(act, membership)
    world.later(days=200)
    committees.end_terms(world.db, world.at)
    world.later(days=170)
    with world.act() as act:
        told = reports.indicators(act.session, "A01", date(2027, 4, 1), date(2028, 3, 31))
        assert told.still_there == (1, 1)
        assert not reports.indicators(act.session, "A01", date(2026, 4, 1), date(2027, 3, 31)).reasons
