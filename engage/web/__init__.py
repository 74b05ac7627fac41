"""The web door: pages and forms."""

from engage.web import (
    assisted,
    assisted_seats,
    cards,
    committees,
    evidence,
    home,
    kiosk,
    me,
    my_seats,
    rehearsal,
    reports,
    results,
    voting,
    wall,
)
from engage.web.staff import cards as staff_cards
from engage.web.staff import committees as staff_committees
from engage.web.staff import consultations, desk, draws, kiosks, meetings, paper, prints, sign_in, studio, texts, voice, watch

me.STEPS |= my_seats.STEPS
BLUEPRINTS = (
    home.blueprint,
    voting.blueprint,
    cards.blueprint,
    me.blueprint,
    committees.blueprint,
    kiosk.blueprint,
    results.blueprint,
    wall.blueprint,
    rehearsal.blueprint,
    evidence.blueprint,
    reports.blueprint,
    assisted.blueprint,
    assisted_seats.blueprint,
    sign_in.blueprint,
    desk.blueprint,
    studio.blueprint,
    consultations.blueprint,
    staff_committees.blueprint,
    draws.blueprint,
    meetings.blueprint,
    staff_cards.blueprint,
    kiosks.blueprint,
    paper.blueprint,
    prints.blueprint,
    texts.blueprint,
    voice.blueprint,
    watch.blueprint,
)
