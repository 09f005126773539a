"""Filling a workbook as a spreadsheet would."""

import zipfile
from io import BytesIO

from lxml import etree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def filled(data: bytes, cells: dict[str, str], sheet: str = "sheet1") -> bytes:
    """The workbook with these texts in these cells, as a spreadsheet would save them."""
    out, member = BytesIO(), f"xl/worksheets/{sheet}.xml"
    with zipfile.ZipFile(BytesIO(data)) as archive, zipfile.ZipFile(out, "w") as made:
        for name in archive.namelist():
            held = archive.read(name)
            made.writestr(name, _with(held, cells) if name == member else held)
    return out.getvalue()


def _with(page: bytes, cells: dict[str, str]) -> bytes:
    root = etree.fromstring(page)
    for cell in root.iter(f"{MAIN}c"):
        if cell.get("r") in cells:
            for child in list(cell):
                cell.remove(child)
            cell.set("t", "inlineStr")
            text = etree.SubElement(etree.SubElement(cell, f"{MAIN}is"), f"{MAIN}t")
            text.text = cells[cell.get("r")]
    return etree.tostring(root)
