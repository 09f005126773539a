"""PDF by Typst: text stays text, the template reads nothing else, and nothing leaves."""

from pathlib import Path

import pytest
import typst

from pdf_reading import pages, reader
from typst_pdf import compile_pdf

PLAIN = """
#let data = json(bytes(sys.inputs.data))
#set document(title: "Essai", date: datetime(year: 2026, month: 1, day: 1))
#set text(lang: "fr")
#data.text
"""


def template(folder: Path, source: str = PLAIN) -> Path:
    folder.mkdir(exist_ok=True)
    made = folder / "essai.typ"
    made.write_text(source, encoding="utf-8")
    return made


@pytest.mark.parametrize(
    "text",
    [
        '#read("/etc/passwd")',
        "*gras* _penché_ $x^2$ @renvoi <etiquette>",
        '#import "@preview/cetz:0.3.1": *',
        "= Titre",
        "\\ ] } #panic()",
        "É œ Œ Ÿ ’ « » … – ≥",
    ],
)
def test_a_text_is_printed_as_typed(tmp_path: Path, text: str) -> None:
    made = compile_pdf(template(tmp_path), {"text": text})

    assert pages(made) == [text]


def test_the_document_is_tagged_in_french_and_says_it_is_accessible(tmp_path: Path) -> None:
    made = reader(compile_pdf(template(tmp_path), {"text": "Bonjour"}))

    root = made.root_object
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("fr")
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data()


def test_a_character_no_font_draws_leaves_a_tagged_document(tmp_path: Path) -> None:
    made = reader(compile_pdf(template(tmp_path), {"text": "Bravo 😀"}))

    assert made.root_object["/MarkInfo"]["/Marked"]
    assert "Bravo" in made.pages[0].extract_text()
    assert b"pdfuaid:part" not in made.root_object["/Metadata"].get_object().get_data()


def test_the_same_data_gives_the_same_bytes(tmp_path: Path) -> None:
    one, two = (compile_pdf(template(tmp_path), {"text": "Bonjour"}) for _ in range(2))

    assert one == two


def test_a_template_reads_nothing_outside_its_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    inside = template(tmp_path / "modele", '#read("../secret.txt")')

    with pytest.raises(typst.TypstError):
        compile_pdf(inside, {})


def test_no_template_of_ours_asks_for_a_package_or_an_absent_font() -> None:
    ours = sorted((Path(__file__).parents[2] / "src").rglob("*.typ"))

    assert [path.name for path in ours] == ["bulletin.typ", "livret.typ"]
    for path in ours:
        source = path.read_text(encoding="utf-8")
        assert "@preview" not in source
        assert "@local" not in source
