"""Small hostile documents, each with the code and the line of its refusal."""

from dataclasses import dataclass

import pytest

from safe_input import Refused, iterparse, parse

DECLARED = "<?xml version='1.0' encoding='{}'?>\n"
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Hostile:
    name: str
    data: bytes
    code: str
    line: int | None


def with_dtd(dtd: str, body: str = "<a>&x;</a>") -> bytes:
    return f"<?xml version='1.0'?>\n<!DOCTYPE a {dtd}>\n{body}".encode()


def declaring(encoding: str, body: str = "<a>été</a>", *, written: str | None = None) -> bytes:
    return (DECLARED.format(encoding) + body).encode(written or encoding)


LAUGHS = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))

DTDS = [
    Hostile(name, with_dtd(dtd), "doctype", 2)
    for name, dtd in (
        ("xxe of a file", "[<!ENTITY x SYSTEM 'file:///etc/passwd'>]"),
        ("xxe over http", "[<!ENTITY x SYSTEM 'http://127.0.0.1:9/x'>]"),
        ("xxe of a device", "[<!ENTITY x SYSTEM 'file:///dev/zero'>]"),
        ("xxe with a public id", "[<!ENTITY x PUBLIC 'p' 'file:///etc/passwd'>]"),
        ("unparsed entity", "[<!NOTATION n SYSTEM 'n'><!ENTITY x SYSTEM 'f' NDATA n>]"),
        ("billion laughs", f"[<!ENTITY l0 'ha'>{LAUGHS}<!ENTITY x '&l9;'>]"),
        ("quadratic blowup", f"[<!ENTITY x '{'ha' * 1000}'>]"),
        ("entity that holds itself", "[<!ENTITY x '&x;'>]"),
        ("parameter entity", "[<!ENTITY % p SYSTEM 'file:///etc/passwd'> %p;]"),
        ("parameter entity inside another", "[<!ENTITY % p '<!ENTITY x &#34;y&#34;>'> %p;]"),
        ("external subset", "SYSTEM 'file:///etc/passwd'"),
        ("external subset over http", "PUBLIC '-//W3C//DTD' 'http://127.0.0.1:9/x.dtd'"),
        ("doctype without entity", "[<!ELEMENT a ANY>]"),
        ("attribute given by default", "[<!ATTLIST a b CDATA 'c'>]"),
        ("empty doctype", ""),
    )
]

ENCODINGS = [
    Hostile("utf-16 with a mark", declaring("UTF-16"), "encodage", 1),
    Hostile("utf-16 little end, no mark", declaring("UTF-16-LE"), "encodage", 1),
    Hostile("utf-16 big end, no mark", declaring("UTF-16-BE"), "encodage", 1),
    Hostile("utf-32 with a mark", declaring("UTF-32"), "encodage", 1),
    Hostile("utf-32 little end, no mark", declaring("UTF-32-LE"), "encodage", 1),
    Hostile("utf-32 big end, no mark", declaring("UTF-32-BE"), "encodage", 1),
    Hostile("utf-7 with a mark", b"+/v8-<a/>", "encodage", 1),
    Hostile("utf-7 from the first letter", b"+ADw-a/+AD4-", "encodage", 1),
    Hostile("utf-7 declared", declaring("UTF-7", "<a/>"), "encodage", 1),
    Hostile("ebcdic", declaring("cp037", "<a/>"), "encodage", 1),
    Hostile("ebcdic declared only", declaring("cp037", "<a/>", written="ascii"), "encodage", 1),
    Hostile("utf-16 declared only", declaring("UTF-16", "<a/>", written="ascii"), "encodage", 1),
    Hostile("unknown encoding", declaring("x-rien", "<a/>", written="ascii"), "encodage", 1),
    Hostile("chinese encoding", declaring("GB18030", "<a/>"), "encodage", 1),
    Hostile("latin bytes declared utf-8", declaring("UTF-8", written="latin-1"), "encodage", 2),
    Hostile("latin bytes without declaration", "<a>\né</a>".encode("latin-1"), "encodage", 2),
    Hostile("accent cut at the end", "<a>é".encode()[:-1], "encodage", 1),
    Hostile("utf-8 declared latin", declaring("ISO-8859-15", written="utf-8"), "encodage", 1),
    Hostile("utf-8 declared windows", declaring("windows-1252", written="utf-8"), "encodage", 1),
    Hostile("accents declared ascii", declaring("US-ASCII", written="utf-8"), "encodage", 2),
    Hostile("hole of windows-1252", DECLARED.format("windows-1252").encode() + b"<a>\x81</a>",
            "encodage", 2),
    Hostile("mark of utf-8, latin declared", BOM + declaring("ISO-8859-15"), "encodage", 1),
    Hostile("two marks", BOM + BOM + b"<a/>", "double_bom", 1),
    Hostile("overlong slash", b"<a>\xc0\xaf</a>", "encodage", 1),
    Hostile("half of a surrogate pair", b"<a>\xed\xa0\x80</a>", "encodage", 1),
]  # fmt: skip

