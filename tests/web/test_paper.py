"""What is printed: looked at by an accessibility checker and read back by a camera's eye."""

from __future__ import annotations

import io
import re

import page
import pytest
import typst
import zxingcpp
from PIL import Image

from engage import governance
from engage.kernel.paper import qr_picture
from engage.kernel.words import folder
from engage.staff import Role
from tests.voting.test_reconciliation import differences
from tests.world import PERSON, TABLE, World, found, hidden


def cards_made(world: World, size: int) -> tuple[list[str], bytes]:
    browser = world.staff(Role.ORGANISER)
    form = browser.get("/staff/cards/")
    shown = browser.post("/staff/cards/", data=hidden(form) | {"agreement": "A01", "group": "Maison du coin", "size": str(size)})
    codes = re.findall(r'name="code" value="([^"]*)"', shown.text)
    answer = browser.post("/staff/cards/pdf", data={"csrf_token": hidden(shown)["csrf_token"], "agreement": "A01", "code": codes})
    assert answer.mimetype == "application/pdf"
    return codes, answer.data


def test_cards_are_an_accessible_document_of_ten_to_a_sheet(world: World) -> None:
    codes, document = cards_made(world, 12)
    assert len(codes) == 12
    report = page.validate_pdf_bytes(document, profile=page.ValidationProfile.PDF_UA_1)
    assert report.is_compliant, [failure.message for failure in report.failures]
    assert report.document.page_count == 2


def test_the_longest_name_of_a_table_fits_a_card(world: World) -> None:
    with world.act() as act:
        name = "Table Mont-Mégantic et Wabanaki de concertation " * 5
        governance.describe_table(act, "A01", name=name, text_name="Table", text_number=TABLE, person_number=PERSON)
    _, document = cards_made(world, 2)
    assert document.startswith(b"%PDF")


def test_each_card_leads_to_its_own_code() -> None:
    for code in ("1RQQTNA97M", "J8MER89JN1"):
        drawn = typst.compile(
            {
                "main.typ": b'#set page(width: 40mm, height: 40mm, margin: 2mm)\n#image("q.svg")',
                "q.svg": qr_picture(f"https://x.test/c/{code}"),
            },
            format="png",
            ppi=144.0,
        )
        (read,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(drawn)))
        assert read.text == f"https://x.test/c/{code}"


def vote_id(world: World) -> str:
    with world.act() as act:
        return str(found(act, "BSL").id)


@pytest.mark.parametrize("large", ["", "y"])
def test_sheets_are_an_accessible_document_one_a_page(world: World, large: str) -> None:
    browser, here = world.staff(Role.CLERK), f"/staff/paper/{vote_id(world)}"
    form = browser.get(here)
    assert browser.post(here, data=hidden(form) | {"size": "3", "large": large}).status_code == 302
    address = re.search(r'href="([^"]*\.pdf)"', browser.get(here).text)[1]
    answer = browser.get(address)
    assert answer.mimetype == "application/pdf"
    report = page.validate_pdf_bytes(answer.data, profile=page.ValidationProfile.PDF_UA_1)
    assert report.is_compliant, [failure.message for failure in report.failures]
    assert report.document.page_count == 3


def test_paper_is_entered_by_two_and_accounted_for(world: World) -> None:
    here = f"/staff/paper/{vote_id(world)}"
    clerks = [world.staff(Role.CLERK), world.staff(Role.WORKER)]
    clerks[0].post(here, data=hidden(clerks[0].get(here)) | {"size": "5"})
    envelope = clerks[0].get(here + "/envelope")
    unsigned = clerks[0].post(here + "/envelope", data=hidden(envelope) | {"code": world.card})
    assert "Sans signature ni croix" in unsigned.text
    done = clerks[0].post(here + "/envelope", data=hidden(envelope) | {"code": world.card, "signed": "y", "status": "today", "count": "y"})
    assert "Enveloppe acceptée" in done.text
    twice = clerks[0].post(here + "/envelope", data=hidden(envelope) | {"code": world.card, "signed": "y"})
    assert "ne change plus" in twice.text
    said = []
    for clerk, choices in ((0, ["1"]), (1, ["2"]), (0, ["2"]), (1, ["2"])):
        form = clerks[clerk].get(here + "/sheet")
        said.append(clerks[clerk].post(here + "/sheet", data=hidden(form) | {"number": "4", "choices": choices}).text)
    for text, words in zip(said, ("lue une fois", "diffèrent", "concordent", "déjà dans la boîte"), strict=True):
        assert words in text
    batch = re.search(rf'action="({here}/[0-9a-f-]*)"', clerks[0].get(here).text)[1]
    for counts, words in (({"spoiled": "1", "unused": "2"}, "Écart: 1."), ({"spoiled": "1", "unused": "3"}, "Tout concorde.")):
        assert clerks[0].post(batch, data=hidden(clerks[0].get(here)) | counts).status_code == 302
        assert words in clerks[0].get(here).text
    assert "deux nombres" in clerks[0].post(batch, data=hidden(clerks[0].get(here)) | {"spoiled": "x"}).text
    web = world.browser()
    form = web.get("/v/BSL")
    assert "ne change plus" in web.post("/v/BSL", data=hidden(form) | {"code": world.card}).text
    assert differences(world) == ""


def test_a_code_that_is_none_is_not_printed(world: World) -> None:
    browser = world.staff(Role.ORGANISER)
    token = hidden(browser.get("/staff/cards/"))["csrf_token"]
    sent = {"csrf_token": token, "agreement": "A01", "code": ['#read("/etc/passwd")', "0000000000"]}
    answer = browser.post("/staff/cards/pdf", data=sent)
    assert answer.status_code == 200
    assert browser.post("/staff/cards/pdf", data=sent | {"agreement": "A02"}).status_code == 404


def test_templates_of_paper_travel_in_the_package() -> None:
    assert (folder("templates") / "paper" / "cards.typ").is_file()
