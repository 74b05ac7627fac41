"""Hearing: the published replies, what people really write, and no vote that nobody cast."""

from __future__ import annotations

import json
import random
import re
import unicodedata
from collections import Counter
from difflib import SequenceMatcher

import pytest
from click.testing import CliRunner

from engage.cli import main
from engage.phone import hearing
from engage.phone.hearing import Certainty, Reading
from tests.phone.replies import Case, Verdict, published, written_apart

CASES = published()
LABELS = dict(enumerate(["Logement", "Loisirs", "Nourriture", "École", "Emploi", "Itinérance", "Accès", "Respect", "Transport"], start=1))
AIDS = {1: "Accès au logement", 2: "Aide alimentaire", 3: "Aide à l'emploi", 4: "Transport adapté", 5: "Transport en commun"}
FEW = {1: "Logement", 2: "Transport", 3: "Garderies", 4: "Revenu"}
COUNTS = {1: "Aucun enfant", 2: "1 enfant", 3: "2 enfants"}


def heard(value: object) -> Reading:
    return Reading(Certainty.HEARD, value)


def doubtful(value: object = None) -> Reading:
    return Reading(Certainty.DOUBTFUL, value)


@pytest.mark.parametrize(("cases", "many"), [(CASES, 161), (written_apart(), 927)], ids=["published", "written apart"])
def test_replies_are_heard_and_none_falsely(cases: list[Case], many: int) -> None:
    verdicts = [(case, case.verdict(hearing.reading(case.asked, case.text, case.labels))) for case in cases]
    wrong = [(verdict.value, case.asked, case.text, case.expected) for case, verdict in verdicts if verdict is not Verdict.RIGHT]
    count = Counter(verdict for _, verdict in verdicts)
    assert len(cases) == many
    assert count[Verdict.FALSE] == 0, wrong
    assert count[Verdict.RIGHT] / len(cases) >= 0.95, wrong


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 4 7", [1, 4, 7]), ("147", [1, 4, 7]), ("1,4,7", [1, 4, 7]), ("1 1 4", [1, 4]), ("logement et transport", [1, 9]),
        ("Le transport svp", [9]), ("ecole, emploi, acces", [4, 5, 7]), ("\uff11 \uff14", [1, 4]), ("1️⃣4️⃣", [1, 4]), ("1 logement", [1]),
        ("0", []), ("blanc", []), ("rien svp", []), ("1 2 3 4", [1, 2, 3, 4]), ("1 Logement 9 Transport", [1, 9]), ("les 1 et 3", [1, 3]),
        ("nouriture et lojement", [1, 3]), ("choix 1, choix 3", [1, 3]), ("1 et transport", [1, 9]), ("un emploi", [5]), ("1er transport 2e emploi", [5, 9]),
        ("premier et troisième", [1, 3]), ("s’il vous plaît «1» et n°4 👍", [1, 4]), ("TRANSPORTTT!!", [9]), ("٤", [4]),
    ],
)  # fmt: skip
def test_a_ballot_is_heard(text: str, expected: list[int]) -> None:
    assert hearing.choices(text, LABELS) == heard(expected)


@pytest.mark.parametrize(
    "text",
    [
        "pas le 2", "1 mais pas 4", "tout sauf 3", "no transport", "ni 1 ni 4", "👎 2", "transport pas", "bonjour", "je sais pas", "les deux",
        "mes 2 choix", "2 votes", "both", "no one", "une seconde", "514 555 0100", "418 263 7951", "4182637951", "J4L 1C2", "22 ans",
        "j'ai 2 enfants", "我有2个孩子", "2 fois", "3$", "50%", "<3", "3h15", "le 3 mars", "1 à 3", "5 10", "0 1", "10", "½", "②", "", "!!", "a",
        "loyer", "autobus", "manger", "pourriture", "écolo", "succès", "travail", "aucune idée", "oui", "non", "STOP", "9" * 5000, "les 2 " * 50_000,
    ],
)  # fmt: skip
def test_what_is_no_ballot_is_not_heard(text: str) -> None:
    assert hearing.choices(text, LABELS) == hearing.NOT_HEARD


