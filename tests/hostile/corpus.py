"""Hostile files (spec 08): made here, each with a name. All of them go to every door.

`corpus(canary, port)`: external entities name the file `canary`, which nobody may open, and the
local `port`, where nobody may knock.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from hostile.workbooks import honest
from hostile.workbooks import made as workbook
from lycee import UAI
from siecle_files import eleve, eleves_xml, structures_xml, sts_xml

ROOTS = ("BEE_ELEVES", "lsl")
LAUGHS = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
MIB = 1024 * 1024


def corpus(canary: Path, port: int) -> dict[str, bytes]:
    """Every file, by name."""
    made: dict[str, bytes] = {}
    for family in (
        _document_types(canary, port),
        _inclusions(canary, port),
        _bombs(),
        _encodings(),
        _shapes(),
        _archives(),
        _wrong_sense(),
        _texts(),
        _other_kinds(),
        _sheets(),
        _json(),
    ):
        for name, data in family:
            assert name not in made, name
            made[name] = data
    return made


def _xml(body: str, dtd: str = "", declaration: str = '<?xml version="1.0"?>') -> bytes:
    return f"{declaration}\n{dtd}\n{body}".encode()


def _document_types(canary: Path, port: int) -> Iterator[tuple[str, bytes]]:
    file, web = canary.as_uri(), f"http://127.0.0.1:{port}/x"
    tricks = {
        "file": f"[<!ENTITY x SYSTEM '{file}'>]",
        "http": f"[<!ENTITY x SYSTEM '{web}'>]",
        "ftp": f"[<!ENTITY x SYSTEM 'ftp://127.0.0.1:{port}/x'>]",
        "device": "[<!ENTITY x SYSTEM 'file:///dev/zero'>]",
        "random": "[<!ENTITY x SYSTEM 'file:///dev/urandom'>]",
        "public": f"[<!ENTITY x PUBLIC 'p' '{file}'>]",
        "relative": "[<!ENTITY x SYSTEM '../../../../etc/passwd'>]",
        "unparsed": f"[<!NOTATION n SYSTEM 'n'><!ENTITY x SYSTEM '{file}' NDATA n>]",
        "laughs": f"[<!ENTITY l0 'ha'>{LAUGHS}<!ENTITY x '&l9;'>]",
        "quadratic": f"[<!ENTITY x '{'ha' * 20_000}'>]",
        "itself": "[<!ENTITY x '&x;'>]",
        "parameter": f"[<!ENTITY % p SYSTEM '{file}'> %p;]",
        "parameter over http": f"[<!ENTITY % p SYSTEM '{web}'> %p;]",
        "parameter inside": "[<!ENTITY % p '<!ENTITY x &#34;y&#34;>'> %p;]",
        "external subset": f"SYSTEM '{file}'",
        "external subset over http": f"PUBLIC '-//W3C//DTD' '{web}.dtd'",
        "id attributes": f"SYSTEM '{file}' [<!ATTLIST a id ID #REQUIRED>]",
        "attribute by default": "[<!ATTLIST BEE_ELEVES VERSION CDATA '2.1'>]",
        "without entity": "[<!ELEMENT a ANY>]",
        "empty": "",
    }
    for name, dtd in tricks.items():
        root = ROOTS[len(name) % 2]
        yield f"doctype: {name}", _xml(f"<{root}>&x;</{root}>", f"<!DOCTYPE {root} {dtd}>")
    late = _xml("<BEE_ELEVES><!DOCTYPE a></BEE_ELEVES>")
    yield "doctype: inside the root", late


def _inclusions(canary: Path, port: int) -> Iterator[tuple[str, bytes]]:
    space = 'xmlns:xi="http://www.w3.org/2001/XInclude"'
    for name, target in (("file", canary.as_uri()), ("http", f"http://127.0.0.1:{port}/x")):
        body = f'<BEE_ELEVES {space}><xi:include href="{target}" parse="text"/></BEE_ELEVES>'
        yield f"xinclude: {name}", _xml(body)
    yield (
        "stylesheet instruction",
        _xml("<lsl/>", f'<?xml-stylesheet type="text/xsl" href="{canary.as_uri()}"?>'),
    )
    place = f'xsi:schemaLocation="urn:x {canary.as_uri()}"'
    instance = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    yield "schema location", _xml(f"<lsl {instance} {place}/>")
    yield "base address", _xml(f'<BEE_ELEVES xml:base="{canary.as_uri()}"/>')


def _bombs() -> Iterator[tuple[str, bytes]]:
    yield "bomb: deep", _xml("<a>" * 5_000 + "</a>" * 5_000)
    yield "bomb: wide", _xml(f"<BEE_ELEVES>{'<a/>' * 1_100_000}</BEE_ELEVES>")
    yield "bomb: long text", _xml(f"<BEE_ELEVES>{'x' * (2 * MIB)}</BEE_ELEVES>")
    yield "bomb: long tag", _xml(f"<{'a' * (2 * MIB)}/>")
    yield "bomb: long comment", _xml(f"<BEE_ELEVES><!--{'x' * (2 * MIB)}--></BEE_ELEVES>")
    many = " ".join(f"a{n}='1'" for n in range(5_000))
    yield "bomb: many attributes", _xml(f"<lsl {many}/>")
    yield "bomb: many names", _xml(f"<lsl>{''.join(f'<a{n}/>' for n in range(5_000))}</lsl>")
    spaces = " ".join(f"xmlns:a{n}='u{n}'" for n in range(5_000))
    yield "bomb: many namespaces", _xml(f"<lsl {spaces}/>")
    yield "bomb: long attribute", _xml("<lsl a='" + "x" * (2 * MIB) + "'/>")
    yield "bomb: never ending comment", _xml("<BEE_ELEVES><!-- ")
    yield "bomb: tree of attributes", _of_attributes("nomenclaturesLsl", 15 * MIB)
    yield "bomb: slow attributes", _of_attributes("BEE_ELEVES", 60 * MIB)
    yield "bomb: too large", b"<BEE_ELEVES>" + b" " * (65 * MIB)


def _of_attributes(root: str, size: int) -> bytes:
    """About `size` bytes where each element bears as many attributes as the door lets in.

    15 MiB make a tree of 640 MB; 60 MiB take 20 s to check on two busy cores.
    """
    names = (f"{first}{second}" for first in "abc" for second in "abcdefghijklmnopqrstuvwxyz")
    element = "<x" + "".join(f" {name}=''" for name in islice(names, 64)) + "/>"
    return _xml(f"<{root}>{element * (size // len(element))}</{root}>")


def _encodings() -> Iterator[tuple[str, bytes]]:
    body = "<BEE_ELEVES VERSION='2.1'>été</BEE_ELEVES>"
    for name in ("UTF-16", "UTF-16-LE", "UTF-16-BE", "UTF-32", "UTF-32-LE", "UTF-32-BE", "cp037"):
        text = f"<?xml version='1.0' encoding='{name}'?>\n{body}"
        yield f"encoding: {name}", text.encode(name)
    yield "encoding: utf-7", b"+/v8-+ADw-BEE_ELEVES/+AD4-"
    yield "encoding: two marks", b"\xef\xbb\xbf\xef\xbb\xbf" + body.encode()
    yield "encoding: nul", b"<BEE_ELEVES>\0</BEE_ELEVES>"
    yield "encoding: nul first", b"\0<BEE_ELEVES/>"
    wrong = "<?xml version='1.0' encoding='UTF-8'?>\n" + body
    yield "encoding: wrong declaration", wrong.encode("iso-8859-15")
    yield "encoding: unknown", b"<?xml version='1.0' encoding='klingon'?><BEE_ELEVES/>"
    yield "encoding: overlong", b"<BEE_ELEVES>\xc0\xaf</BEE_ELEVES>"
    yield "encoding: surrogates", b"<BEE_ELEVES>\xed\xa0\x80</BEE_ELEVES>"
    yield "encoding: control", b"<BEE_ELEVES>\x01\x08\x1b</BEE_ELEVES>"
    yield "encoding: not a character", "<BEE_ELEVES>\uffff</BEE_ELEVES>".encode()


def _shapes() -> Iterator[tuple[str, bytes]]:
    whole = eleves_xml(eleves=[eleve(1)])
    yield "shape: empty", b""
    yield "shape: blanks", b" \n\t "
    yield "shape: mark alone", b"\xef\xbb\xbf"
    yield "shape: cut in the middle", whole[: len(whole) // 2]
    yield "shape: cut at the end", whole[:-3]
    yield "shape: two roots", whole + b"<BEE_ELEVES/>"
    yield "shape: text after", whole + b"suite"
    yield "shape: unknown entity", _xml("<BEE_ELEVES>&eacute;</BEE_ELEVES>")
    yield "shape: unknown prefix", _xml("<lsl:lsl/>")
    yield "shape: crossed tags", _xml("<a><b></a></b>")
    yield "shape: same attribute twice", _xml('<lsl a="1" a="2"/>')
    yield "shape: version 1.1", _xml("<BEE_ELEVES/>", declaration='<?xml version="1.1"?>')
    yield "shape: other kind", _xml("<html><body/></html>")
    yield "shape: wrong way of sts", _xml("<EDT_STS><PARAMETRES/></EDT_STS>")
    yield "shape: root alone", _xml("<BEE_ELEVES VERSION='2.1'/>")
    yield "shape: other namespace", _xml('<lsl xmlns="urn:autre" schemaVersion="1.1"/>')


def _zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return made.getvalue()


def _archives() -> Iterator[tuple[str, bytes]]:
    whole = eleves_xml(eleves=[eleve(1)])
    yield "zip: ratio", _zipped(("a.xml", b" " * (60 * MIB)))
    yield "zip: nested", _zipped(("a.zip", _zipped(("a.xml", whole))))
    yield "zip: path", _zipped(("../../a.xml", whole))
    yield "zip: absolute path", _zipped(("/etc/a.xml", whole))
    yield "zip: windows path", _zipped(("..\\a.xml", whole))
    yield "zip: two members", _zipped(("a.xml", whole), ("b.xml", whole))
    yield "zip: none", _zipped()
    yield "zip: folder alone", _zipped(("a/", b""))
    yield "zip: cut", _zipped(("a.xml", whole))[:-20]
    link = zipfile.ZipInfo("a.xml")
    link.external_attr = 0o120777 << 16
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    yield "zip: symbolic link", made.getvalue()
    encrypted = bytearray(_zipped(("a.xml", whole)))
    encrypted[6] |= 1
    encrypted[encrypted.find(b"PK\1\2") + 8] |= 1
    yield "zip: encrypted", bytes(encrypted)
    liar = bytearray(_zipped(("a.xml", b"x" * 1000), method=zipfile.ZIP_STORED))
    at = liar.find(b"PK\1\2") + 24
    liar[at : at + 4] = (10).to_bytes(4, "little")
    yield "zip: lies about the size", bytes(liar)


def _wrong_sense() -> Iterator[tuple[str, bytes]]:
    yield "sense: same pupil twice", eleves_xml(uai=UAI, eleves=[eleve(1), eleve(1)])
    yield "sense: two divisions", eleves_xml(uai=UAI, eleves=[eleve(1, divisions=["1A", "1B"])])
    yield "sense: other school", eleves_xml(uai="0990009X", eleves=[eleve(1)])
    yield "sense: uai that is none", eleves_xml(uai="<&>", eleves=[eleve(1)])
    yield "sense: year 1812", eleves_xml(uai=UAI, annee=1812, eleves=[eleve(1)])
    yield "sense: impossible birth", eleves_xml(uai=UAI, eleves=[eleve(1, DATE_NAISS="31/02/2010")])
    yield "sense: year 99999", eleves_xml(uai=UAI, eleves=[eleve(1, DATE_NAISS="01/01/99999")])
    yield "sense: number too long", eleves_xml(uai=UAI, eleves=[eleve("9" * 400)])
    yield "sense: negative number", eleves_xml(uai=UAI, eleves=[eleve(-1)])
    yield "sense: no number", eleves_xml(uai=UAI, eleves=[eleve(None)])
    yield (
        "sense: eastern digits",
        _in_utf8(eleves_xml(uai=UAI, eleves=[eleve(7777)]), "7777", "١٢٣"),
    )
    yield "sense: name too long", eleves_xml(uai=UAI, eleves=[eleve(1, NOM_DE_FAMILLE="X" * 5_000)])
    yield "sense: code too long", eleves_xml(uai=UAI, eleves=[eleve(1, divisions=["X" * 300])])
    yield "sense: empty structures", structures_xml(uai=UAI, divisions=[])
    yield "sense: sts of nobody", sts_xml(uai=UAI, individus=[], divisions=[])
    for name, mark in (("20.01", "20.01"), ("comma", "12,5"), ("exponent", "1e1"), ("nan", "NaN")):
        yield f"sense: mark {name}", _lsl(mark)
    yield "sense: average of 25", _lsl("25")


def _lsl(mark: str) -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<lsl:lsl xmlns:lsl="urn:livretpro:lslpro:import" schemaVersion="1.1">
<entete><editeur>X</editeur><application>X</application><etablissement>0990001N</etablissement>
<division>1A</division></entete><donnees><eleve id="1"><scolarites>
<scolarite annee-scolaire="2025" code-periode="T">
<evaluation modalite-election="S" code-matiere="071100"><structure/>
<periodiques><periode numero="1" moyenne="{mark}"/></periodiques>
<enseignants><enseignant nom="A" prenom="B"/></enseignants></evaluation>
</scolarite></scolarites></eleve></donnees></lsl:lsl>""".encode()


