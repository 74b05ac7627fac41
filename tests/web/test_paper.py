"""What is printed: looked at by an accessibility checker and read back by a camera's eye."""

from __future__ import annotations

import io
import re

import page
import typst
import zxingcpp
from PIL import Image

from engage.kernel.paper import qr_picture
from engage.kernel.words import folder
from engage.staff import Role
from tests.world import World, hidden


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


def test_a_code_that_is_none_is_not_printed(world: World) -> None:
    browser = world.staff(Role.ORGANISER)
    token = hidden(browser.get("/staff/cards/"))["csrf_token"]
    sent = {"csrf_token": token, "agreement": "A01", "code": ['#read("/etc/passwd")', "0000000000"]}
    answer = browser.post("/staff/cards/pdf", data=sent)
    assert answer.status_code == 200
    assert browser.post("/staff/cards/pdf", data=sent | {"agreement": "A02"}).status_code == 404


def test_templates_of_paper_travel_in_the_package() -> None:
    assert (folder("templates") / "paper" / "cards.typ").is_file()
