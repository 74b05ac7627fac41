"""Text with tags, as other platforms keep it, made plain."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BLOCKS = {"p", "div", "br", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "blockquote", "hr"}
_UNREAD = {"script", "style"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []
        self._unread = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unread += tag in _UNREAD
        if tag in _BLOCKS:
            self.told.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._unread -= tag in _UNREAD
        if tag in _BLOCKS:
            self.told.append("\n")

    def handle_data(self, data: str) -> None:
        if self._unread <= 0:
            self.told.append(re.sub(r"[ \t\r\f\v\xa0]+", " ", data))


def plain_text(html: str) -> str:
    """What one reads of it, one line a paragraph, without scripts or styles."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = (line.strip() for line in "".join(reader.told).split("\n"))
    return "\n".join(line for line in lines if line)


def shortened(text: str, longest: int) -> str:
    """A text of so many signs at most, cut after a sentence where one ends late enough, else after a word."""
    if len(text) <= longest:
        return text
    ends = [found.end() for found in re.finditer(r"[.!?…](?=\s)", text[: longest + 1])]
    if ends and ends[-1] > longest // 2:
        return text[: ends[-1]]
    return re.sub(r"\s+\S*$", "", text[:longest]) + "…" if " " in text[:longest] else text[: longest - 1] + "…"
