"""The web door: pages and forms."""

from engage.web import assisted, cards, evidence, home, reports, results, voting
from engage.web.staff import cards as staff_cards
from engage.web.staff import consultations, desk, sign_in, texts, voice

BLUEPRINTS = (
    home.blueprint,
    voting.blueprint,
    cards.blueprint,
    results.blueprint,
    evidence.blueprint,
    reports.blueprint,
    assisted.blueprint,
    sign_in.blueprint,
    desk.blueprint,
    consultations.blueprint,
    staff_cards.blueprint,
    texts.blueprint,
    voice.blueprint,
)
