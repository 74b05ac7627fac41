"""Reading back what was printed: the words of a PDF made by Typst, and its squares as a camera sees them."""

from __future__ import annotations

import io
import json
import re
import zlib
from typing import Any

import typst
import zxingcpp
from PIL import Image

from engage.kernel.words import folder

_TOKEN = re.compile(rb"/(f\d+) [\d.]+ Tf|\(")
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def squeezed(text: str) -> str:
    """Without any space, for a line may break at each."""
    return re.sub(r"[\s\u200b]+", "", text)


def words(document: bytes) -> str:
    """The letters of a PDF in the order they are drawn, squeezed."""
    objects = dict(re.findall(rb"\n(\d+) 0 obj\n(.*?)\nendobj", document, re.DOTALL))
    streams = {number: _inflated(body) for number, body in objects.items() if b"stream\n" in body}
    fonts = {
        name: _unicode(streams[re.search(rb"/ToUnicode (\d+) 0 R", objects[font])[1]])
        for resources in objects.values()
        for name, font in re.findall(rb"/(f\d+) (\d+) 0 R", resources)
    }
    drawn, font = "", fonts.get(b"f0", {})
    for content in (stream for stream in streams.values() if b"BT" in stream and b"Tf" in stream):
        at = 0
        while token := _TOKEN.search(content, at):
            at = token.end()
            if token[1]:
                font = fonts[token[1]]
                continue
            start, at = at, _closing(content, at)
            signs = _ESCAPE.sub(_escaped, content[start : at - 1])
            drawn += "".join(font.get(signs[place : place + 2], "") for place in range(0, len(signs), 2))
    return squeezed(drawn)


def _closing(content: bytes, at: int) -> int:
    """Just after the parenthesis that ends a string; those inside are in pairs, or escaped."""
    depth = 1
    while depth:
        sign = content[at : at + 1]
        depth += {b"(": 1, b")": -1}.get(sign, 0)
        at += 2 if sign == b"\\" else 1
    return at


def _escaped(found: re.Match[bytes]) -> bytes:
    return bytes([int(found[1], 8)]) if found[1].isdigit() else _NAMED.get(found[1], found[1])


def _inflated(body: bytes) -> bytes:
    packed = body.split(b"stream\n", 1)[1].removesuffix(b"\nendstream")
    try:
        return zlib.decompress(packed)
    except zlib.error:
        return packed


def _unicode(cmap: bytes) -> dict[bytes, str]:
    """Which letters each sign of a font stands for."""
    read: dict[bytes, str] = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        for sign, letters in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            read[bytes.fromhex(sign.decode())] = bytes.fromhex(letters.decode()).decode("utf-16-be")
    return read


def seen(template: str, data: dict[str, Any], pictures: dict[str, bytes], *, dots: float = 110.0) -> list[str]:
    """What a camera reads from the whole page, printed at that many dots an inch."""
    source = (folder("templates") / "paper" / f"{template}.typ").read_bytes()
    files = {"main.typ": source, "data.json": json.dumps(data).encode(), **pictures}
    drawn = typst.compile(files, format="png", ppi=dots)
    return [code.text for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(drawn)))]
