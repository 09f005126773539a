"""The bytes of the file: golden files, one form per value, nothing rounded."""

from decimal import Decimal
from pathlib import Path

import pytest

from lsl_documents import a_document, a_full_document, with_evaluation
from lsl_xml import NON_NOTE, Avis, Enseignant, Periode, Profile, build, read, serialise, write

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("profile", Profile)
def test_the_full_document_is_written_as_the_golden_file(profile):
    assert write(a_full_document(), profile) == (GOLDEN / f"lsl-{profile}.xml").read_bytes()


@pytest.mark.parametrize("profile", Profile)
def test_a_golden_file_is_written_again_as_it_was(profile):
    data = (GOLDEN / f"lsl-{profile}.xml").read_bytes()

    assert write(read(data), profile) == data


def test_the_file_starts_with_an_xml_declaration_and_no_byte_order_mark():
    data = write(a_document(), Profile.V1_1)

    assert data.splitlines()[0] == b"<?xml version='1.0' encoding='UTF-8'?>"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal(12), "12.00"),
        (Decimal("12.5"), "12.50"),
        (Decimal("12.500"), "12.50"),
        (Decimal("0"), "0.00"),
        (Decimal("-0"), "0.00"),
        (Decimal("2E+1"), "20.00"),
        (NON_NOTE, "-1"),
        (Decimal("-1.00"), "-1"),
    ],
)
def test_an_average_has_one_written_form(value, written):
    root = build(with_evaluation(periodiques=(Periode(1, value),)), Profile.V1_1)

    assert [periode.get("moyenne") for periode in root.iter("periode")] == [written]


def test_an_average_of_three_decimals_is_not_rounded_but_refused():
    document = with_evaluation(periodiques=(Periode(1, Decimal("12.345")),))

    with pytest.raises(ValueError, match=r"^12\.345 has more than two decimals$"):
        write(document, Profile.V1_1)


@pytest.mark.parametrize("text", ["a\x00b", "a\x0bb", "a\ufffeb", "a\ud800b"])
def test_a_character_illegal_in_xml_is_refused(text):
    with pytest.raises(ValueError, match=r"XML compatible|surrogates not allowed"):
        write(with_evaluation(annuelle=text), Profile.V1_1)


def test_texts_are_composed_and_their_line_ends_made_single_from_construction_on():
    avis = Avis("E\u0301te\u0301\r\nde\rMarie", nom="NOE\u0308L", prenom="Zoe\u0308")

    assert avis == Avis("Été\nde\nMarie", nom="NOËL", prenom="Zoë")


def test_line_ends_and_tabs_survive_in_attributes():
    teacher = Enseignant("DE LA\r\nTOUR", "Anne\tMarie")

    written = read(write(with_evaluation(enseignants=(teacher,)), Profile.V1_1))

    names = written.donnees[0].scolarites[0].evaluations[0].enseignants
    assert names == (Enseignant("DE LA\nTOUR", "Anne\tMarie"),)


def test_no_date_is_ever_written():
    root = build(a_full_document(), Profile.V1_1)

    assert [element.tag for element in root.iter() if element.get("date")] == []


def test_writing_is_building_then_serialising():
    root = build(a_full_document(), Profile.V1_1)

    assert serialise(root) == write(a_full_document(), Profile.V1_1)