@pytest.mark.parametrize(
    ("text", "guess"),
    [
        ("2 ou 3", [2, 3]), ("peut-être 2", [2]), ("2?", [2]), ("🤷 2", [2]), ("1 transport", [1, 9]), ("transport scolaire", [9]),
        ("accès au logement", [1, 7]), ("respect du logement", [1, 8]), ("mon emploi me stresse", [5]), ("1987", [1, 7, 8, 9]), ("11", [1]),
        ("12 3", [1, 2, 3]), ("1. Transport 2. Emploi", [5, 9]), ("un 3", [3]), ("transp", [9]),
    ],
)  # fmt: skip
def test_doubt_is_worth_one_question(text: str, guess: list[int]) -> None:
    assert hearing.choices(text, LABELS) == doubtful(guess)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("logement", heard([1])), ("acces au logment", heard([1])), ("aide emploi", heard([3])), ("aide", doubtful()), ("transport", doubtful()),
        ("transport en commun", heard([5])), ("aide alimentaire et logement", heard([1, 2])), ("logement pas", hearing.NOT_HEARD),
    ],
)  # fmt: skip
def test_a_label_is_named_by_words_that_are_its_own(text: str, expected: Reading) -> None:
    assert hearing.choices(text, AIDS) == expected


def test_a_label_never_stands_for_its_contrary_or_its_longer_neighbour() -> None:
    contraries, negative = {1: "Augmenter", 2: "Ne pas augmenter"}, {1: "Ne pas augmenter", 2: "Parcs"}
    assert hearing.choice("augmenter", contraries) == doubtful(1)
    assert hearing.choice("ne pas augmenter", contraries) == heard(2)
    assert hearing.choice("pas augmenter", contraries) == hearing.NOT_HEARD == hearing.choice("augmenter", negative)
    neighbours = {1: "Transport", 2: "Transport adapté"}
    assert hearing.choices("transport", neighbours) == doubtful([1])
    assert hearing.choices("transport adapté", neighbours) == heard([2])


def test_a_number_that_stands_in_another_label_is_doubtful() -> None:
    assert [hearing.choice(text, COUNTS) for text in ("1", "deux")] == [doubtful(1), doubtful(2)]
    assert [hearing.choice(text, COUNTS) for text in ("3", "2 enfants", "aucun enfant")] == [heard(3), heard(3), heard(1)]
    assert hearing.choices("aucun", COUNTS) == doubtful([])
    many = dict(enumerate("abcdefghijklm", start=1))
    assert hearing.choice("12", many) == heard(12)
    assert hearing.choices("12", many) == doubtful([12])
    assert hearing.choice("i", LABELS) == doubtful(1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("option B", heard(2)), ("c'est b", heard(2)), ("2 oui", heard(2)), ("the second one", heard(2)), ("une garderie", heard(3)),
        ("2e choix", heard(2)), ("Garderies (3)", heard(3)), ("B ou C", doubtful()), ("1 et 2", doubtful()), ("22", doubtful(2)),
        ("contre le transport", hearing.NOT_HEARD), ("retenu", hearing.NOT_HEARD), ("O", hearing.NOT_HEARD), ("je passe", hearing.NOT_HEARD),
    ],
)  # fmt: skip
def test_one_choice(text: str, expected: Reading) -> None:
    assert hearing.choice(text, FEW) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("d'abord 3 ensuite 1", heard([3, 1])), ("en premier 3, en deuxième 1", heard([3, 1])), ("3 en premier 1 en deuxième", heard([3, 1])),
        ("1. Garderies 2. Logement", heard([3, 1])), ("1->3->2", heard([1, 3, 2])), ("3 avant 1", doubtful([3, 1])), ("1=3", hearing.NOT_HEARD),
        ("2e transport 1er logement", doubtful([2, 1])), ("1<3", hearing.NOT_HEARD), ("1 3, pas 2", hearing.NOT_HEARD),
    ],
)  # fmt: skip
def test_an_order(text: str, expected: Reading) -> None:
    assert hearing.order(text, FEW) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bonjour, oui svp", heard("yes")), ("mais oui", heard("yes")), ("J’accepte", heard("yes")), ("yess", heard("yes")),
        ("non merci", heard("no")), ("je suis pas d'accord", heard("no")), ("no 2", heard("no")), ("passe", heard("skip")),
        ("oui mais", doubtful("yes")), ("oui?", doubtful("yes")), ("je dis pas non", doubtful()), ("j'accepte pas", doubtful()),
        ("oui 2", doubtful()), ("👍👎", doubtful()), ("no problem", hearing.NOT_HEARD), ("oui да", doubtful("yes")),
        ("les deux", hearing.NOT_HEARD), ("2 votes", hearing.NOT_HEARD), ("deux minutes", hearing.NOT_HEARD), ("Louis", hearing.NOT_HEARD),
        ("pas sûr", hearing.NOT_HEARD), ("changer", hearing.NOT_HEARD), ("pas de problème", hearing.NOT_HEARD),
    ],
)  # fmt: skip
def test_yes_and_no(text: str, expected: Reading) -> None:
    assert hearing.yes_no(text) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("STOP ARRET Arrêter StopAll unsubscribe END quit cancel revoke optout fin désabonner aret arrt arert arrettt", "stop"),
        ("start UNSTOP abonner reprendre", "start"), ("aide HELP info ? ??", "help"), ("menu", "menu"), ("retour back", "back"),
        ("répéter pardon? repeat encore", "repeat"), ("passer skip je_passe", "skip"), ("personne parler_à_quelqu'un person agent", "person"),
        ("appel appelez-moi rappel call call_me,_please", "call"), ("moins fewer less", "fewer"), ("langue français fr", "lang:fr"),
        ("language english EN anglais_svp", "lang:en"), ("mes_données my_data", "mydata"), ("oublier oubliez-moi forget forget_me", "forget"),
    ],
)  # fmt: skip
def test_commands(said: str, expected: str) -> None:
    for text in said.split():
        assert hearing.command(text.replace("_", " ")) == expected, text


