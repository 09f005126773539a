"""What the door does with XML documents."""

import io
from pathlib import Path

import pytest

from safe_input import Limits, Refused, check, iterparse, parse

DECLARED = "<?xml version='1.0' encoding='{}'?>\n"


def test_a_refusal_says_what_where_and_what_to_do() -> None:
    with pytest.raises(Refused) as refusal:
        parse(b"<a>\n<b>\n</a></b>")

    assert refusal.value.phrase == (
        "Le XML est mal formé à la ligne 3 (une balise est fermée sans avoir été ouverte) :"
        " exportez de nouveau le fichier."
    )


@pytest.mark.parametrize("encoding", ["UTF-8", "ISO-8859-15", "iso-8859-15", "Windows-1252"])
def test_declared_encodings_are_read(encoding: str) -> None:
    data = (DECLARED.format(encoding) + "<a>Lœwe, 3 €, Ÿ, é</a>").encode(encoding)

    assert parse(data).text == "Lœwe, 3 €, Ÿ, é"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"<a/>", "UTF-8"),
        (b"\xef\xbb\xbf<a/>", "UTF-8"),
        ("\ufeff<?xml version='1.0' encoding='utf-8'?><a>é</a>".encode(), "UTF-8"),
        ((DECLARED.format("ISO-8859-1") + "<a>é</a>").encode("latin-1"), "ISO-8859-1"),
        ((DECLARED.format("us-ascii") + "<a>e</a>").encode(), "US-ASCII"),
    ],
)
def test_the_encoding_in_force_is_known(data: bytes, encoding: str) -> None:
    assert check(data).encoding == encoding


def test_an_accent_across_two_pieces_of_the_file_is_not_an_error() -> None:
    text = "<a>" + "x" * (64 * 1024 - 4) + "é</a>"

    assert parse(text.encode()).text == text[3:-4]


def test_xinclude_is_inert(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    include = (
        "<a xmlns:xi='http://www.w3.org/2001/XInclude'>"
        f"<xi:include href='{secret.as_uri()}' parse='text'/></a>"
    )

    root = parse(include.encode())

    assert "".join(root.itertext()) == ""
    assert [child.tag for child in root] == ["{http://www.w3.org/2001/XInclude}include"]


def test_a_stylesheet_instruction_and_comments_are_left_out() -> None:
    root = parse(b"<?xml-stylesheet href='file:///etc/passwd'?><a>b<!-- c -->d<?e f?></a>")

    assert (root.text, len(root), root.getprevious()) == ("bd", 0, None)


def test_the_five_entities_and_character_references_are_read() -> None:
    assert parse(b"<a>&lt;&gt;&amp;&quot;&apos;&#233;&#x153;</a>").text == "<>&\"'éœ"


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(max_bytes=40), "trop_gros"),
        (Limits(max_depth=2), "trop_profond"),
        (Limits(max_elements=3), "trop_d_elements"),
        (Limits(max_attributes=1), "trop_d_attributs"),
        (Limits(max_names=4), "trop_de_noms"),
        (Limits(max_text=3), "texte_trop_long"),
    ],
)
def test_each_limit_is_inclusive(limits: Limits, code: str) -> None:
    data = b"<a><b c='1' d='2'><e>text</e><e/></b></a>"
    at_the_limit = Limits(
        max_bytes=len(data),
        max_depth=3,
        max_elements=4,
        max_attributes=2,
        max_names=5,
        max_text=4,
    )

    with pytest.raises(Refused) as refusal:
        check(data, limits)

    assert refusal.value.code == code
    assert check(data, at_the_limit).root == "a"


def test_elements_come_once_complete_with_the_line_where_they_begin() -> None:
    data = b"<a>\n <b>1<c/>\n</b>\n <x><c/></x>\n <b\n  d=''>2</b></a>"

    found = [(e.tag, e.text, line) for e, line in check(data, tags={"b", "c"}).elements()]

    assert found == [("c", None, 2), ("b", "1", 2), ("c", None, 4), ("b", "2", 5)]


def test_a_namespace_separates_elements_of_one_name() -> None:
    data = b"<l:a xmlns:l='urn:x'>\n<b>1</b>\n<l:b>2</l:b><b xmlns='urn:x'>3</b></l:a>"

    checked = check(data, tags={"{urn:x}b"})

    assert checked.root == "{urn:x}a"
    assert [(e.text, line) for e, line in checked.elements()] == [("2", 3), ("3", 3)]
    assert [element.text for element in iterparse(data, "b")] == ["1"]


def test_the_root_itself_can_be_wanted() -> None:
    assert [element.tag for element in iterparse(b"<a><b/></a>", "a")] == ["a"]


@pytest.mark.parametrize("data", [b"<a><b xml:id='1'/></a>", b"<a xmlns:x='%zz'><b/></a>"])
def test_what_libxml2_alone_finds_wrong_is_refused_streamed_or_not(data: bytes) -> None:
    for read in (parse, lambda data: list(iterparse(data, "b"))):
        with pytest.raises(Refused) as refusal:
            read(data)
        assert (refusal.value.code, refusal.value.line) == ("mal_forme", 1)


def test_elements_can_be_read_twice() -> None:
    checked = check(b"<a><b>1</b><b>2</b></a>", tags={"b"})

    first = [element.text for element, _ in checked.elements()]

    assert first == ["1", "2"]
    assert [element.text for element, _ in checked.elements()] == first


def test_an_open_file_is_streamed_from_its_beginning() -> None:
    file = io.BytesIO(b"<a><b>1</b><b>2</b></a>")
    file.read(5)

    assert [element.text for element in iterparse(file, "b")] == ["1", "2"]


def test_lines_and_contents_stay_right_in_a_big_file() -> None:
    pupil = "<p id='{}'>\n<n>é{}</n>\n<o/>\n</p>\n<other>\n<n/></other>\n"
    body = "".join(pupil.format(n, n) for n in range(20_000))
    data = (DECLARED.format("ISO-8859-15") + f"<a>\n{body}</a>").encode("iso-8859-15")

    found = [(e.get("id"), e.findtext("n"), line) for e, line in check(data, tags={"p"}).elements()]

    assert found == [(str(n), f"é{n}", 3 + 6 * n) for n in range(20_000)]


def test_the_tree_keeps_nothing_of_what_was_read() -> None:
    data = b"<a>" + b"<skip><x/></skip><b><x/></b>" * 20_000 + b"<skip/>" * 20_000 + b"</a>"
    sizes = []

    for element in iterparse(data, "b"):
        parent = element.getparent()
        sizes.append(0 if parent is None else len(parent))

    assert len(sizes) == 20_000
    assert max(sizes) < 10_000  # of 60 000: what one piece of the file holds
