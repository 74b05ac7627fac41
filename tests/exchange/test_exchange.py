"""Files in and out: the same bytes after a round trip, every bad line named, nothing half done, and proposals of other platforms."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from engage import committees, exchange, governance, projects, territory, voting
from engage.exchange import Outcome, Scope
from engage.exchange.plaintext import plain_text, shortened
from engage.governance import Agreement, partners, register
from engage.kernel.act import Act
from engage.kernel.cells import as_written, harmless
from engage.kernel.words import DRAFT, Wordings
from engage.phone import means_already
from engage.projects import Money, Plan, Project, ProjectState
from engage.territory import Territory
from engage.voting import BallotKind, Door, Stage
from tests.conftest import ON_SQLITE
from tests.world import SHUTTLE, World, set_up, the_committee

HERE = Path(__file__).parent
A01 = Scope(["A01"], means_already)
HEAD = "code,title,short,summary,organisation"
GARDEN = "JARDIN,Un jardin,jardin,Des légumes pour tous.,Le groupe"


def bring(act: Act, text: str | bytes, kind: str = "projects", scope: Scope = A01, **how: object) -> Outcome:
    content = text if isinstance(text, bytes) else text.encode()
    return exchange.bring(within(act), kind, io.BytesIO(content), scope, **how)


@contextmanager
def within(act: Act) -> Iterator[Act]:
    with act.session.begin_nested():
        yield act


def told(outcome: Outcome, language: str = "fr") -> list[str]:
    return [each.sentence(language) for each in outcome.faults]


def written(act: Act, kind: str, scope: Scope = A01) -> str:
    return "".join(exchange.written(act, kind, scope))


def draft(act: Act, code: str = "PRET", **differs: object) -> voting.Consultation:
    given = {
        "code": code, "question": {"fr": "Quoi?"}, "why": {"fr": "Pour voir."}, "door": Door.OPEN, "closes_at": act.at + timedelta(days=21)
    }  # fmt: skip
    return voting.draft_consultation(act, "A01", **(given | differs))


def fill(act: Act) -> None:
    """Something of every kind, with what a spreadsheet would run, quotes and line breaks."""
    texts = SHUTTLE | {"title": {"fr": "=HYPERLINK(1)", "en": "'@x"}, "summary": {"fr": 'Un "bus"; le soir.\nPour tous.'}}
    money = Money(20_000, 20_000, 5_000, date(2026, 4, 2))
    plan = Plan("+Maison", ProjectState.UNDER_WAY, "social", "", None, True, date(2026, 5, 1), None, True)
    projects.write_project(act, "A01", code="NAVETTE", texts=texts, plan=plan, money=money)
    partners.add(act, "A01", name="-CDC", kind="cdc", collaboration="money", commitment="2 salles, 1 repas")
    partners.add(act, "A01", name="-CDC", kind="cdc", collaboration="services")
    draft(act)
    islands = act.session.get_one(Territory, "010")
    islands.name, islands.population = "Les Îles", 13_000
    agreement = act.session.get_one(Agreement, "A01")
    register.write_step(act, agreement, register.StepKind.SIGNED, date(2024, 4, 2), signatories=[register.Signatory.BODY])
    register.cover(act, agreement, ["100", "070"], date(2024, 5, 1), "crdbsl.org")


def seats(act: Act, *, filled: bool) -> None:
    """A committee; filled, with seats of which one was taken away, and an organisation's term."""
    if not filled:
        set_up_empty(act)
        return
    committee = set_up(act)
    committees.remove_seat(act, committees.seats(act, committee.id)[1])
    (place,) = (each for each in committees.places(act, committee) if each.seat.institution)
    committees.seat_institution(act, place.seat, date(2026, 1, 1), date(2027, 12, 31))


def set_up_empty(act: Act) -> None:
    committee = set_up(act)
    for seat in committees.seats(act, committee.id):
        act.session.delete(seat)
    act.session.flush()


KINDS = tuple(exchange.KINDS)


