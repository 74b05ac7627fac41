"""A told document as a file: PDF that a screen reader walks, Word, spreadsheet, and the bare document as CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from engage.filings.telling import Document, Own, Table, Told, tell
from engage.kernel.cells import harmless
from engage.kernel.paper import pdf
from engage.kernel.words import N_

DRAFT_MARK = N_("Brouillon, pas encore signé.")
_SAFE = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_NOT_IN_A_NAME = r"[\[\]:*?/\\']"


def as_pdf(document: Document, language: str, mark: str) -> bytes:
    """PDF/UA-1; `mark` stands at the foot of each page: a draft says so, a signed version gives its hash."""
    told = asdict(tell(document, language))
    for part in told["parts"]:
        for table in part["tables"]:
            numbers = [row[-1] for row in table["rows"] if isinstance(row[-1], int)]
            table["most"] = max(numbers, default=0) if table["bars"] else 0
            table["rows"] = [[_cell(cell, language) for cell in row] for row in table["rows"]]
    return pdf("filing", told | {"mark": mark})


def _cell(cell: str | int, language: str) -> dict[str, Any]:
    return {"text": str(cell), "lang": "fr" if isinstance(cell, Own) else language, "number": cell if isinstance(cell, int) else None}


def as_word(document: Document, language: str, mark: str) -> bytes:
    """DOCX, with true headings and header rows."""
    from docx import Document as Word  # noqa: PLC0415 - only filing needs it

    told, made = tell(document, language), Word()
    made.core_properties.title, made.core_properties.language = told.title, told.language
    made.add_heading(told.title, 0)
    for line in (told.label, *told.lead):
        made.add_paragraph(line)
    for part in told.parts:
        made.add_heading(part.title, 1)
        for text in (*part.words, *part.notes):
            made.add_paragraph(text)
        for table in part.tables:
            made.add_paragraph(table.caption, style="Caption")
            _word_table(made, table)
    made.add_paragraph(mark)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _word_table(made: Any, table: Table) -> None:
    from docx.oxml import OxmlElement  # noqa: PLC0415

    grid = made.add_table(rows=1, cols=len(table.head), style="Table Grid")
    grid.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    _fill(grid.rows[0].cells, table.head)
    for row in table.rows:
        _fill(grid.add_row().cells, row)


def _fill(cells: Sequence[Any], texts: Sequence[str | int]) -> None:
    for cell, text in zip(cells, texts, strict=True):
        cell.text = str(text)


def as_sheets(document: Document, language: str, mark: str) -> bytes:
    """XLSX: one sheet of words, one for each table; nothing in it is a formula."""
    import xlsxwriter  # noqa: PLC0415 - only filing needs it

    told, out = tell(document, language), io.BytesIO()
    with xlsxwriter.Workbook(out, _SAFE) as book:
        book.set_properties({"title": told.title, "comments": mark})
        bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        first = book.add_worksheet("1")
        first.set_column(0, 0, 100, wrapped)
        for row, (text, is_title) in enumerate(_lines(told, mark)):
            first.write_string(row, 0, text, bold if is_title else wrapped)
        tables = [table for part in told.parts for table in part.tables]
        for place, table in enumerate(tables, 2):
            sheet = book.add_worksheet(_name(place, table.caption))
            sheet.write_string(0, 0, table.caption, bold)
            sheet.set_column(0, len(table.head) - 1, 30, wrapped)
            for column, text in enumerate(table.head):
                sheet.write_string(2, column, text, bold)
            for line, cells in enumerate(table.rows, 3):
                for column, cell in enumerate(cells):
                    (sheet.write_number if isinstance(cell, int) else sheet.write_string)(line, column, cell)
            sheet.freeze_panes(3, 1)
    return out.getvalue()


def _name(place: int, caption: str) -> str:
    """What a spreadsheet takes as the name of a sheet: 31 signs, without some of them, no two alike."""
    return f"{place} {re.sub(_NOT_IN_A_NAME, ' ', caption)}"[:31]


def _lines(told: Told, mark: str) -> Iterator[tuple[str, bool]]:
    yield told.title, True
    for text in (told.label, *told.lead):
        yield text, False
    for part in told.parts:
        yield part.title, True
        for text in (*part.words, *part.notes):
            yield text, False
    yield mark, False


def as_csv(document: Document, _language: str, _mark: str) -> bytes:
    """One line for each value of the document, by its path."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["path", "value"])
    writer.writerows((path, harmless(value)) for path, value in flat(document))
    return out.getvalue().encode()


def flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every value under its path, such as `votes.0.question`; what is empty is left out."""
    inside: Iterator[tuple[Any, Any]]
    if isinstance(value, Mapping):
        inside = iter(value.items())
    elif isinstance(value, list):
        inside = iter(enumerate(value))
    else:
        if value not in (None, ""):
            yield path, str(value)
        return
    for name, each in inside:
        yield from flat(each, f"{path}.{name}" if path else str(name))


def as_json(document: Document, _language: str, _mark: str) -> bytes:
    return json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"


def sheet_of(text: str, name: str) -> bytes:
    """A table told as CSV, as a spreadsheet of one sheet; whole numbers are numbers."""
    import xlsxwriter  # noqa: PLC0415 - only filing needs it

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _SAFE) as book:
        sheet, bold = book.add_worksheet(name[:31]), book.add_format({"bold": True})
        for line, row in enumerate(csv.reader(io.StringIO(text))):
            for column, cell in enumerate(row):
                if line and cell.isascii() and cell.isdigit():
                    sheet.write_number(line, column, int(cell))
                else:
                    sheet.write_string(line, column, cell, bold if line == 0 else None)
        sheet.freeze_panes(1, 1)
    return out.getvalue()


SHAPES: dict[str, tuple[str, Callable[[Document, str, str], bytes]]] = {
    "pdf": ("application/pdf", as_pdf),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", as_word),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_sheets),
    "csv": ("text/csv; charset=utf-8", as_csv),
    "json": ("application/json", as_json),
}
"""By the end of a file's name: its media type, and how it is made."""
