"""Cells of a file that a spreadsheet opens. Pure."""

from __future__ import annotations


def harmless(text: str) -> str:
    """A text that a spreadsheet does not run as a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