@pytest.mark.parametrize(
    "text",
    ["", "oui", "non", "un", "rien", "yes", "1", "0", "les", "après", "jarret", "fin du mois", "the end", "moins de logements", "stp"],
)
def test_what_is_no_command(text: str) -> None:
    assert hearing.command(text) is None


# The oracle below knows nothing of the code: its own folding, its own words, and a likeness measured another way.
WORTH = {
    1: "un une premier premiere one first", 2: "deux deu deuxieme second seconde two", 3: "trois troi trwa troisieme three third", 4: "quatre katre katr quatr quatrieme four",
    5: "cinq cinc sinq cinquieme five", 6: "six sixieme", 7: "sept septieme seven", 8: "huit huitieme eight", 9: "neuf neuvieme nine",
}  # fmt: skip
HARMLESS = (
    "et puis ensuite aussi and then also le la l les de du des d the no nos n num numero numeros number option options choix choice choices en"
    " reponse je j choisis choisi prends mets veux vote pour for mes mon ma my moi i want c est cest ce svp stp s il si vous te plait merci please pls"
    " thanks bonjour allo salut hello hi oui ouais ok okay yes dac daccord un une one abord dabord beaucoup bonne journee soiree bcp bien thank"
    " pis pi pui e ainsi que juste seulement only just jveux jveu jchoisis prefere sera serait ca sa priorite plus important"
    " you accord er ere re e eme ieme st nd rd th x p"
)
FRENCH = (
    "oui non un une deux trois quatre six sept neuf dix premier deuxieme seconde second le la les des du de pas plus moins sans sauf ni jamais"
    " logement logements loyer loisirs plaisirs nourriture pourriture manger ecole ecolo emploi employe exploit itinerance itineraire acces"
    " exces succes respect aspect suspect transport transfert autobus enfants ans fois mois minutes choix vote option numero et ou mais si"
    " peut-etre je j'ai suis veux pense crois mon ma mes nous tout tous rien aucun personne bonjour merci svp au aux en dans avec contre pour"
    " cher chere trop encore bien mal maison travail argent ami fin mars avril rue heure 1 2 3 4 7 9 12 22 147 1987 514 0 2e 1er ? ! , - / & + $ % <3 👍"
)


def explains(word: str, number: int) -> bool:
    """Whether a word of the message stands for an option: a digit, a number word, or a word much like its label."""
    label = "".join(sign for sign in unicodedata.normalize("NFKD", LABELS[number].lower()) if not unicodedata.combining(sign))
    is_like_a_rank = any(len(name) > 5 and SequenceMatcher(None, word, name).ratio() >= 0.8 for name in WORTH[number].split())
    return str(number) in word or word in WORTH[number].split() or is_like_a_rank or SequenceMatcher(None, word, label).ratio() >= 0.75