def test_what_goes_out_comes_back_into_an_empty_copy_byte_for_byte(world: World) -> None:
    with world.act() as act:
        savepoint = act.session.begin_nested()
        fill(act)
        seats(act, filled=True)
        out = {kind: written(act, kind, A01 if kind != "options" else Scope(["A01"], means_already, "PRET")) for kind in KINDS}
        savepoint.rollback()
        act.session.expire_all()
    assert "'=HYPERLINK" in out["projects"]
    with world.act() as act:
        draft(act, options=())
        seats(act, filled=False)
        for kind in ("territories", "agreements", "projects", "partners", "members", "options"):
            scope = A01 if kind != "options" else Scope(["A01"], means_already, "PRET")
            brought = bring(act, out[kind], kind, scope, keep=True)
            assert (told(brought), brought.is_kept) == ([], True), kind
            assert written(act, kind, scope) == out[kind]
            again = bring(act, out[kind], kind, scope)
            assert (again.added, again.changed) == ([], []), kind
            assert again.unchanged == len(out[kind].strip().split("\r\n")) - 1


def test_a_trial_says_what_would_change_and_keeps_nothing(world: World) -> None:
    world.project()
    with world.act() as act:
        before = written(act, "projects")
        text = f"{HEAD}\r\n{GARDEN}\r\nnavette,La navette,navette du soir,Un petit bus passe le soir dans 4 villages.,Maison du coin\r\n"
        tried = bring(act, text)
        assert (tried.added, tried.changed, tried.unchanged) == (["JARDIN"], ["NAVETTE (title)"], 0)
        assert (tried.is_kept, written(act, "projects")) == (False, before)
        kept = bring(act, text, keep=True)
        assert kept.is_kept
        navette = projects.by_code(act.session, "NAVETTE")
        texts = Wordings(act.session, [navette.id])
        assert texts.text(navette.id, "title", "fr") == "La navette"
        assert (navette.granted, navette.state) == (20_000, ProjectState.UNDER_WAY), "columns that are not there change nothing"


def test_every_bad_line_is_named_in_words_and_nothing_is_half_done(world: World) -> None:
    world.project()
    lines = {
        3: "DEUX,,court,Un mot.,Groupe", 5: "BSL,Un vote,vote,Un mot.,Groupe", 6: "TROIS,Trois,trois,Un mot.,Groupe,fini",
        7: "QUATRE,Quatre,quatre,Un mot.,Groupe,,2026-13-01", 8: "CINQ,Cinq,cinq,Un mot.,Groupe,,,dix",
        9: f"SIX,{'x' * 81},six,Un mot.,Groupe", 10: "BANC2,Encore,encore,Un mot.,Groupe", 11: "SEPT,Sept,sept,La concertation.,Groupe,studied",
        12: "HUIT,Huit,huit,Un mot.,Groupe,,,,,trop", 13: "un mot,Neuf,neuf,Un mot.,Groupe", 14: "DIX,Dix,dix,Un\0mot.,Groupe",
        15: f"ONZE,Onze,onze,{'x' * 100_001},Groupe",
    }  # fmt: skip
    text = [f"{HEAD},state,starts_on,asked", *(lines.get(line, f"BANC{line},Un,un,Un mot.,Groupe") for line in range(2, 17))]
    with world.act() as act:
        outcome = bring(act, "\n".join(text), keep=True)
        assert [sentence.split(":")[0] for sentence in told(outcome)] == [f"Ligne {line}" for line in lines]
        assert "«title» est vide" in told(outcome)[0]
        assert "«fini»" in told(outcome)[2]
        assert "The column “starts_on” contains “2026-13-01”. Write a day such as 2027-03-31." in told(outcome, "en")[3]
        assert "81 signes, 80 au plus" in told(outcome)[5]
        assert "comme la ligne 2" in told(outcome)[6]
        assert "concertation" in told(outcome)[7]
        assert act.session.scalars(select(Project.code)).all() == ["NAVETTE"]


