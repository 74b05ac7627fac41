"""Cells of a file that a spreadsheet opens. Pure."""

from __future__ import annotations

_RUN = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """A text that a spreadsheet does not run as a formula; `as_written` gives the text back."""
    return f"'{text}" if text.lstrip("'")[:1] in _RUN else text


def as_written(cell: str) -> str:
    """The text of which `harmless` made a cell."""
    return cell[1:] if cell[:1] == "'" and cell.lstrip("'")[:1] in _RUN else cell
