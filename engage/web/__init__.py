"""The web door: pages and forms."""

from engage.web import assisted, evidence, home, reports, voting
from engage.web.staff import cards, consultations, desk, sign_in

BLUEPRINTS = (
    home.blueprint,
    voting.blueprint,
    evidence.blueprint,
    reports.blueprint,
    assisted.blueprint,
    sign_in.blueprint,
    desk.blueprint,
    consultations.blueprint,
    cards.blueprint,
)
