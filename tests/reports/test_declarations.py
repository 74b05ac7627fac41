"""Head counts that regions declare, shown apart; and fiscal years that are closed once, with their corrections in the open."""

from __future__ import annotations

import io
import random
from dataclasses import replace
from datetime import date

import pytest

from engage import governance, ledger, reports
from engage.governance import Agreement, register
from engage.kernel.act import Act
from engage.ledger import YearIsClosed, YearNotOver
from engage.reports import declarations
from engage.reports.declarations import Declared
from engage.staff import Role
from tests.reports.test_attack import fill
from tests.reports.test_target import row
from tests.world import World, hidden

YEAR = "2026-2027"
LINE = Declared("A02", YEAR, "M3", "Comité citoyen", 12, "Procès-verbal du 3 mai")
INDIGENOUS = "APN"


def published(act: Act, year: str = YEAR) -> dict[str, object]:
    return reports.publish(act, "target", year).read()


def test_what_is_declared_stands_apart_and_meets_nothing(world: World) -> None:
    with world.act() as act:
        declarations.declare(act, LINE, "Camille")
        found = row(published(act), "A02")
        assert (found["minimal"], found["people"], found["declared"]) == ("declared_only", 0, 10)
    page = world.browser().get(f"/reports/target/{YEAR}").text
    assert "Déclaré par les régions" in page


def test_an_indigenous_organisation_declares_by_its_own_rules(world: World) -> None:
    with world.act() as act:
        declarations.declare(act, replace(LINE, agreement=INDIGENOUS, own_rules=True), "Conseil")
        with pytest.raises(declarations.OwnRules):
            declarations.declare(act, replace(LINE, own_rules=True), "Camille")
        document = published(act)
    found = row(document, INDIGENOUS)
    assert (found["minimal"], found["strong"]) == ("own_rules", "own_rules")
    assert (document["all"], document["own_rules"]) == (20, 1)


def test_a_line_taken_back_no_longer_counts(world: World) -> None:
    with world.act() as act:
        made = declarations.declare(act, LINE, "Camille")
        with pytest.raises(declarations.DeclaredAlready):
            declarations.declare(act, LINE, "Camille")
        declarations.take_back(act, made)
        declarations.take_back(act, made)
        assert row(published(act), "A02")["minimal"] == "no_data"


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"agreement": "Z99"}, declarations.AgreementUnknown), ({"year": "2026"}, reports.YearUnknown), ({"year": "2040-2041"}, declarations.YearAhead),
        ({"mechanism": "M9"}, declarations.MechanismUnknown), ({"people": 0}, declarations.DeclarationIncomplete), ({"source": " "}, declarations.DeclarationIncomplete),
    ],
)  # fmt: skip
def test_wrong_lines_are_refused(world: World, change: dict[str, object], refusal: type[Exception]) -> None:
    with world.act() as act, pytest.raises(refusal):
        declarations.declare(act, replace(LINE, **change), "Camille")


def test_an_agreement_not_in_force_declares_and_begins_nothing(world: World) -> None:
    with world.act() as act:
        agreement = act.session.get_one(Agreement, "A02")
        register.write_step(act, agreement, register.StepKind.SIGNED, date(2018, 5, 1), signatories=[register.Signatory.BODY])
        register.write_step(act, agreement, register.StepKind.ENDED, date(2020, 5, 1))
        with pytest.raises(governance.NotInForce):
            declarations.declare(act, LINE, "Camille")
        with pytest.raises(governance.NotInForce):
            governance.start_mechanism(act, "A02", type="M4", level=2, name="Un vote")


def test_a_file_is_tried_first_and_every_bad_line_is_named(world: World) -> None:
    browser, there = world.staff(Role.ORGANISER), "/staff/declarations/A01"
    page = browser.get(there)

    def sent(text: str, **also: str) -> str:
        data = hidden(page) | {"file": (io.BytesIO(text.encode()), "a.csv")} | also
        return browser.post(f"{there}/import", data=data, content_type="multipart/form-data", follow_redirects=True).text

    head = ",".join(declarations.COLUMNS)
    bad = sent(
        f"{head}\nA01,{YEAR},M3,Un,12,PV,\nA02,{YEAR},M3,Deux,12,PV,\nA01,{YEAR},M7,Trois,12,PV,\nA01,{YEAR},M3,Quatre,x,PV,\n", keep="y"
    )
    assert "Ligne 3: Aucune entente" in bad
    assert "Ligne 4: «M7»" in bad
    assert "Ligne 5: Écrivez le nom" in bad
    good = f"{head}\nA01,{YEAR},M3,Un,12,PV,\n"
    assert "Essai réussi: 1 lignes" in sent(good)
    assert "Rien n’est déclaré." in browser.get(there).text
    assert "Rien n’est déclaré." not in sent(good, keep="y")
    assert "Il manque des colonnes" in sent("a;b\n1;2\n")


def close(world: World) -> None:
    world.later(days=(date(2027, 4, 20) - world.at.date()).days)
    with world.act() as act:
        reports.close_year(act, YEAR, "Gestion")


def test_a_year_is_closed_once_and_nothing_is_added_to_it(world: World) -> None:
    with world.act() as act, pytest.raises(YearNotOver):
        reports.close_year(act, YEAR, "Gestion")
    close(world)
    with world.act() as act:
        with pytest.raises(YearIsClosed):
            reports.close_year(act, YEAR, "Gestion")
        with pytest.raises(YearIsClosed):
            declarations.declare(act, LINE, "Camille")
    assert "Cette année est close" not in world.browser().get(f"/reports/target/{YEAR}").text, "the closing table is the figures themselves"


def test_what_is_taken_back_later_appears_as_a_correction(world: World) -> None:
    fill(world, 5, 1, random.Random(1))
    close(world)
    with world.act() as act:
        before = row(reports.latest(act.session, "target", YEAR).read())["people"]
        for fact in act.session.query(ledger.ParticipationFact).filter_by(status="today"):
            ledger.reverse(act, fact)
    world.later(days=30)
    with world.act() as act:
        document = published(act)
        assert ["A01", "people", before, 0] in document["corrects"]
        assert row(reports.publishing.final_of(act.session, "target", YEAR).read())["people"] == before
    page = world.browser().get(f"/reports/target/{YEAR}").text
    assert "Corrigé depuis" in page


def test_a_correction_of_a_correction_is_a_new_fact(world: World) -> None:
    """What was taken back comes again by a fact of its own; a reversal is never reversed."""
    with world.act() as act:
        made = declarations.declare(act, LINE, "Camille")
        declarations.take_back(act, made)
        back = act.session.query(ledger.ParticipationFact).filter_by(kind="reversed").one()
        with pytest.raises(ledger.NotReversible):
            ledger.reverse(act, back)
        again = declarations.declare(act, LINE, "Camille")
        assert again.fact_id != made.fact_id


def test_an_administrator_closes_knowingly(world: World) -> None:
    world.later(days=(date(2027, 4, 20) - world.at.date()).days)
    browser, there = world.staff(Role.ADMINISTRATOR, None), f"/staff/declarations/years/{YEAR}"
    page = browser.get(there)
    assert browser.post(there, data=hidden(page)).status_code == 409
    assert "Close depuis" in browser.post(there, data=hidden(page) | {"sure": "y"}).text
    assert world.staff(Role.ORGANISER).get(there).status_code == 403