def _texts() -> Iterator[tuple[str, bytes]]:
    for name, text in {
        "formula": "=cmd|'/c calc'!A1",
        "html": "&lt;script&gt;alert(1)&lt;/script&gt;",
        "bidi": "\u202eMARTIN\u202c",
        "zero width": "MAR\u200bTIN\ufeff",
        "nfd": "E\u0301LE\u0300VE",
        "emoji": "👩‍🏫 ÉLÈVE",
        "private": "\ue000\uf8ff",
        "sql": "'; DROP TABLE schools_student; --",
        "template": "{{ settings.SECRET_KEY }}{% load x %}",
        "null words": "NULL None undefined",
    }.items():
        whole = eleves_xml(uai=UAI, eleves=[eleve(1, NOM_DE_FAMILLE="À REMPLACER")])
        yield f"text: {name}", _in_utf8(whole, "À REMPLACER", text)


def _in_utf8(whole: bytes, old: str, new: str) -> bytes:
    """A file of SIECLE in UTF-8, where every text can be written."""
    text = whole.decode("iso-8859-15").replace("ISO-8859-15", "UTF-8")
    return text.replace(old, new).encode()


def _other_kinds() -> Iterator[tuple[str, bytes]]:
    yield "kind: pdf", b"%PDF-1.7\n1 0 obj\n"
    yield "kind: png", b"\x89PNG\r\n\x1a\n" + b"\0" * 100
    yield "kind: gzip", b"\x1f\x8b\x08" + b"\0" * 50
    yield "kind: ole", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512
    yield "kind: program", b"\x7fELF" + b"\0" * 100
    yield "kind: workbook", workbook(honest())
    yield "kind: noise", bytes((n * 7919) % 256 for n in range(10_000))


