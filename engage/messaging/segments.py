"""How a text is cut into segments (GSM 03.38, 3GPP TS 23.040), and plain forms of the letters that cost. Pure."""

from __future__ import annotations

from dataclasses import dataclass

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\x0c^{}\\[~]|€")
_PLAIN = str.maketrans(
    {
        "\N{NO-BREAK SPACE}": " ",
        "\N{NARROW NO-BREAK SPACE}": " ",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{LEFT SINGLE QUOTATION MARK}": "'",
        "\N{LEFT DOUBLE QUOTATION MARK}": '"',
        "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
        "«": '"',
        "»": '"',
        "\N{HORIZONTAL ELLIPSIS}": "...",
        "\N{EN DASH}": "-",
        "\N{EM DASH}": "-",
        "œ": "oe",
        "Œ": "OE",
        "À": "A",
        "È": "E",
        "Ù": "U",
    }
)


@dataclass(frozen=True)
class Measure:
    encoding: str
    """GSM-7 or UCS-2."""
    segments: int
    units: int
    """Septets, or UTF-16 units."""
    costly: tuple[str, ...]
    """The letters that force UCS-2, in order, once each."""


def plain(text: str) -> str:
    """Typographic signs in their plain form, which costs nothing and loses nothing. Accents stay."""
    return text.translate(_PLAIN)


def measure(text: str) -> Measure:
    """Segments are filled greedily: an escape pair or a surrogate pair never straddles two."""
    costly = tuple(dict.fromkeys(letter for letter in text if letter not in BASIC and letter not in EXTENSION))
    if costly:
        sizes = [2 if ord(letter) > 0xFFFF else 1 for letter in text]
        return Measure("UCS-2", _segments(sizes, 70, 67), sum(sizes), costly)
    sizes = [2 if letter in EXTENSION else 1 for letter in text]
    return Measure("GSM-7", _segments(sizes, 160, 153), sum(sizes), ())


def _segments(sizes: list[int], single: int, part: int) -> int:
    if sum(sizes) <= single:
        return 1 if sizes else 0
    parts, filled = 1, 0
    for size in sizes:
        if filled + size > part:
            parts, filled = parts + 1, 0
        filled += size
    return parts
