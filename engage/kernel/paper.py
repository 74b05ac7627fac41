"""Documents to print: a Typst template, and data that never becomes part of its source."""

from __future__ import annotations

import io
import json
from typing import Any

import segno

from engage.kernel.languages import unmarked
from engage.kernel.words import folder


def qr_picture(text: str) -> bytes:
    """A QR code as SVG, quiet zone included."""
    picture = io.BytesIO()
    segno.make(text, error="m").save(picture, kind="svg", border=4, dark="#000", light="#fff", scale=4)
    return picture.getvalue()


def pdf(template: str, data: dict[str, Any], pictures: dict[str, bytes] | None = None) -> bytes:
    """`templates/paper/<template>.typ` as accessible PDF (PDF/UA-1).

    The template reads `data.json` and the pictures by name. A missing text alternative or a skipped heading is refused by the
    compiler, so that it cannot be printed by mistake.
    """
    import typst  # noqa: PLC0415 - 80 MB that only printing needs

    files: Any = {"main.typ": (folder("templates") / "paper" / f"{template}.typ").read_bytes()}
    files |= {"data.json": unmarked(json.dumps(data, ensure_ascii=False)).encode()} | (pictures or {})
    return bytes(typst.compile(files, format="pdf", pdf_standards=["ua-1"]))