def _sheets() -> Iterator[tuple[str, bytes]]:
    yield "sheet: formula", b"eleve_id;appreciation\n1001;=HYPERLINK(1)\n"
    yield "sheet: open quote", b'eleve_id;appreciation\n1001;"sans fin\n'
    yield "sheet: thousand columns", b"eleve_id;" + b";".join(b"c%d" % n for n in range(1000))
    yield "sheet: huge cell", b"eleve_id;appreciation\n1001;" + b"x" * (2 * MIB)
    yield "sheet: same pupil", b"eleve_id;moyenne_1\n1001;12\n1001;13\n"
    yield "sheet: mark 20.01", b"eleve_id;moyenne_1\n1001;20.01\n"
    yield "sheet: degree 7", b"eleve_id;C01\n1001;7\n"
    yield "sheet: carriage returns", b"eleve_id;moyenne_1\r1001;12\r"
    yield "sheet: half a million columns", b"eleve_id" + b";c" * 500_000
    yield "sheet: two million lines", b"eleve_id;moyenne_1\n" + b"1;\n" * 2_000_000
    yield "sheet: other school's pupil", b"eleve_id;moyenne_1\n999999;12\n"


def _json() -> Iterator[tuple[str, bytes]]:
    yield "json: deep", b"[" * 100_000
    yield "json: deep objects", b'{"a":' * 50_000
    yield "json: same key", b'{"competences": [], "competences": []}'
    yield "json: nan", b'{"competences": [NaN]}'
    yield "json: huge number", b'{"competences": [' + b"9" * 100_000 + b"]}"
    yield "json: huge exponent", b'{"competences": [1e999999]}'
    yield "json: lone surrogate", b'{"competences": [{"code": "\\ud800", "intitule": "x"}]}'
    yield "json: nul", b'{"competences": [{"code": "\\u0000", "intitule": "x"}]}'
    yield "json: wrong types", b'{"competences": {"a": 1}}'
    yield (
        "json: too many",
        json.dumps(
            {"competences": [{"code": f"C{n}", "intitule": "x"} for n in range(5_000)]}
        ).encode(),
    )
    yield "json: html", b'{"competences": [{"code": "<b>", "intitule": "<script>"}]}'
    yield "json: comment", b'{"competences": [] /* rien */}'
