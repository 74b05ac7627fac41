"""Poster, handout and result for the wall: accessible, true to the vote, and never over their page."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import page
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engage import governance, voting
from engage.kernel.paper import pdf
from engage.kernel.plain import reading
from engage.messaging import measure
from engage.staff import Role, Staff
from engage.voting import BallotKind, Door, GraveKind, Proposed
from engage.web import wall
from engage.web.staff import prints
from tests.conftest import ON_SQLITE
from tests.printed import seen, squeezed, words
from tests.world import PERSON, SITE, TABLE, World, found

KINDS = ["poster", "handout"]
LABELS = ["Le logement", "Les loisirs", "La nourriture", "L’école", "L’emploi", "L’itinérance", "L’accès pour tous", "Le respect"]
LONG = "Un centre de jour ouvert à tous, chaque jour et chaque nuits"
QUESTION = ("Que devons-nous faire d’abord pour que chaque personne d’ici ait un toit sûr, de quoi manger, " * 3)[:199] + "?"


pytestmark = ON_SQLITE


@pytest.fixture(autouse=True)
def nothing_drawn_before() -> None:
    wall._drawn.cache_clear()


def address(world: World, code: str = "BSL") -> str:
    with world.act() as act:
        return f"/staff/prints/{found(act, code).id}"


def printed(world: World, kind: str, code: str = "BSL", lang: str = "fr") -> bytes:
    answer = world.staff(Role.ORGANISER, email=f"{kind}{code}{lang}@example.org").get(f"{address(world, code)}/{kind}.pdf?lang={lang}")
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    return answer.data


def is_whole(document: bytes, pages: int = 1) -> None:
    report = page.validate_pdf_bytes(document, profile=page.ValidationProfile.PDF_UA_1)
    assert report.is_compliant, [failure.message for failure in report.failures]
    assert report.document.page_count == pages


def vote(world: World, code: str, **differs: Any) -> None:
    """An open vote, unlike the usual one in what is given."""
    with world.act() as act:
        usual: dict[str, Any] = {
            "question": dict.fromkeys(("fr", "en"), "Quoi faire d’abord?"),
            "why": dict.fromkeys(("fr", "en"), "Pour notre plan."),
            "door": Door.CODED,
            "closes_at": world.at + timedelta(days=21),
            "level": 2,
        }
        voting.open_consultation(act, voting.draft_consultation(act, "A01", code=code, **usual | differs))


def project(icon: str, name: str, cost: int) -> Proposed:
    both, short = dict.fromkeys(("fr", "en"), name), dict.fromkeys(("fr", "en"), name[:12])
    return Proposed(icon, "", both, short, {}, cost)


def budget(world: World) -> None:
    projects = [project("sun", "Des bancs", 12_000), project("music", "Une scène de musique", 30_000), project("plant", "Un jardin", 8_000)]
    vote(world, "PARC", options=projects, kind=BallotKind.BUDGET, envelope=40_000)


def organiser(world: World) -> tuple[FlaskClient, UUID]:
    browser = world.staff(Role.ORGANISER, email="camille@example.org")
    with world.act() as act:
        return browser, act.session.scalars(select(Staff.id).where(Staff.email == "camille@example.org")).one()


@pytest.mark.parametrize("kind", KINDS)
def test_what_hangs_says_all_that_a_voter_needs(world: World, kind: str) -> None:
    document = printed(world, kind)
    is_whole(document)
    text = words(document)
    for told in (
        "Table du Bas-Saint-Laurent vous demande:",
        "Quelles sont nos 3 priorités?",
        "engage.test/v/BSL",
        "Texto: écrivez BSL au 418 555-0190.",
        "Appelez le 418 555-0190.",
        "appelez le 418 555-0191.",
        "Dernier jour: 25 mai 2026, avant 11 h 00.",
        "14 ans ou plus",
        "Un texto ou un appel peut compter dans votre forfait.",
        "Voter ne change rien à vos prestations.",
        "Votre choix reste secret.",
        "avez-vous manqué d’argent pour l’essentiel, ou été mis de côté?",
        "A: oui, aujourd’hui.",
        "B: oui, avant.",
        "C: non.",
    ):
        assert text.count(squeezed(told)) == KINDS.index(kind) + 1, told


def strings(data: Any) -> list[str]:
    if isinstance(data, str):
        return [data]
    return [
        each
        for value in (data.values() if isinstance(data, dict) else data if isinstance(data, list | tuple) else [])
        for each in strings(value)
    ]


def test_paper_in_french_is_plain(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    def heard(template: str, data: dict[str, Any], pictures: dict[str, bytes]) -> bytes:
        told.append("\n".join(strings(data)))
        return b""

    monkeypatch.setattr(prints, "pdf", heard)
    monkeypatch.setattr(wall, "pdf", heard)
    printed(world, "poster")
    told.append(textareas(world.staff(Role.ORGANISER).get(address(world)).text)["long-fr"])
    world.people("BSL", [[1, 2, 3]] * 14 + [[4]] * 8 + [[1, 9]] * 10 + [[]] * 3)
    world.close()
    world.browser().get("/v/BSL/result.pdf")
    assert len(told) == 3
    for text in told:
        assert reading(re.sub(r"\S+\.(svg|test/\S*)", "", text)).faults() == [], text


@pytest.mark.parametrize("kind", KINDS)
def test_options_stand_in_the_order_of_their_numbers(world: World, kind: str) -> None:
    text = words(printed(world, kind))
    wanted = "".join(squeezed(f"{number}{label}") for number, label in enumerate(LABELS, start=1))
    assert wanted in text


def test_the_square_of_a_whole_page_leads_to_the_vote(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[list[str]] = []

    def drawn(template: str, data: dict[str, Any], pictures: dict[str, bytes]) -> bytes:
        read.append(seen(template, data, pictures))
        return pdf(template, data, pictures)

    monkeypatch.setattr(prints, "pdf", drawn)
    monkeypatch.setattr(wall, "pdf", drawn)
    for kind in KINDS:
        printed(world, kind)
    printed(world, "poster", lang="en")
    world.people("BSL", [[1]] * 12)
    world.close()
    assert world.browser().get("/v/BSL/result.pdf").status_code == 200
    vote = f"{SITE}/v/BSL"
    assert read == [[vote], [vote, vote], [f"{SITE}/en/v/BSL"], [f"{vote}/results"]]


def test_english_is_printed_where_the_vote_offers_it(world: World) -> None:
    text = words(printed(world, "poster", lang="en"))
    for told in (
        "What are our 3 priorities?",
        "Text: send ENGLISH, then BSL, to 418 555-0190.",
        "(before 11:00 a.m.)",
        "B: yes, in the past.",
    ):
        assert squeezed(told) in text, told
    assert "Dernier" not in text
    world.consultation("SEUL", languages=("fr",))
    browser = world.staff(Role.ORGANISER)
    assert "lang=en" not in browser.get(address(world, "SEUL")).text
    for tag in ("en", "xx", "../fr"):
        assert browser.get(f"{address(world, 'SEUL')}/poster.pdf?lang={tag}").status_code == 404


def test_what_english_paper_asks_for_is_answered_in_english(world: World) -> None:
    world.text("ENGLISH")
    assert "What are our 3 priorities?" in world.text("BSL")


def test_channels_left_out_are_not_printed(world: World) -> None:
    world.consultation("MUET", channels=("kiosk",))
    text = words(printed(world, "poster", "MUET"))
    shares = world.staff(Role.ORGANISER).get(address(world, "MUET")).text
    for left_out in ("Texto:", "418555-0190", "Surpapier", "A:oui", "ARRET"):
        assert left_out not in text
    assert "418\xa0555-0190" not in shares
    assert "418 555-0190" not in shares
    assert "Avecdel’aide:appelezle418555-0191." in text


def test_a_table_without_numbers_prints_none(world: World) -> None:
    with world.act() as act:
        governance.describe_table(act, "A01", name="Table d’ici", text_name="Table", text_number="", person_number="")
    text = words(printed(world, "poster"))
    assert "Texto:" not in text
    assert "forfait" not in text
    assert "Surpapier:demandezici." in text
    with world.act() as act:
        governance.describe_table(act, "A01", name="Table d’ici", text_name="Table", text_number=TABLE, person_number=PERSON)


@pytest.mark.parametrize("kind", KINDS)
def test_a_budget_shows_its_costs_and_its_envelope(world: World, kind: str) -> None:
    budget(world)
    document = printed(world, kind, "PARC")
    is_whole(document)
    text = words(document)
    assert "Ilya40000$àpartager." in text
    assert "1Desbancs12000$2Unescènedemusique30000$3Unjardin8000$" in text
    assert "Ilfautunecarteouunnumérodetéléphone." in text


def long_vote(world: World, word: str) -> tuple[str, list[str]]:
    """A vote whose words are as long as they may be, with or without spaces."""
    assert (len(LONG), len(QUESTION)) == (60, 200)
    labels, question = [f"{number}{(word or LONG)[1:]}" for number in range(1, 10)], (word * 4)[:200] or QUESTION
    vote(
        world,
        "LONG",
        question=dict.fromkeys(("fr", "en"), question),
        why=dict.fromkeys(("fr", "en"), "La table prépare son plan pour trois ans. " * 9),
        door=Door.OPEN,
        options=[project("home", label, 1_234_567) for label in labels],
        kind=BallotKind.BUDGET,
        envelope=12_000_000,
        channels=("voice", "paper"),
    )
    return question, labels


@pytest.mark.parametrize("word", ["", "W" * 60], ids=["long", "without a space"])
def test_the_longest_words_fit_one_page(world: World, word: str) -> None:
    """What would overflow is refused by the template itself, so that a document is a document that fits."""
    question, labels = long_vote(world, word)
    for kind in KINDS:
        document = printed(world, kind, "LONG")
        is_whole(document)
        text = words(document)
        assert squeezed(question) in text
        assert all(squeezed(label) in text for label in labels)
    world.people("LONG", [[number] for number in range(1, 10)] * 2)
    world.close("LONG")
    with world.act() as act:
        told = (word or "Nous allons le faire avec vous. ") * 60
        voting.keep_promise(act, found(act, "LONG"), promise=told, due_on=date(2026, 9, 1), outcome=told)
    assert all(squeezed(label) in result(world, "LONG") for label in labels)


def test_what_people_wrote_is_never_a_program(world: World) -> None:
    question = '#read("/etc/passwd") $x^2$ *gras* <a> \\ "fin"'
    vote(world, "PIEGE", channels=("paper",), question={"fr": question, "en": question})
    assert squeezed(question) in words(printed(world, "poster", "PIEGE"))


def textareas(text: str) -> dict[str, str]:
    return {
        name: html.unescape(inside) for name, inside in re.findall(r'<textarea id="([^"]*)"[^>]*readonly>(.*?)</textarea>', text, re.DOTALL)
    }


def test_words_to_share_are_ready_to_copy(world: World) -> None:
    said = textareas(world.staff(Role.ORGANISER).get(address(world)).text)
    assert set(said) == {"short-fr", "long-fr", "short-en", "long-en"}
    for tag, link in (("fr", "/v/BSL"), ("en", "/en/v/BSL")):
        short = measure(said[f"short-{tag}"])
        assert (short.encoding, short.costly) == ("GSM-7", ())
        assert short.segments <= 2
        for told in (SITE + link, "418 555-0190", "BSL"):
            assert told in said[f"short-{tag}"], told
    for told in (
        "Table du Bas-Saint-Laurent vous demande:",
        "1. Le logement",
        "9. Le transport",
        "Dernier jour: 25 mai 2026",
        f"Sur le web: {SITE}/v/BSL",
        "écrivez BSL au 418\xa0555-0190",
        "appelez le 418\xa0555-0190",
        "Sur papier, ou avec de l’aide: appelez le 418\xa0555-0191.",
        "Un texto ou un appel peut compter dans votre forfait.",
        "Votre choix reste secret. Voter ne change rien à vos prestations.",
    ):
        assert told in said["long-fr"], told
    assert "'" not in said["long-fr"]


@pytest.mark.parametrize(
    "question", [QUESTION, "Être à l’abri, où et comment? Où naît le problème?" * 3, "Que faire contre la pauvreté ici?"]
)
def test_a_text_to_share_keeps_two_parts_and_no_word_that_tells_too_much(world: World, question: str) -> None:
    vote(
        world,
        "AUTRE",
        channels=("paper", "voice"),
        question={"fr": question, "en": question},
        closes_at=world.at.replace(month=8, day=2, hour=4, minute=0),
    )
    short = textareas(world.staff(Role.ORGANISER).get(address(world, "AUTRE")).text)["short-fr"]
    assert "Votre avis compte." in short
    assert "1er aout 2026" in short
    assert measure(short).segments <= 2
    assert measure(short).encoding == "GSM-7"
    assert f"{SITE}/v/AUTRE" in short
    assert "418 555-0190" in short


def test_an_announced_vote_says_when_it_opens_and_a_vote_until_midnight_no_hour(world: World) -> None:
    with world.act() as act:
        voting.draft_consultation(
            act,
            "A01",
            code="BIENTOT",
            question={"fr": "Quoi faire d’abord?", "en": "What comes first?"},
            why={"fr": "Pour notre plan.", "en": "For our plan."},
            door=Door.CODED,
            closes_at=world.at.replace(month=6, day=2, hour=3, minute=59),
            level=2,
        )
    here = address(world, "BIENTOT")
    browser, camille = organiser(world)
    assert "brouillon" in browser.get(here).text
    assert browser.get(f"{here}/poster.pdf?lang=fr").status_code == 404
    with world.act() as act:
        voting.ask(act, found(act, "BIENTOT"), GraveKind.OPEN, camille)
    text = words(printed(world, "poster", "BIENTOT"))
    assert "Vouspourrezvoterdèsle6mai2026.Dernierjour:1erjuin2026.Votre" in text
    assert "poster.pdf" in browser.get(here).text


def test_a_finished_vote_is_not_printed_any_more(world: World) -> None:
    world.close()
    browser, here = world.staff(Role.ORGANISER), address(world)
    shown = browser.get(here).text
    assert "Ce vote est fini." in shown
    assert "/v/BSL/result.pdf" in shown
    for kind in KINDS:
        assert browser.get(f"{here}/{kind}.pdf?lang=fr").status_code == 404


def test_a_vote_that_will_end_early_warns_who_would_print(world: World) -> None:
    browser, camille = organiser(world)
    assert "N’imprimez rien" not in browser.get(address(world)).text
    with world.act() as act:
        voting.ask(act, found(act, "BSL"), GraveKind.CANCEL, camille, reason="Une erreur.")
    assert "N’imprimez rien" in browser.get(address(world)).text


def test_prints_are_for_those_who_edit_in_their_own_agreement(world: World) -> None:
    here = address(world)
    for browser, expected in (
        (world.staff(Role.WORKER), 403),
        (world.staff(Role.MINISTRY, None), 403),
        (world.staff(Role.ORGANISER, "A02"), 404),
        (world.browser(), 302),
    ):
        for path in ("", "/poster.pdf?lang=fr", "/handout.pdf?lang=fr"):
            assert browser.get(here + path).status_code == expected, path


def result(world: World, code: str, prefix: str = "") -> str:
    answer = world.browser().get(f"{prefix}/v/{code}/result.pdf")
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    is_whole(answer.data)
    return words(answer.data)


def test_a_result_hangs_once_it_is_published(world: World) -> None:
    assert world.browser().get("/v/BSL/result.pdf").status_code == 404
    assert world.browser().get("/v/NOPE/result.pdf").status_code == 404
    world.people("BSL", [[1, 2, 3]] * 14 + [[4]] * 8 + [[1, 9]] * 10 + [[]] * 3)
    world.close()
    text = result(world, "BSL")
    for told in (
        "Résultat: Quelles sont nos 3 priorités?",
        "35 personnes ont voté avec une carte ou un téléphone. 3 ont voté blanc.",
        "1. Le logement 24 personnes l’ont choisi.",
        "Une réponse passe si les gens qui l’ont choisie peuvent payer sa place ensemble.",
        "1. Le logement 24 Oui",
        "4. L’école 8 Non",
        "9. Le transport 10 Non",
        "La table n’a encore rien promis.",
        "engage.test/v/BSL/results",
        "Table du Bas-Saint-Laurent a publié ce résultat le 4 mai 2026.",
    ):
        assert squeezed(told) in text, told
    assert squeezed("Result: What are our 3 priorities?") in result(world, "BSL", "/en")


def test_a_budget_result_shows_envelope_costs_and_what_is_left(world: World) -> None:
    budget(world)
    world.people("PARC", [[1, 2]] * 14 + [[2]] * 8 + [[3]] * 10)
    world.close("PARC")
    text = result(world, "PARC")
    for told in (
        "2. Une scène de musique (30 000 $)",
        "En tout: 38 000 $ sur 40 000 $. Il reste 2 000 $. Aucun autre projet",
        "1. Des bancs 12 000 $ 14 Non",
    ):
        assert squeezed(told) in text, told


def test_too_few_votes_say_that_nothing_was_opened(world: World) -> None:
    world.people("BSL", [[1]] * 3)
    world.close()
    text = result(world, "BSL")
    assert squeezed("Ces votes n’ont donc pas été ouverts.") in text
    assert "Lelogement" not in text


def test_a_promise_hangs_with_its_day_and_what_became_of_it(world: World) -> None:
    world.people("BSL", [[1]] * 12)
    world.close()
    due = date(2026, 9, 1)
    with world.act() as act:
        voting.keep_promise(act, found(act, "BSL"), promise="Le logement vient en premier.", due_on=due)
    assert "Lelogementvientenpremier.Promispourle1erseptembre2026." in result(world, "BSL")
    world.later(days=200)
    assert "Enretard." in result(world, "BSL")
    with world.act() as act:
        voting.keep_promise(
            act, found(act, "BSL"), promise="Le logement vient en premier.", due_on=due, outcome="Dix logements sont prêts."
        )
    text = result(world, "BSL")
    assert "C’estfait." in text
    assert "Dixlogementssontprêts." in text
