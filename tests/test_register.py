"""The register of agreements: their life, their territories by date, and the plan's first target on any day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from engage.governance import Agreement, AgreementStep, AgreementTerritory, Signatory, StepKind, register
from engage.kernel.act import Act
from engage.kernel.refusal import Refusal
from engage.staff import Role
from engage.territory import Territory
from tests.conftest import either as config  # noqa: F401 - each test on one engine, half on each
from tests.world import World, hidden

HERE = "/staff/alliances/A01"


def the_agreement(act: Act, id: str = "A01") -> Agreement:
    return act.session.get_one(Agreement, id)


def of_region(act: Act, code: str) -> list[str]:
    return list(act.session.scalars(select(Territory.code).where(Territory.region_code == code).order_by(Territory.code)))


def test_without_dates_every_region_is_presumed_and_said_so(world: World) -> None:
    with world.act() as act:
        found = register.coverage(act.session, act.day)
        assert (found.total, found.covered, len(found.dated), found.uncovered) == (104, 104, 0, 0)
        assert sorted(organisation.id for organisation, _, holds in found.organisations if holds) == ["ARK", "CSSSPNQL", "GNC"]
    page = world.browser().get("/alliances/").text
    assert "104 lieux sur 104" in page
    assert "Sans date connue: 104" in page


def test_an_agreement_lives_from_its_signature_to_its_end(world: World) -> None:
    with world.act() as act:
        agreement, day = the_agreement(act), act.day
        register.write_step(act, agreement, StepKind.MET_ELECTED, day - timedelta(days=90))
        register.write_step(act, agreement, StepKind.BODY_NAMED, day - timedelta(days=60), note="CRD du Bas-Saint-Laurent")
        signed = register.write_step(
            act, agreement, StepKind.SIGNED, day - timedelta(days=30), signatories=[Signatory.MRC, Signatory.MINISTRY], source="Communiqué"
        )
        assert signed.who_signed() == [Signatory.MINISTRY, Signatory.MRC]
        register.cover(act, agreement, of_region(act, "01")[:3], day - timedelta(days=30), "Annexe A")
        found = register.coverage(act.session, day)
        assert (len(found.dated), found.covered) == (3, 99)
        assert register.coverage(act.session, day - timedelta(days=31)).covered == 96, "before its signature nothing is under it"
        register.write_step(act, agreement, StepKind.ENDED, day - timedelta(days=1))
        assert register.coverage(act.session, day).covered == 96
        again = register.write_step(act, agreement, StepKind.SIGNED, day, signatories=[Signatory.MINISTRY])
        assert (agreement.starts_on, agreement.ends_on) == (day - timedelta(days=30), None)
        register.take_back(act, again)
        register.take_back(act, again)
        assert agreement.ends_on == day - timedelta(days=1)
        assert len(act.session.scalars(select(AgreementStep)).all()) == 5, "nothing is written over"
    page = world.browser().get("/alliances/A01").text
    for words in ("Rencontre avec les élus", "CRD du Bas-Saint-Laurent", "le ministère, une ou des MRC", "Communiqué"):
        assert words in page
    assert world.browser().get("/alliances/Z9").status_code == 404


def test_territories_come_and_go_by_date(world: World) -> None:
    with world.act() as act:
        agreement, day = the_agreement(act), act.day
        first, second, third = of_region(act, "01")[:3]
        register.cover(act, agreement, [first, second], day - timedelta(days=20), "")
        register.cover(act, agreement, [second, third], day, "")
        assert set(register.territories(act.session, "A01", day - timedelta(days=1))) == {first, second}
        assert set(register.territories(act.session, "A01", day)) == {second, third}
        register.cover(act, agreement, [first, second, third], day + timedelta(days=5), "")
        assert set(register.territories(act.session, "A01", day + timedelta(days=5))) == {first, second, third}
        assert set(register.territories(act.session, "A01", day - timedelta(days=1))) == {first, second}, (
            "both periods of the first are kept"
        )
        assert len(act.session.scalars(select(AgreementTerritory)).all()) == 4


@pytest.mark.parametrize(
    ("kind", "days", "given", "refusal"),
    [
        (StepKind.SIGNED, 1, {"signatories": [Signatory.MRC]}, register.StepInTheFuture),
        (StepKind.SIGNED, 0, {}, register.NobodySigned),
        (StepKind.AMENDED, 0, {"note": " "}, register.NothingWasChanged),
        (StepKind.ENDED, 0, {}, register.EndsBeforeSignature),
    ],
)
def test_what_no_step_can_be(world: World, kind: StepKind, days: int, given: dict[str, object], refusal: type[Refusal]) -> None:
    with world.act() as act, pytest.raises(refusal):
        register.write_step(act, the_agreement(act), kind, act.day + timedelta(days=days), **given)


def test_a_table_writes_its_own_register_and_no_other(world: World) -> None:
    browser = world.staff(Role.ORGANISER)
    page = browser.get(HERE)
    token = {"csrf_token": hidden(page)["csrf_token"]}
    day = (world.at.date() - timedelta(days=3)).isoformat()
    for sent in (
        {},
        {"kind": "signed", "on": "hier"},
        {"kind": "signed", "on": day},
        {"kind": "x", "on": day},
        {"kind": "amended", "on": day},
    ):
        assert browser.post(f"{HERE}/steps", data=token | sent).status_code in (200, 409), sent
    assert browser.post(f"{HERE}/steps", data=token | {"kind": "signed", "on": day, "signatories": ["ministry", "rien"]}).status_code == 302
    with world.act() as act:
        step = act.session.scalars(select(AgreementStep)).one()
        assert step.signatories == "ministry"
        step_id, codes = step.id, of_region(act, "01")
    assert browser.post(f"{HERE}/territories", data=token | {"since": day, "territories": []}).status_code == 409
    kept = browser.post(f"{HERE}/territories", data=token | {"since": "", "territories": codes[:2]})
    assert (kept.status_code, kept.text.count(" checked")) == (409, 2), "what was ticked stays ticked"
    assert browser.post(f"{HERE}/territories", data=token | {"since": day, "territories": [*codes[:2], "zzz"]}).status_code == 302
    assert browser.post(f"/staff/alliances/steps/{step_id}/back", data=token).status_code == 302
    assert browser.get("/staff/alliances/A02").status_code == 404
    assert browser.post("/staff/alliances/A02/steps", data=token | {"kind": "signed"}).status_code == 404
    assert world.staff(Role.ORGANISER, "A02").post(f"/staff/alliances/steps/{step_id}/back", data=token).status_code in (302, 403, 404)


@pytest.mark.parametrize("on", ["", "x", "2027-03-31", "0001-01-01", "9999-12-31", "2026-02-30"])
def test_any_day_has_its_page(world: World, on: str) -> None:
    assert world.browser().get(f"/alliances/?on={on}").status_code == 200


def test_the_day_of_the_page_is_the_day_asked(world: World) -> None:
    with world.act() as act:
        register.write_step(act, the_agreement(act), StepKind.SIGNED, act.day, signatories=[Signatory.BODY])
    assert date.fromisoformat("2026-04-01") < world.at.date()
    assert "96 lieux sur 104" in world.browser().get("/alliances/?on=2026-04-01").text
    assert "104 lieux sur 104" in world.browser().get("/alliances/").text
