"""The seven things a person does here, each as whoever has only the names of things on the page would do it."""

from __future__ import annotations

from collections.abc import Callable

from engage import committees, feedback, participants
from engage.committees import Candidacy, Way, draws
from engage.feedback import Said
from tests.gates.seats import CODES, LIVED, a_meeting
from tests.gates.walking import Walk
from tests.world import TEXTS, World, set_up, the_committee

NAMES = {
    "Comité du logement": "Housing committee",
    "La navette du soir": "The evening shuttle",
    "1 Le logement": "1 Housing",
    "9 Le transport": "9 Transport",
}
"""What the table wrote, in English."""


def prepare(world: World) -> None:
    """A vote under way and one with a result, a committee, a project."""
    world.consultation("BIEN")
    world.people("BIEN", [[1, 2]] * 14 + [[4]] * 6 + [[1, 9]] * 10)
    world.close("BIEN")
    with world.act() as act:
        for code, other in zip(
            CODES.values(), ({"fr": "Comité du logement", "en": "Committee 2"}, {"fr": "Comité 2", "en": "Housing committee"}), strict=True
        ):
            set_up(act, code=code, texts=TEXTS | {"name": other})
    world.project()


def a_card(world: World) -> str:
    with world.act() as act:
        (code,) = participants.make_cards(act, "A01", "Maison du coin", 1)
    return code


def a_known_card(world: World) -> str:
    """Of someone who took part before."""
    card = a_card(world)
    with world.act() as act:
        participants.by_card(act, card, "A01", asked_from="lives")
    return card


def to_my_page(walk: Walk, card: str) -> None:
    walk.open("/me")
    walk.write("Le code de votre carte", card)
    walk.press("Voir ma page")


def vote(walk: Walk, world: World) -> None:
    """From the link on a poster to the receipt, then to be counted."""
    walk.open("/v/BSL")
    walk.write("Le code de votre carte, si vous en avez une", a_card(world))
    walk.press("Continuer")
    walk.tick("1 Le logement")
    walk.tick("9 Le transport")
    walk.press("Continuer")
    walk.press("Voter")
    walk.press("Répondre à 2 autres questions (si vous voulez)")
    walk.tick("Oui, aujourd’hui", role="radio")
    walk.tick("Comptez-moi dans les chiffres, sans mon nom")
    walk.press("Envoyer")


def seat(walk: Walk, world: World) -> None:
    """A seat on a committee is asked for."""
    walk.open("/committees")
    walk.follow("Comité du logement")
    walk.write("Ou le code de votre carte", a_card(world))
    walk.press("Continuer")
    walk.tick("un trajet")
    walk.write("Votre numéro, pour l’appel", "418 555-0144")
    walk.press("Demander une place")


def meeting(walk: Walk, world: World) -> None:
    """A member says that they come to a meeting, and what they need for it."""
    card = a_card(world)
    with world.act() as act:
        person = participants.by_card(act, card, "A01", asked_from="lives")
        committee = the_committee(act, CODES[walk.prefix])
        wish = committees.ask(act, committee, person, LIVED)
        committees.called(act, act.session.get_one(Candidacy, wish.id))
        place = draws.vacant(act, committee, is_reserved=True)[0]
        committees.accept(act, committees.offer(act, place, wish, Way.WELCOMED))
    a_meeting(world, walk.prefix)
    to_my_page(walk, card)
    walk.press("Voir et répondre")
    walk.tick("Oui", role="radio")
    walk.press("Répondre")


def opinion(walk: Walk, world: World) -> None:
    """Words on a project, and where they are answered."""
    walk.open("/projects")
    walk.follow("La navette du soir")
    walk.tick("Moyen", role="radio")
    walk.write("Dites-nous en vos mots", f"Le dernier bus passe trop tôt. {walk.prefix}")
    walk.press("Envoyer")


def results(walk: Walk, world: World) -> None:
    """What came of a vote."""
    walk.open("/v/BIEN")


def my_data(walk: Walk, world: World) -> None:
    """What is kept of me, and my answers changed."""
    to_my_page(walk, a_known_card(world))
    walk.press("Changer mes réponses")
    walk.tick("Oui, avant", role="radio")
    walk.press("Garder")


def erase(walk: Walk, world: World) -> None:
    """To be forgotten."""
    to_my_page(walk, a_known_card(world))
    walk.press("Tout effacer")
    walk.press("Oui, tout effacer")
    walk.follow("Quitter vite")


def staff_cards(walk: Walk, world: World) -> None:
    """A batch of cards is made, to be printed."""
    walk.open("/staff/")
    walk.follow("Cartes de participation")
    walk.write("Groupe qui les remettra", "Maison du coin")
    walk.write("Combien de cartes?", "4", role="spinbutton")
    walk.press("Faire les cartes")
    walk.hears("Imprimez ces cartes maintenant")


def staff_answer(walk: Walk, world: World) -> None:
    """What someone said gets its answer."""
    with world.act() as act:
        feedback.give(act, "A01", None, Said(None, "Le bus passe trop tard."))
    walk.open("/staff/")
    walk.follow("Avis")
    walk.tick("Le bus passe trop tard")
    walk.pick("Où en est la table", "Oui")
    walk.write("La réponse, avec la raison", "Oui. Le bus partira plus tard.")
    walk.press("Répondre à ceux qui sont cochés")
    assert not any("Le bus passe trop tard" in each.name for each in walk.tree() if each.role == "checkbox"), "it waits no more"


def staff_vote(walk: Walk, world: World) -> None:
    """A draft is written from the nine priorities, tried, and announced."""
    walk.open("/staff/")
    walk.follow("Nouvelle consultation")
    walk.follow("Un budget à partager")
    walk.write("La question", "Quels projets d’abord?")
    walk.write("Pourquoi", "La table a un peu d’argent.")
    walk.press("Garder le brouillon")


STAFF: dict[str, Callable[[Walk, World], None]] = {"staff-cards": staff_cards, "staff-answer": staff_answer, "staff-vote": staff_vote}
"""What a table does most, each by someone signed in as its organiser."""
JOURNEYS: dict[str, Callable[[Walk, World], None]] = {
    "vote": vote,
    "seat": seat,
    "meeting": meeting,
    "opinion": opinion,
    "results": results,
    "my-data": my_data,
    "erase": erase,
}