def test_the_last_refusal_undoes_every_line_before_it(world: World) -> None:
    with world.act() as act:
        projects.fill_envelope(act, "A01", "2026-2027", first_instalment=1_000, grants=0)
        text = f"{HEAD},granted\n{GARDEN},600\nFOUR,Un four,four,Un four à pain.,Nous,600\n"
        outcome = bring(act, text, keep=True)
        assert told(outcome) == ["Ligne 3: Il reste 400 $ dans l’enveloppe de 2026-2027. Ce projet en demande 600 $."]
        assert act.session.scalars(select(Project.id)).all() == []


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + f"{HEAD}\r\n{GARDEN}\r\n".encode(),
        f"{HEAD}\n{GARDEN}".replace(",", ";").encode(),
        f"{HEAD}\n\n{GARDEN}\n,,,,\n".replace(",", "\t").encode(),
        f"{HEAD}\n{GARDEN}\n".replace(",", ";").encode("cp1252"),
        f'{HEAD}\nJARDIN,Un jardin,jardin,"Des légumes, pour tous",Le groupe'.encode(),
    ],
    ids=["mark", "semicolons", "tabs", "windows", "quotes"],
)
@ON_SQLITE
def test_a_file_may_come_as_spreadsheets_write_it(world: World, content: bytes) -> None:
    with world.act() as act:
        outcome = bring(act, content)
        assert (told(outcome), outcome.added) == ([], ["JARDIN"])
        assert bool(outcome.remarks) == (b"\xe9" in content)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Ce fichier est vide."),
        (b"\n", "Ce fichier est vide."),
        (b"PK\x03\x04\x14\x00\x08", "n’est pas un CSV"),
        ("code,title\n".encode("utf-16"), "n’est pas un CSV"),
        (b"\x00" * 200_000, "n’est pas un CSV"),
        (b"code;title;summary\n1;2;3", "Il manque des colonnes: organisation."),
        (f"{HEAD},couleur\n".encode(), "ne sont pas connues: couleur."),
        (f"{HEAD},title\n".encode(), "«title» est là deux fois"),
        (f'{HEAD}\n"JARDIN,Un\nX,Y\n'.encode(), "Ligne 2: Les guillemets"),
        (f"{HEAD}\nÉ,Un\n".encode() + b"\xe9,Deux\n", "Ligne 3: Les lettres"),
        (f'{HEAD}\nA01A,"Un\njardin",jardin,Rien.,Nous\nDEUX,,,,\n'.encode(), "Ligne 3 (4 dans un éditeur de texte): La colonne «title»"),
        (f"{HEAD}\n{GARDEN}\n{GARDEN.replace('JARDIN', 'DEUX')}\n{GARDEN.replace('JARDIN', 'TROIS')}".encode(), "plus de 2 lignes"),
    ],
    ids=range(12),
)
@ON_SQLITE
def test_what_is_wrong_with_a_file_is_said(world: World, content: bytes, sentence: str) -> None:
    with world.act() as act:
        assert sentence in " ".join(told(bring(act, content, keep=True, most=2)))
        assert act.session.scalars(select(Project.id)).all() == []


@ON_SQLITE
def test_fifty_thousand_lines_and_one_that_is_wrong(world: World, tmp_path: Path) -> None:
    long = tmp_path / "partners.csv"
    with long.open("w") as file:
        file.write("name,kind,collaboration\n")
        file.writelines(f"Groupe {line},{'personne' if line == 31_415 else 'community'},services\n" for line in range(2, 50_002))
    seen: list[float] = []
    with world.act() as act, long.open("rb") as file:
        outcome = exchange.bring(within(act), "partners", file, A01, keep=True, seen=seen.append)
        assert [sentence[:44] for sentence in told(outcome)] == ["Ligne 31415: La colonne «kind» contient «per"]
        assert partners.of_agreement(act.session, "A01") == []
        assert seen == sorted(seen)
        assert len(outcome.added) == 49_999


@given(st.text())
def test_no_cell_is_run_by_a_spreadsheet_and_none_is_lost(cell: str) -> None:
    assert harmless(cell)[:1] not in ("=", "+", "-", "@", "\t", "\r")
    assert as_written(harmless(cell)) == cell