def unexplained(text: str, numbers: list[int], *, letters: bool = False) -> list[object]:
    """Voted numbers without a word for them, and words that are neither a voted number nor harmless. Signs of money and shares count."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
    plain = "".join(str(unicodedata.decimal(sign, sign)) for sign in plain)
    words = [re.sub(r"(.)\1{2,}", r"\1", word) for word in re.findall(r"[0-9]+|[^\W\d_]+|[%$€<]", plain)]
    said = {word: {n for n in numbers if explains(word, n) or (letters and word in (chr(96 + n), "i" * n))} for word in words}
    alone = [number for number in numbers if not any(number in means for means in said.values())]
    return alone + [word for word, means in said.items() if not means and word not in HARMLESS.split()]


def test_the_oracle_can_fail() -> None:
    assert unexplained("1 et transport svp", [1, 9]) == []
    assert unexplained("je veux 2", [2, 3]) == [3]
    assert unexplained("pas le 2", [2]) == ["pas"]
    assert unexplained("2 enfants", [2]) == ["enfants"]
    assert unexplained("3$", [3]) == ["$"]
    assert unexplained("a", [1]) == [1, "a"]


def mutated(text: str, dice: random.Random) -> str:
    signs = list(text)
    for _ in range(dice.randint(1, 3)):
        at = dice.randrange(len(signs) + 1)
        match dice.randrange(4):
            case 0:
                signs.insert(at, dice.choice("aeinoprst 0123479 éà,.!?"))
            case 1 if at < len(signs):
                signs.pop(at)
            case 2 if 0 < at < len(signs):
                signs[at - 1], signs[at] = signs[at], signs[at - 1]
            case _:
                signs[at:at] = f" {dice.choice(FRENCH.split())} "
    return "".join(signs)


def fuzzed(dice: random.Random) -> str:
    kind = dice.randrange(10)
    if kind < 2:
        return "".join(chr(dice.choice([dice.randrange(0x20, 0x250), dice.randrange(0x110000)])) for _ in range(dice.randrange(30)))
    if kind < 6:
        return " ".join(dice.choices(FRENCH.split(), k=dice.randint(1, 4)))
    return mutated(dice.choice(CASES).text, dice)


def test_no_reply_becomes_a_vote_that_was_not_said() -> None:
    dice = random.Random(20261123)
    votes = 0
    for _ in range(10_000):
        text = fuzzed(dice)
        hearing.yes_no(text)
        hearing.command(text)
        for asked in ("choice", "choices", "order"):
            found = hearing.reading(asked, text, LABELS)
            numbers = [found.value] if asked == "choice" else found.value
            if found.is_heard and numbers:
                votes += 1
                assert unexplained(text, numbers, letters=asked == "choice") == [], (asked, text, found)
            elif found.is_heard:
                assert asked == "choices", text
                assert hearing.fold(text).split()[0] in {
                    "0",
                    "zero",
                    "rien",
                    "aucun",
                    "aucune",
                    "blanc",
                    "vote",
                    "none",
                    "merci",
                    "svp",
                    "bonjour",
                }
    assert votes > 1000


def hear(*arguments: str, said: str = "") -> tuple[int, list[dict[str, object]], str]:
    done = CliRunner().invoke(main, ["hear", *arguments], input=said.encode())
    return done.exit_code, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_the_command_says_how_replies_are_heard() -> None:
    assert hear("choices", "--options", "Logement|École|Transport", "--lang", "fr", said="école et 1\r\nécole 1\n\n") == (
        0,
        [
            {"text": "école et 1", "reading": "heard", "value": [1, 2]},
            {"text": "école 1", "reading": "doubtful", "value": [1, 2]},
            {"text": "", "reading": "not heard", "value": None},
        ],
        "",
    )
    assert hear("order", "--options", "2=Transport | 1=Logement", said="transport puis logement")[1][0]["value"] == [2, 1]
    assert hear("choice", "--options", "Logement|École", said="École")[1][0] == {"text": "École", "reading": "heard", "value": 2}
    assert hear("yesno", said="ouiii")[1][0]["value"] == "yes"
    assert [line["value"] for line in hear("command", said="arrêt\nfin du mois\n")[1]] == ["stop", None]


@pytest.mark.parametrize(
    "arguments",
    [("choice",), ("order", "--options", ""), ("choices", "--options", "A||B"), ("choice", "--options", "1=A|1=B"), ("nonsense",), ()],
)
def test_wrong_usage_exits_2_with_a_sentence(arguments: tuple[str, ...]) -> None:
    code, lines, error = hear(*arguments)
    assert (code, lines) == (2, [])
    assert "Error: " in error