SYNTAX = [
    Hostile("nothing", b"", "vide", 1),
    Hostile("blanks", b" \n \n", "vide", 1),
    Hostile("declaration alone", b"<?xml version='1.0'?>\n", "vide", 2),
    Hostile("comment alone", b"<!-- rien -->", "vide", 1),
    Hostile("plain text", b"nom;prenom\n", "pas_xml", 1),
    Hostile("pdf", b"%PDF-1.7\n", "pas_xml", 1),
    Hostile("nul in a text", b"<a>\n\0</a>", "octet_nul", 2),
    Hostile("nul in a comment", b"<a>\n\n<!-- \0 --></a>", "octet_nul", 3),
    Hostile("nul after the end", b"<a/>\n\0", "octet_nul", 2),
    Hostile("cut between tags", b"<a>\n<b>\n", "tronque", 3),
    Hostile("cut in a tag", b"<a>\n<b c='", "tronque", 2),
    Hostile("cut in a comment", b"<a>\n<!-- ", "tronque", 2),
    Hostile("cut in a cdata section", b"<a>\n<![CDATA[x", "tronque", 2),
    Hostile("two roots", b"<a/>\n<b/>", "deux_racines", 2),
    Hostile("text after the root", b"<a/>\nx", "deux_racines", 2),
    Hostile("entity without a dtd", b"<a>\n&nbsp;</a>", "entite", 2),
    Hostile("crossed tags", b"<a>\n<b>\n</a></b>", "mal_forme", 3),
    Hostile("attribute twice", b"<a>\n<b c='1' c='2'/></a>", "mal_forme", 2),
    Hostile("attribute without quotes", b"<a>\n<b c=1/></a>", "mal_forme", 2),
    Hostile("bare ampersand", b"<a>\nB & B</a>", "mal_forme", 2),
    Hostile("control character", b"<a>\n\x08</a>", "mal_forme", 2),
    Hostile("reference to nul", b"<a>\n&#0;</a>", "mal_forme", 2),
    Hostile("reference out of unicode", b"<a>\n&#x110000;</a>", "mal_forme", 2),
    Hostile("prefix without declaration", b"<a>\n<x:b/></a>", "mal_forme", 2),
    Hostile("declaration not at the start", b"\n<?xml version='1.0'?><a/>", "mal_forme", 2),
]

BOMBS = [
    Hostile("depth", b"<a>\n" + b"<b>" * 100_000, "trop_profond", 2),
    Hostile("elements", b"<a>\n" + b"<b/>" * 1_000_001, "trop_d_elements", 2),
    Hostile("attributes", b"<a>\n<b " + b" ".join(b"c%d=''" % n for n in range(65)) + b"/></a>",
            "trop_d_attributs", 2),
    Hostile("names", b"<a>\n" + b"".join(b"<b%d/>" % n for n in range(30_000)),
            "trop_de_noms", 2),
    Hostile("one text", b"<a>\n<b>" + b"x" * 2_000_000 + b"</b></a>", "texte_trop_long", 2),
    Hostile("one cdata section", b"<a>\n<![CDATA[" + b"x" * 2_000_000 + b"]]></a>",
            "texte_trop_long", 2),
    Hostile("one attribute", b"<a>\n<b c='" + b"x" * 3_000_000 + b"'/></a>",
            "balise_trop_longue", 2),
    Hostile("one comment", b"<a>\n<!--" + b"x" * 3_000_000 + b"--></a>",
            "balise_trop_longue", 2),
    Hostile("one name", b"<a>\n<" + b"b" * 3_000_000 + b"/></a>", "balise_trop_longue", 2),
    Hostile("one name that lxml alone finds long", b"<a>\n<" + b"b" * 200_000 + b"/></a>",
            "mal_forme", 2),
    Hostile("bytes", b"<a>" + (b"<b>" + b"x" * 1_000 + b"</b>\n") * 67_000, "trop_gros", None),
]  # fmt: skip

CORPUS = [*DTDS, *ENCODINGS, *SYNTAX, *BOMBS]


def is_a_sentence(phrase: str) -> bool:
    return phrase[0].isupper() and phrase.endswith(".") and "'" not in phrase


@pytest.mark.parametrize("hostile", CORPUS, ids=lambda hostile: hostile.name)
def test_a_hostile_document_is_refused_with_its_code_line_and_sentence(hostile: Hostile) -> None:
    with pytest.raises(Refused) as refusal:
        parse(hostile.data)

    assert (refusal.value.code, refusal.value.line) == (hostile.code, hostile.line)
    assert is_a_sentence(refusal.value.phrase)
    assert str(refusal.value) == refusal.value.phrase


@pytest.mark.parametrize("hostile", CORPUS, ids=lambda hostile: hostile.name)
def test_a_hostile_document_yields_no_element(hostile: Hostile) -> None:
    seen = []

    with pytest.raises(Refused) as refusal:
        seen.extend(iterparse(hostile.data, "b"))

    assert refusal.value.code == hostile.code
    assert seen == []