def test_a_file_stays_within_its_agreements(world: World) -> None:
    world.project()
    with world.act() as act:
        elsewhere = Scope(["A02"], means_already)
        assert "A01" in told(bring(act, f"agreement,{HEAD}\nA01,{GARDEN}\n", scope=elsewhere))[0]
        taken = bring(act, f"{HEAD}\nNAVETTE,Un jardin,jardin,Des légumes.,Nous\n", scope=elsewhere)
        assert "déjà pris" in told(taken)[0]
        both = Scope(["A01", "A02"], means_already)
        moved = bring(act, f"agreement,{HEAD}\nA02,NAVETTE,Un jardin,jardin,Des légumes.,Nous\n", scope=both)
        assert "autre entente" in told(moved)[0]
        assert "dans un texto" in told(bring(act, f"{HEAD}\nARRET,Un jardin,jardin,Des légumes.,Nous\n"))[0]
        assert "Il manque des colonnes: agreement" in told(bring(act, f"{HEAD}\n{GARDEN}\n", scope=both))[0]
        assert bring(act, f"agreement,{HEAD}\nA02,{GARDEN}\n", scope=both, keep=True).is_kept


def test_seats_come_in_and_who_sits_there_never_goes_out(world: World) -> None:
    with world.act() as act:
        set_up(act)
        head = "committee,seat,reserved,institution,starts_on,ends_on"
        good = f"{head}\nLOGIS,4,oui,,,\nLOGIS,9,0,Ville,2026-01-01,2027-01-01\n"
        assert bring(act, good, "members", keep=True).added == ["LOGIS 4", "LOGIS 9"]
        assert [seat.number for seat in committees.seats(act, the_committee(act).id)] == [1, 2, 3, 4, 9]
        for line, why in (
            ("LOGIS,1,0,,,", "ne change ni"),
            ("LOGIS,10,1,Ville,,", "«reserved» contient «1»"),
            ("LOGIS,10,1,,2026-01-01,2027-01-01", "pour une personne"),
            ("LOGIS,10,0,Ville,2026-01-01,", "un début et une fin"),
            ("LOGIS,5,1,,,", "Prenez 10 ou plus"),
            ("AUTRE,1,1,,,", "«AUTRE»"),
            ("LOGIS,9,0,Ville,2026-06-01,2028-01-01", "déjà occupée"),
        ):
            (sentence,) = told(bring(act, f"{head}\n{line}\n", "members", keep=True))
            assert why in sentence, sentence
        assert written(act, "members").splitlines()[0] == "committee,seat,reserved,voting,institution,term_months,starts_on,ends_on"


def test_options_are_those_of_a_draft(world: World) -> None:
    with world.act() as act:
        vote = draft(act, options=())
        head, pret = "number,icon,label,short,explanation,label_en", Scope(["A01"], means_already, "pret")
        text = f"{head}\n1,bus,Le transport en commun,,Des bus le soir.,Public transit\n2,,Le logement,Logement,,\n"
        assert bring(act, text, "options", pret, keep=True).added == ["PRET 1", "PRET 2"]
        assert voting.labels(act.session, vote, "fr") == {1: "Le transport en commun", 2: "Le logement"}
        assert voting.short_labels(act.session, vote, "fr")[1] == "Transport en commun"
        texts = Wordings(act.session, [vote.options[0].id])
        assert texts.status(vote.options[0].id, "label", "en") == DRAFT, "someone who speaks it reads it first"
        for line, why in (
            ("4,,Trop loin,,,", "devrait être 3 au plus"),
            ("3,licorne,Une image,,,", "«licorne»"),
            (f"3,,{'x' * 61},,,", "61 signes"),
        ):
            assert why in told(bring(act, f"{head}\n{line}\n", "options", pret))[0]
        assert "Videz la colonne" in told(bring(act, "number,label,cost\n1,Un,5\n", "options", pret))[0]
        ten = "number,label\n" + "".join(f"{number},Choix {number}\n" for number in range(1, 11))
        assert told(bring(act, ten, "options", pret, keep=True)) == ["Ligne 11: Il faut de 2 à 9 réponses."]
        assert len(vote.options) == 2
        assert "déjà annoncé ou ouvert" in told(bring(act, "number,label\n1,Autre\n", "options", Scope(["A01"], means_already, "BSL")))[0]
        assert "«NON»" in told(bring(act, "number,label\n1,Autre\n", "options", Scope(["A01"], means_already, "NON")))[0]
        budget = draft(act, "BUDGET", options=(), kind=BallotKind.BUDGET, envelope=100)
        assert bring(act, "number,label,cost\n1,Un,5 $\n", "options", Scope(["A01"], means_already, "BUDGET"), keep=True).is_kept
        assert budget.costs == {1: 5}


