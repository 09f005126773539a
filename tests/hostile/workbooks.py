"""Hostile spreadsheets: an honest workbook of a division, changed in one place."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

from xlsxwriter import Workbook

from livretpro.livrets.workbook.layout import FORM, MARK
from lycee import CIEL, UAI

SHEET, STRINGS, MIB = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", 1024 * 1024
Pages = dict[str, list[tuple[str, ...]]]


def workbooks(canary: Path, port: int) -> Iterator[tuple[str, bytes]]:
    """Every file, by name."""
    whole = made(honest())
    yield "workbook: honest", whole
    yield from _marks()
    yield from _cells(whole)
    yield from _document_types(whole, canary, port)
    outside = f'Target="{canary.as_uri()}" TargetMode="External"'.encode()
    rels = "xl/_rels/workbook.xml.rels"
    yield (
        "workbook: sheet elsewhere",
        changed(whole, rels, b'Target="worksheets/sheet1.xml"', outside),
    )
    yield (
        "workbook: sheet up there",
        changed(whole, rels, b"worksheets/sheet1.xml", b"../../../etc/passwd"),
    )


def _document_types(whole: bytes, canary: Path, port: int) -> Iterator[tuple[str, bytes]]:
    for member, dtd in (
        (SHEET, f"[<!ENTITY x SYSTEM '{canary.as_uri()}'>]"),
        ("xl/workbook.xml", f"SYSTEM 'http://127.0.0.1:{port}/x'"),
        (STRINGS, f"[<!ENTITY a '{'ha' * 900}'><!ENTITY b '{'&a;' * 900}'>]"),
        ("[Content_Types].xml", f"SYSTEM '{canary.as_uri()}'"),
    ):
        document_type = f"?><!DOCTYPE x {dtd}>".encode()
        yield f"workbook: doctype in {member}", changed(whole, member, b"?>", document_type)


def honest() -> Pages:
    """The mark of the division of the tests, and a page with one pupil."""
    return {
        "Terminale 1": [
            ("Identifiant", "Nom"),
            ("eleve_id", "nom", "moyenne_1"),
            ("1001", "X", "12"),
        ],
        MARK: [(MARK, FORM, ""), (UAI, "2025", ""), (CIEL, "TCIEL1", "")],
    }


def made(pages: Pages) -> bytes:
    """These texts as a workbook."""
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        for title, lines in pages.items():
            sheet = book.add_worksheet(title)
            for row, texts in enumerate(lines):
                for column, text in enumerate(texts):
                    sheet.write_string(row, column, text)
    return out.getvalue()


def changed(data: bytes, member: str, old: bytes, new: bytes) -> bytes:
    """The same workbook with one member changed; a new member when there is none of that name."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    assert old in held.get(member, b""), member
    held[member] = held.get(member, b"").replace(old, new, 1) if old else new
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in held.items():
            archive.writestr(name, content)
    return out.getvalue()


def _marks() -> Iterator[tuple[str, bytes]]:
    pages = honest()
    yield "workbook: no mark", made({"Terminale 1": pages["Terminale 1"]})
    yield "workbook: mark alone", made({MARK: pages[MARK]})
    yield "workbook: empty", made({"Feuille": []})
    yield (
        "workbook: other year",
        made(pages | {MARK: [*pages[MARK][:1], (UAI, "1812", ""), *pages[MARK][2:]]}),
    )
    yield (
        "workbook: odd pupil in the mark",
        made(pages | {MARK: [*pages[MARK], ("²", "moyenne_1", "12")]}),
    )
    yield (
        "workbook: odd field in the mark",
        made(pages | {MARK: [*pages[MARK], ("1001", "=1+1", "\u202e")]}),
    )
    yield "workbook: same pupil on two pages", made({**pages, "Autre": pages["Terminale 1"]})
    yield (
        "workbook: sixty pages",
        made({**pages, **{f"F{n}": pages["Terminale 1"] for n in range(60)}}),
    )


def _cells(whole: bytes) -> Iterator[tuple[str, bytes]]:
    far = (b'r="C3"', b'r="XFD1048576"')
    yield "workbook: cell at the end of the world", changed(whole, SHEET, *far)
    yield (
        "workbook: row at the end of the world",
        changed(whole, SHEET, b'<row r="3"', b'<row r="1048576"'),
    )
    yield "workbook: cell that is no place", changed(whole, SHEET, b'r="C3"', 'r="É٣"'.encode())
    yield (
        "workbook: lies about its size",
        changed(whole, SHEET, b'ref="A1:C3"', b'ref="A1:XFD1048576"'),
    )
    yield "workbook: unknown shared text", changed(whole, SHEET, b"</v>", b"9999999999</v>")
    yield "workbook: error cell", changed(whole, SHEET, b't="s"><v>0</v>', b't="e"><v>#REF!</v>')
    yield (
        "workbook: date of nowhere",
        changed(whole, SHEET, b't="s"><v>0</v>', b't="d"><v>0000-99-99</v>'),
    )
    yield (
        "workbook: number of nowhere",
        changed(whole, SHEET, b't="s"><v>0</v>', b"><v>1e99999</v>"),
    )
    yield (
        "workbook: formula",
        changed(whole, SHEET, b't="s"><v>0</v>', b't="str"><f>WEBSERVICE(1)</f><v>1</v>'),
    )
    yield (
        "workbook: text of a million",
        changed(whole, STRINGS, b"<t>Nom</t>", b"<t>%s</t>" % (b"x" * 900_000)),
    )
    cells = b'<row r="9">%s</row>' % (b'<c t="s"><v>0</v></c>' * 290)
    shared = changed(whole, SHEET, b"</sheetData>", cells * 100 + b"</sheetData>")
    yield (
        "workbook: one long text for all cells",
        changed(shared, STRINGS, b"<t>Identifiant</t>", b"<t>%s</t>" % (b"x" * 900_000)),
    )
    yield "workbook: member of 60 MiB", changed(whole, "xl/media/a.xml", b"", b" " * (60 * MIB))
    yield "workbook: macro", changed(whole, "xl/vbaProject.bin", b"", b"\xd0\xcf\x11\xe0" * 100)
    yield "workbook: no styles", changed(whole, "xl/styles.xml", b"<", b"<!--")
    yield "workbook: workbook that is not xml", changed(whole, "xl/workbook.xml", b"<?xml", b"%PDF")