def test_reference_data_is_corrected_never_turned_over(world: World) -> None:
    every = Scope([each.id for each in world_agreements(world)], means_already)
    with world.act() as act:
        head = "code,name,type,region,population"
        kept = bring(act, f"{head}\n010,Les Îles,TE,11,13 000\n999,Une MRC neuve,MRC,11,\n", "territories", every, keep=True)
        assert (kept.changed, kept.added) == (["010 (name, population)"], ["999"])
        assert "liste officielle" in told(bring(act, f"{head}\n010,Les Îles,MRC,11,\n", "territories", every))[0]
        assert "trois chiffres" in told(bring(act, f"{head}\n1,Ici,MRC,11,\n", "territories", every))[0]
        territory.load(act.session)
        act.session.flush()
        assert act.session.get_one(Territory, "010").name == "Les Îles", "the next start leaves it alone"
        head = "agreement,kind,region,label,signed_on,signed_by,ended_on,territories,covered_since"
        new = f"{head}\nX1,region,01,Entente neuve,2025-04-01,mrc body,2026-04-01,070 100,2025-04-01\n"
        assert bring(act, new, "agreements", every, keep=True).added == ["X1"]
        made = act.session.get_one(Agreement, "X1")
        assert (made.starts_on, made.ends_on) == (date(2025, 4, 1), date(2026, 4, 1))
        assert register.territories(act.session, "X1", date(2025, 5, 1)) == {"070": date(2025, 4, 1), "100": date(2025, 4, 1)}
        every = replace(every, agreements=[*every.agreements, "X1"])
        for line, why in (
            ("X1,city,01,Entente,2025-04-01,body mrc,2026-04-01,070 100,2025-04-01", "liste officielle"),
            ("X1,region,01,Entente,2025-05-01,body mrc,2026-04-01,070 100,2025-04-01", "déjà inscrite au registre"),
            ("x/1,region,01,Entente,,,,,", "de 2 à 8 lettres"),
            ("X2,region,01,Entente,2025-05-01,,,,", "Cochez qui a signé"),
            ("X2,region,01,Entente,,,,070,", "et le jour à partir duquel"),
            ("X2,region,01,Entente,,,,007,2025-05-01", "«007»"),
        ):
            assert why in told(bring(act, f"{head}\n{line}\n", "agreements", every, keep=True))[0], line
        assert "A02" in told(bring(act, f"{head}\nA02,region,02,Entente,,,,,\n", "agreements", A01))[0]


def world_agreements(world: World) -> list[Agreement]:
    with world.db.read() as session:
        return list(governance.agreements(session))


def test_partners_are_added_and_corrected(world: World) -> None:
    with world.act() as act:
        partners.add(act, "A01", name="CDC", kind="cdc", collaboration="money")
        with pytest.raises(partners.PartnerTwice):
            partners.add(act, "A01", name=" CDC", kind="cdc", collaboration="money")
        with pytest.raises(partners.PartnerMissing):
            partners.correct(act, partners.of_agreement(act.session, "A01")[0], kind="x", commitment="")
        outcome = bring(
            act, "name;kind;collaboration;commitment\nCDC;community;money;2 salles\nÉcole;SCHOOL;services;\n", "partners", keep=True
        )
        assert (outcome.added, outcome.changed) == (["A01 École services"], ["A01 CDC money (kind, commitment)"])
        assert [(each.name, each.kind) for each in partners.of_agreement(act.session, "A01")] == [("CDC", "community"), ("École", "school")]


def test_proposals_of_decidim_become_projects_without_their_authors(world: World) -> None:
    content = (HERE / "decidim.csv").read_bytes()
    with world.act() as act:
        outcome = bring(act, content, source="decidim", keep=True)
        assert (told(outcome), outcome.added) == ([], ["D07", "D08"])
        remarks = [each.sentence("fr") for each in outcome.remarks]
        assert any("concertation" in remark for remark in remarks)
        assert any("retirée" in remark for remark in remarks)
        garden = projects.by_code(act.session, "D07")
        texts = Wordings(act.session, [garden.id])
        assert texts.text(garden.id, "title", "fr") == "Un jardin & un four 🌱"
        assert texts.text(garden.id, "summary", "fr") == 'On plante des légumes.\nOn cuit\ndu "bon" pain; tout le monde vient.'
        assert texts.text(garden.id, "title", "en") == "A garden and an oven"
        assert (garden.state, garden.is_public, garden.organisation) == (ProjectState.PROPOSED, False, "Decidim")
        out = written(act, "projects")
        assert not any(name in out for name in ("Tremblay", "Gagnon", "Lou", "profiles"))
        assert bring(act, out, keep=True).unchanged == 2, "what was only proposed comes back though it is not plain"
        again = bring(act, content.replace(b"Un <b>jardin", b"Mon <b>jardin"), source="decidim", keep=True)
        assert (again.added, again.changed, again.unchanged) == ([], [], 2), "what the table made of it since is left alone"


def test_proposals_of_consul_become_options_of_a_draft(world: World) -> None:
    content = (HERE / "consul.csv").read_bytes()
    with world.act() as act:
        vote, pret = draft(act, options=()), Scope(["A01"], means_already, "PRET")
        outcome = bring(act, content, "options", pret, source="consul", keep=True)
        assert (told(outcome), outcome.added) == ([], ["PRET 1", "PRET 2"])
        assert voting.labels(act.session, vote, "fr") == {1: "Des bancs, partout", 2: "Un toit pour l'arrêt"}
        texts = Wordings(act.session, [option.id for option in vote.options])
        assert texts.text(vote.options[0].id, "explanation", "fr") == "Un banc à chaque coin de rue."
        assert texts.text(vote.options[1].id, "explanation", "fr") == "L'arrêt du bus n'a pas de toit. 🚌"
        assert bring(act, content, "options", pret, source="consul").unchanged == 2
        assert vote.stage == Stage.DRAFT


@ON_SQLITE
def test_what_is_wrong_with_proposals_is_said_by_line(world: World) -> None:
    with world.act() as act:
        head = "id;title/fr;body/fr"
        lines = ["x;Un titre;Un texte", f"5;{'long ' * 20};Un texte", "6;Un titre;", f"77;Un titre;{'Un mot. ' * 100}"]
        outcome = bring(act, "\n".join([head, *lines]), source="decidim", keep=True)
        why = ("«id» contient «x»", "99 signes, 80 au plus", "en français")
        assert all(part in sentence for part, sentence in zip(why, told(outcome), strict=True)), told(outcome)
        assert [each.sentence("fr") for each in outcome.remarks] == ["Ligne 5: Ce texte est coupé à 600 signes. Relisez-le."]
        assert "«title/fr»" in told(bring(act, "id,name\n1,x\n", source="decidim"))[0]
        assert "ou les réponses" in told(bring(act, "id,title,summary\n1,x,y\n", "partners", source="consul"))[0]
        draft(act)
        assert "de quel vote" in told(bring(act, "id,title,summary\n1,x,y\n", "options", source="consul"))[0]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("Rien à enlever: 3 < 4 & 5.", "Rien à enlever: 3 < 4 & 5."),
        ("<p>Un</p><p>Deux &eacute;t&eacute;s&nbsp;ici</p>", "Un\nDeux étés ici"),
        ("<style>p {}</style><ul><li>Un</li>\n<li>Deux</li></ul>", "Un\nDeux"),
        ("Un<br>deux<a href='x'>trois</a>", "Un\ndeuxtrois"),
        ("<p>mal fermé <b>gras", "mal fermé gras"),
    ],
)
def test_html_becomes_plain_text(html: str, text: str) -> None:
    assert plain_text(html) == text


@given(st.text(), st.integers(2, 50))
def test_a_text_that_is_cut_is_short_enough_and_begins_the_same(text: str, longest: int) -> None:
    cut = shortened(text, longest)
    assert len(cut) <= longest
    assert text.startswith(cut.removesuffix("…"))


def test_a_text_is_cut_after_a_sentence_or_a_word() -> None:
    assert shortened("Une phrase. Une autre plus longue.", 20) == "Une phrase."
    assert shortened("Un mot et encore un mot", 12) == "Un mot et…"
